//! The key: sent to Linear and shown to nobody.

use std::fmt;

use reqwest::header::HeaderValue;

/// A key of Linear's. Neither `Debug` nor anything else shows it.
#[derive(Clone)]
pub struct Key {
    secret: String,
    header: HeaderValue,
}

/// Why a text is no key. The text is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing there.
    #[error("the key of Linear is empty")]
    Empty,
    /// It can be in no header.
    #[error("the key of Linear has characters in it that no key has, such as blanks or quotes")]
    Characters,
}

impl Key {
    /// Takes a key: a personal one (`lin_api_…`) is sent as it is, an OAuth token as a bearer, with or without
    /// `Bearer ` before it. Blanks around it do not count.
    ///
    /// # Errors
    /// It is empty, or has characters in it that no key has.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bare = match text.split_once(char::is_whitespace) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
            _ => text,
        };
        if bare.is_empty() || bare.eq_ignore_ascii_case("bearer") {
            return Err(KeyError::Empty);
        }
        if !bare.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\'') {
            return Err(KeyError::Characters);
        }
        let sent = if bare.starts_with("lin_api_") { bare.to_owned() } else { format!("Bearer {bare}") };
        let mut header = HeaderValue::from_str(&sent).map_err(|_| KeyError::Characters)?;
        header.set_sensitive(true);
        Ok(Self { secret: bare.to_owned(), header })
    }

    /// The value of the header `Authorization`, marked as secret.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// A text without the key in it.
    pub(super) fn taken_out_of(&self, text: &str) -> String {
        text.replace(&self.secret, "***")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}
