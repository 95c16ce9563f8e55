//! `trueup checks`.

use std::process::ExitCode;

use super::args::{Checks, Format, Global};
use super::error::{CliError, ErrorKind};
use super::output;
use crate::checks::{KINDS, Kind, kind};
use crate::plan::nearest;
use crate::report::{json, reference};

pub(super) fn run(global: &Global, args: &Checks) -> Result<ExitCode, CliError> {
    let kinds: Vec<&Kind> = match &args.kind {
        None => KINDS.to_vec(),
        Some(name) => vec![kind(name).ok_or_else(|| {
            let error = CliError::new(ErrorKind::Usage, format!("there is no kind of check `{name}`"));
            match nearest(name, KINDS.iter().map(|kind| kind.name)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("`trueup checks` lists every kind"),
            }
        })?],
    };
    match (global.format, &args.kind, kinds.first()) {
        (Format::Json, _, _) => output::print_json(&json::kinds(&kinds))?,
        (Format::Human, Some(_), Some(kind)) => output::print(&reference::text(kind))?,
        (Format::Human, _, _) => output::print(&reference::list(&kinds))?,
    }
    Ok(ExitCode::SUCCESS)
}
