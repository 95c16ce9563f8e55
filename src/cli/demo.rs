//! `trueup demo`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Demo, Format, Global};
use super::around::LinearAccess;
use super::error::{CliError, ErrorKind};
use super::{interface, output, status};
use crate::demo;
use crate::report::encode;
use crate::twin::Twin;

pub(super) fn run(global: &Global, args: &Demo) -> Result<ExitCode, CliError> {
    if global.plan.is_some() || global.repo.is_some() || global.claims.is_some() {
        return Err(CliError::new(ErrorKind::Usage, "the demo brings its own repository, plan and claims")
            .help("leave --plan, --repo and --claims out, and unset TRUEUP_PLAN"));
    }
    let now = global.now();
    let interactive = global.format == Format::Human && output::is_interactive();
    // Who has no interface to look at it in wants to go there.
    let (folder, temporary) = folder(args, args.keep || !interactive)?;
    demo::build(&folder, now).map_err(|error| {
        CliError::new(ErrorKind::Io, format!("cannot build the sample in {}: {error}", folder.display()))
            .path(folder.display().to_string())
    })?;
    let keeps_in = Some(own_folder(&folder)?);
    let mut global = Global { repo: Some(folder.clone()), keeps_in, ..global.clone() };
    // The stand-in lives as long as the interface does.
    let _twin = if interactive { Some(stand_in(&mut global)?) } else { None };
    let code =
        if interactive { interface::open(&global)? } else { status::run(&global, &super::args::Status::default())? };
    let shown = encode::terminal(&folder.display().to_string());
    let text = match temporary {
        None => format!("\nThe sample lies in {shown}\nGo there and try `trueup`, `trueup explain 3.2`, `git log`.\n"),
        Some(_) => "The sample is gone; `trueup demo --keep` leaves it, `--dir FOLDER` says where.\n".to_owned(),
    };
    match global.format {
        Format::Human => output::print(&text)?,
        Format::Json => output::note(&text),
    }
    Ok(code)
}

/// Where the demo keeps its cache and state: beside git's own files, which are no part of what is judged and go with the
/// sample. A later run on a sample that is left in place keeps nothing there, as in every repository.
fn own_folder(sample: &Path) -> Result<PathBuf, CliError> {
    let git = sample.join(".git");
    let git = git.canonicalize().map_err(|error| CliError::io(&git, "open", &error))?;
    Ok(git.join("trueup-demo"))
}

/// Starts the stand-in for Linear, and has the interface talk to it and to nothing else.
fn stand_in(global: &mut Global) -> Result<Twin, CliError> {
    let failed = |error: String| CliError::new(ErrorKind::Io, format!("cannot start the stand-in for Linear: {error}"));
    let workspace = demo::workspace().map_err(|error| failed(error.to_string()))?;
    let twin = Twin::start(workspace).map_err(|error| failed(error.to_string()))?;
    global.around.linear = LinearAccess { key: Some(twin.key()), url: Some(twin.url()) };
    Ok(twin)
}

/// The folder of the sample; a temporary one goes when its guard is dropped.
fn folder(args: &Demo, keep: bool) -> Result<(PathBuf, Option<tempfile::TempDir>), CliError> {
    if let Some(folder) = &args.dir {
        let failed = |error: &std::io::Error| {
            CliError::io(folder, "use", error).help("name a folder that you may make, or fill")
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        if std::fs::read_dir(folder).map_err(|error| failed(&error))?.next().is_some() {
            return Err(CliError::new(ErrorKind::Usage, format!("{} is not empty", folder.display()))
                .path(folder.display().to_string())
                .help("name a folder that is empty or not there"));
        }
        return Ok((folder.clone(), None));
    }
    let made = tempfile::Builder::new()
        .prefix("trueup-demo-")
        .tempdir()
        .map_err(|error| CliError::io(Path::new(&std::env::temp_dir()), "make a folder in", &error))?;
    if keep {
        return Ok((made.keep(), None));
    }
    Ok((made.path().to_path_buf(), Some(made)))
}
