//! The command line: one file a command. It gathers, asks judgement, and renders.

mod args;
mod around;
mod attest;
mod checks;
mod completions;
mod config;
mod demo;
mod error;
mod explain;
mod folders;
mod gather;
mod history;
mod init;
mod inspect;
mod interface;
mod journal;
mod life;
mod lint;
mod next;
mod output;
mod plan_file;
mod scene;
mod since;
mod standup;
mod status;
mod sync;
mod today;
mod waiting;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind as ClapKind;
use clap::{CommandFactory, Parser};

use args::{Cli, Command, Form, Format};
use around::Around;
use error::{CliError, ErrorKind};

/// Runs the program on this process's arguments, environment and terminal.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let mut cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    cli.global.format = cli.global.form.format();
    let format = cli.global.format;
    output::set_colour(cli.global.settings(None).color.value);
    // What prints the command line itself works whatever the settings say.
    if !matches!(cli.command, Some(Command::Completions { .. } | Command::Man)) {
        match Around::read() {
            Ok(around) => cli.global.around = around,
            Err(error) => return output::error(&error, format),
        }
        output::set_colour(cli.global.settings(None).color.value);
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => output::error(&error, format),
    }
}

/// The command line as clap knows it, for completions and the manual page.
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(cli: Cli) -> Result<ExitCode, CliError> {
    let global = cli.global;
    refuse_form(global.form, cli.command.as_ref())?;
    match cli.command {
        None => interface::run(&global),
        Some(Command::Status(args)) => status::run(&global, &args),
        Some(Command::Explain(args)) => explain::run(&global, &args),
        Some(Command::Attest(args)) => attest::run(&global, &args),
        Some(Command::History(args)) => history::run(&global, &args),
        Some(Command::Standup(args)) => standup::run(&global, &args),
        Some(Command::Today(args)) => today::run(&global, &args),
        Some(Command::Next(args)) => next::run(&global, &args),
        Some(Command::Checks(args)) => checks::run(&global, &args),
        Some(Command::Inspect(args)) => inspect::run(&global, &args),
        Some(Command::Sync(args)) => sync::run(&global, &args),
        Some(Command::Lint) => lint::run(&global),
        Some(Command::Init(args)) => init::run(&global, &args),
        Some(Command::Demo(args)) => demo::run(&global, &args),
        Some(Command::Config) => config::run(&global),
        Some(Command::Completions { shell }) => completions::completions(shell),
        Some(Command::Man) => completions::man(),
    }
}

/// A command offers only the forms that it prints.
fn refuse_form(form: Form, command: Option<&Command>) -> Result<(), CliError> {
    let (name, forms) = match command {
        Some(command) => command.forms(),
        None => ("the interface", &[Form::Human, Form::Json][..]),
    };
    if forms.contains(&form) {
        return Ok(());
    }
    let known: Vec<&str> = forms.iter().map(|form| form.word()).collect();
    Err(CliError::new(ErrorKind::Usage, format!("{name} does not print `{}`", form.word()))
        .help(format!("it prints {}; `standup` prints each of them", known.join(", "))))
}

/// clap's own word on the arguments; as JSON when they ask for it.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let asked_for = matches!(
        error.kind(),
        ClapKind::DisplayHelp | ClapKind::DisplayVersion | ClapKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let json = arguments.windows(2).any(|pair| matches!(pair, [a, b] if a == "--format" && b == "json"))
        || arguments.iter().any(|argument| argument == "--format=json");
    if json && !asked_for {
        let text = error.to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let help = lines.next_back().map(str::to_owned);
        let mut edge = CliError::new(ErrorKind::Usage, message);
        edge.help = help;
        return output::error(&edge, Format::Json);
    }
    // Nothing can be done when the terminal is gone.
    let _ = error.print();
    if asked_for && error.kind() != ClapKind::DisplayHelpOnMissingArgumentOrSubcommand {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}
