//! `trueup completions`, `trueup man`.

use std::process::ExitCode;

use super::error::{CliError, ErrorKind};
use super::output;

pub(super) fn completions(shell: clap_complete::Shell) -> Result<ExitCode, CliError> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "trueup", &mut bytes);
    output::print(&String::from_utf8_lossy(&bytes))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn man() -> Result<ExitCode, CliError> {
    let mut bytes = Vec::new();
    let command = super::command();
    let page = clap_mangen::Man::new(command.clone());
    let failed = |error: std::io::Error| CliError::new(ErrorKind::Io, format!("cannot make the manual page: {error}"));
    // Not the list of subcommands: it names pages of their own, and there is only this one.
    page.render_title(&mut bytes).map_err(failed)?;
    page.render_name_section(&mut bytes).map_err(failed)?;
    page.render_synopsis_section(&mut bytes).map_err(failed)?;
    page.render_description_section(&mut bytes).map_err(failed)?;
    page.render_options_section(&mut bytes).map_err(failed)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = sub.get_name().to_uppercase();
        bytes.extend(format!(".SH TRUEUP {name}\n").bytes());
        let page = clap_mangen::Man::new(sub.clone().bin_name(format!("trueup {}", sub.get_name())));
        page.render_synopsis_section(&mut bytes).map_err(failed)?;
        page.render_description_section(&mut bytes).map_err(failed)?;
        page.render_options_section(&mut bytes).map_err(failed)?;
    }
    page.render_extra_section(&mut bytes).map_err(failed)?;
    output::print(&String::from_utf8_lossy(&bytes))?;
    Ok(ExitCode::SUCCESS)
}
