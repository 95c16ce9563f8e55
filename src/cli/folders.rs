//! Where what is kept between runs lies.

use super::args::Global;
use crate::store::Folders;

impl Global {
    /// The user's folders; the demo has its own, so that nobody's home is written to by trying.
    pub(super) fn folders(&self) -> Folders {
        match &self.keeps_in {
            None => Folders::of(|name| std::env::var_os(name)),
            Some(own) => Folders::of(|name| match name {
                "XDG_CACHE_HOME" => Some(own.join("cache").into()),
                "XDG_STATE_HOME" => Some(own.join("state").into()),
                _ => None,
            }),
        }
    }
}
