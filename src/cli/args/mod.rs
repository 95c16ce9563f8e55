//! The command line: what every command takes, and the commands.

mod form;
mod linear;
mod time;
mod value;
mod verdicts;
mod without_plan;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use form::{Form, Format, When};
pub use linear::{Side, Sync};
pub use time::{GroupBy, History, Next, Standup, Today};
pub use verdicts::{Attest, Explain, Status, Where};
pub use without_plan::{Checks, Demo, Init, Inspect, Reading, Template};

use super::around::Around;
use crate::calendar::Zone;
use linear::SYNC;

/// Computes whether a plan's tasks are true of a git repository, with evidence.
#[derive(Debug, Parser)]
#[command(name = "trueup", version, about, long_about = LONG_ABOUT, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command; none opens the interface.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const LONG_ABOUT: &str = "\
Computes whether a plan's tasks are true of a git repository, with evidence.

A plan (plan.toml) says what should become true; each of its tasks embeds a check. trueup answers the checks \
from the work tree, the index or any commit: holds, fails, or unknown and why. No one can set a status.

Without a command it opens the interface; without a terminal it prints `trueup status`.";

const AFTER: &str = "\
Exit codes: 0 done · 1 asked for and not met · 2 the input is wrong (arguments, plan, settings) · 3 the world failed \
(git, files, Linear) \
· 130 interrupted

Try it: trueup demo";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The plan (default: the nearest plan.toml from here up to the repository's top)
    #[arg(long, global = true, value_name = "FILE", env = "TRUEUP_PLAN", hide_env_values = true)]
    pub plan: Option<PathBuf>,
    /// The repository (default: the one around the current folder, as git finds it)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub repo: Option<PathBuf>,
    /// A Markdown plan whose boxes are claims: a path in the judged tree, else a file on disk
    #[arg(long, global = true, value_name = "FILE.md")]
    pub claims: Option<PathBuf>,
    /// How to print
    #[arg(long = "format", global = true, value_name = "FORMAT", default_value = "human")]
    pub form: Form,
    /// What that is to a command that knows text and JSON; not of the command line.
    #[arg(skip)]
    pub format: Format,
    /// When to use colour (default: the setting `color`)
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<When>,
    /// The present, RFC 3339 (default: the clock's)
    #[arg(long, global = true, value_name = "TIME", value_parser = value::moment)]
    pub now: Option<jiff::Timestamp>,
    /// Where days begin and end: Europe/Berlin, UTC, +02:00, local (default: the setting `time_zone`)
    #[arg(long, global = true, value_name = "ZONE", value_parser = value::zone, allow_hyphen_values = true)]
    pub tz: Option<Zone>,
    /// Work everything out anew, and keep nothing for the next run
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// What the machine and the person's own settings bring; not of the command line.
    #[arg(skip)]
    pub around: Around,
    /// What is kept goes in here instead of the user's folders; not of the command line.
    #[arg(skip)]
    pub keeps_in: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Progress of each phase, and each task's verdict
    Status(Status),
    /// Every finding of some tasks, with its source
    Explain(Explain),
    /// Give your word for a task that no check can decide, or take one back
    Attest(Attest),
    /// When each task became true, and who broke it
    History(History),
    /// What to say in the standup: what broke, what was made true and by whom, what is blocked, what is next
    Standup(Standup),
    /// The checklist of the day: what broke, what is mine and started, what is ready
    Today(Today),
    /// The next tasks for a person or a coding agent, with why they fail and what would make them true
    Next(Next),
    /// The kinds of checks, or one kind's page
    Checks(Checks),
    /// What trueup sees in a Dockerfile, .dockerignore, Compose file or shell script, as JSON
    Inspect(Inspect),
    /// Bring Linear into line with what is true of the published branch
    #[command(after_help = SYNC)]
    Sync(Sync),
    /// Every mistake in a plan
    Lint,
    /// Start a plan in this folder
    Init(Init),
    /// Try trueup on an embedded sample: a small repository with a history and a plan ticked done
    ///
    /// Its story ends at the present: with --now it is the same to the byte.
    Demo(Demo),
    /// Each setting, and where it comes from
    Config,
    /// Print a shell's completions
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

impl Command {
    /// Its name, and the forms that it prints.
    pub fn forms(&self) -> (&'static str, &'static [Form]) {
        const BOTH: &[Form] = &[Form::Human, Form::Json];
        match self {
            Self::Standup(_) => ("standup", &[Form::Human, Form::Json, Form::Markdown, Form::Slack]),
            Self::Today(_) => ("today", &[Form::Human, Form::Json, Form::Markdown]),
            Self::Status(_) => ("status", BOTH),
            Self::Explain(_) => ("explain", BOTH),
            Self::Attest(_) => ("attest", BOTH),
            Self::History(_) => ("history", BOTH),
            Self::Next(_) => ("next", BOTH),
            Self::Checks(_) => ("checks", BOTH),
            Self::Inspect(_) => ("inspect", BOTH),
            Self::Sync(_) => ("sync", BOTH),
            Self::Lint => ("lint", BOTH),
            Self::Init(_) => ("init", BOTH),
            Self::Demo(_) => ("demo", BOTH),
            Self::Config => ("config", BOTH),
            Self::Completions { .. } => ("completions", BOTH),
            Self::Man => ("man", BOTH),
        }
    }
}
