//! `trueup` without a command: the interface; without a terminal, `status`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Format, Global, Status, Where};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::{output, status};
use crate::tui::{self, Backend, Ended, Trouble};

pub(super) fn run(global: &Global) -> Result<ExitCode, CliError> {
    if global.format == Format::Json || !output::is_interactive() {
        return status::run(global, &Status::default());
    }
    open(global)
}

/// Opens the interface on the work tree.
pub(super) fn open(global: &Global) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let plan = Arc::clone(session.plan());
    let watched = session.watched(&[]);
    let backend = Fresh { global: global.clone(), watched };
    match tui::run(plan, Box::new(backend), output::colours()) {
        Ok(Ended::Quit) => Ok(ExitCode::SUCCESS),
        Ok(Ended::Interrupted) => Ok(ExitCode::from(130)),
        Err(error) => Err(CliError::new(ErrorKind::Io, format!("cannot use the terminal: {error}"))
            .help("`trueup status` needs none")),
    }
}

/// Opens plan and repository anew for each check, so that a change of either is seen.
struct Fresh {
    global: Global,
    watched: Vec<PathBuf>,
}

impl Backend for Fresh {
    fn judge(&mut self) -> Result<Arc<crate::progress::Status>, Trouble> {
        let judged = Session::open(&self.global).and_then(|session| {
            let (status, reads) = session.judge_and_reads(&Where::default())?;
            self.watched = session.watched(&reads);
            Ok(Arc::new(status))
        });
        judged.map_err(|error| Trouble { message: error.placed(), help: error.help })
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.watched.clone()
    }
}
