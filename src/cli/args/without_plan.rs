//! Commands that judge no plan of the user's.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
