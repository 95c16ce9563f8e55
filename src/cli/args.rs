//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::around::Around;
use crate::calendar::Zone;
use crate::config::read_zone;

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
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<jiff::Timestamp>,
    /// Where days begin and end: Europe/Berlin, UTC, +02:00, local (default: the setting `time_zone`)
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone, allow_hyphen_values = true)]
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

/// `--tz`.
fn zone(text: &str) -> Result<Zone, String> {
    read_zone(text).map_err(|wrong| format!("{}; {}", wrong.message, wrong.help))
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Text for people.
    #[value(alias = "text")]
    Human,
    /// One JSON document on standard output.
    Json,
    /// Markdown (`standup`, `today`).
    Markdown,
    /// A Slack message (`standup`).
    Slack,
}

/// How to print, to a command that knows text and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document on standard output.
    Json,
}

impl Form {
    /// What it is to a command that knows text and JSON.
    pub fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Human | Self::Markdown | Self::Slack => Format::Human,
        }
    }

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Slack => "slack",
        }
    }
}

impl Command {
    /// Its name, and the forms that it prints.
    pub fn forms(&self) -> (&'static str, &'static [Form]) {
        match self {
            Self::Standup(_) => ("standup", &[Form::Human, Form::Json, Form::Markdown, Form::Slack]),
            Self::Today(_) => ("today", &[Form::Human, Form::Json, Form::Markdown]),
            _ => ("this command", &[Form::Human, Form::Json]),
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
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

/// Which tree is judged.
#[derive(Debug, Clone, Default, Args)]
pub struct Where {
    /// Judge a revision (branch, tag, id, HEAD~3, main@{yesterday}) instead of the work tree
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub at: Option<String>,
    /// Judge what is staged instead of the work tree
    #[arg(long)]
    pub staged: bool,
}

/// `status`.
#[derive(Debug, Default, Args)]
pub struct Status {
    /// Which tree is judged.
    #[command(flatten)]
    pub place: Where,
    /// Show which verdicts differ from a revision's
    #[arg(long, value_name = "REV")]
    pub compare: Option<String>,
    /// Only the tasks of these phases
    #[arg(long, value_name = "ID")]
    pub phase: Vec<String>,
    /// Only the tasks of these issues (id or Linear identifier)
    #[arg(long, value_name = "ID")]
    pub issue: Vec<String>,
    /// Only these tasks
    #[arg(long, value_name = "ID")]
    pub task: Vec<String>,
    /// Exit with 1 unless every task shown holds
    #[arg(long)]
    pub exit_code: bool,
    /// Progress only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// All evidence of each task
    #[arg(short, long)]
    pub verbose: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Ids of tasks (1.2, T.1), or of issues for all their tasks
    #[arg(required = true, value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Which tree is judged.
    #[command(flatten)]
    pub place: Where,
}

/// `attest`.
#[derive(Debug, Args)]
pub struct Attest {
    /// The task's id
    #[arg(value_name = "TASK")]
    pub task: String,
    /// What you saw or did, in one line; kept with your word
    #[arg(long, value_name = "TEXT", conflicts_with = "revoke")]
    pub note: Option<String>,
    /// The last day on which your word counts, in UTC (2027-01-31)
    #[arg(long, value_name = "DATE", conflicts_with = "revoke")]
    pub until: Option<jiff::civil::Date>,
    /// Take the word that stands there out, whosever it is
    #[arg(long)]
    pub revoke: bool,
    /// Say what would be recorded, and write nothing
    #[arg(long, conflicts_with = "revoke")]
    pub dry_run: bool,
}

/// `history`.
#[derive(Debug, Default, Args)]
pub struct History {
    /// Ids of tasks whose life is told whole (1.2, T.1), or of issues for all their tasks
    #[arg(value_name = "TASK")]
    pub tasks: Vec<String>,
    /// The branch, or any revision, whose history is walked (default: HEAD)
    #[arg(long, value_name = "REV")]
    pub branch: Option<String>,
    /// Only what came after a revision (v1.2, main~20) or a date (2026-11-02, or RFC 3339)
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<String>,
    /// Only what came up to a revision or a date, that day included
    #[arg(long, value_name = "REV|DATE")]
    pub until: Option<String>,
    /// Write the burn-up as a self-contained SVG to a file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Draw the burn-up in ASCII instead of braille
    #[arg(long)]
    pub ascii: bool,
    /// Progress and its chart only
    #[arg(short, long)]
    pub quiet: bool,
}

/// `standup`.
#[derive(Debug, Args)]
pub struct Standup {
    /// Tell what changed since a revision, a date or a time (default: the start of the last working day)
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<String>,
    /// Put what was made true together by who wrote it or by issue (default: the setting `standup_by`)
    #[arg(long, value_name = "WHAT")]
    pub by: Option<GroupBy>,
    /// Copy it to the clipboard too, through the terminal (OSC 52: it works over SSH)
    #[arg(long)]
    pub copy: bool,
}

/// How what was made true is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// By who wrote it.
    Person,
    /// By issue.
    Issue,
}

/// `today`.
#[derive(Debug, Args)]
pub struct Today {
    /// Pin a task: it stays on the list, from day to day, until it holds (repeatable)
    #[arg(long, value_name = "TASK")]
    pub pin: Vec<String>,
    /// Take a pin off (repeatable)
    #[arg(long, value_name = "TASK", conflicts_with = "pin")]
    pub unpin: Vec<String>,
}

/// `next`.
#[derive(Debug, Args)]
pub struct Next {
    /// So many tasks at most
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub count: usize,
    /// Only the tasks of these phases
    #[arg(long, value_name = "ID")]
    pub phase: Vec<String>,
    /// Only the tasks of these issues (id or Linear identifier)
    #[arg(long, value_name = "ID")]
    pub issue: Vec<String>,
}

/// `checks`.
#[derive(Debug, Args)]
pub struct Checks {
    /// The kind whose page is wanted
    pub kind: Option<String>,
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// A file on disk
    pub file: PathBuf,
    /// What to read it as (default: by its name)
    #[arg(long = "as", value_name = "FORMAT")]
    pub reading: Option<Reading>,
    /// For a .dockerignore: what happens to this path of the build context (repeatable)
    #[arg(long, value_name = "P")]
    pub path: Vec<String>,
    /// For a .dockerignore: read paths from a file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub paths: Option<PathBuf>,
}

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reading {
    /// A Dockerfile.
    Dockerfile,
    /// A .dockerignore.
    Dockerignore,
    /// A Compose file.
    Compose,
    /// A shell script.
    Shell,
}

const SYNC: &str = "\
The key of Linear is taken from LINEAR_API_KEY, never from a file. LINEAR_API_URL names another address.

Exit codes: 0 done · 1 conflicts are left, something was left for the next sync, or Linear shows a later commit \
· 2 the input is wrong · 3 git or Linear failed";

/// `sync`.
#[derive(Debug, Default, Args)]
pub struct Sync {
    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Publish what is true of a revision instead of `[linear] ref`
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Which side wins where both changed; `plan` also publishes over a commit that this clone cannot compare with
    #[arg(long, value_name = "SIDE")]
    pub take: Option<Side>,
    /// Make issues anew that lie in Linear's trash or are gone
    #[arg(long)]
    pub recreate: bool,
}

/// A side of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// plan.toml.
    Plan,
    /// Linear.
    Linear,
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The template: a small commented plan, or the eleven issues of a Docker hardening
    #[arg(long, value_name = "NAME", default_value = "small")]
    pub template: Template,
}

/// A plan to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A few tasks, with comments.
    Small,
    /// Eleven issues, 64 tasks.
    DockerSecurity,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Leave the repository on disk and say where it lies (always so without a terminal)
    #[arg(long)]
    pub keep: bool,
    /// Build it in this folder, which must be empty or not there (implies --keep)
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}
