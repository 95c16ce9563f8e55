//! `trueup inspect`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use super::args::{Global, Inspect, Reading};
use super::error::{CliError, ErrorKind};
use super::output;
use crate::formats::{dockerfile, dockerignore};
use crate::repo::{GitEnv, LARGEST_FILE, OpenAt, PlainFolder, Repo, RepoPath};
use crate::report::inspect;
use crate::semantics::compose::{self, Project};
use crate::semantics::files::{Files, Parses};

pub(super) fn run(_: &Global, args: &Inspect) -> Result<ExitCode, CliError> {
    let bytes = read(&args.file)?;
    let reading = match args.reading {
        Some(reading) => reading,
        None => by_name(&args.file, &bytes).ok_or_else(|| {
            CliError::new(ErrorKind::Usage, format!("cannot tell from its name what {} is", args.file.display()))
                .help("say it: --as dockerfile, dockerignore, compose or shell")
        })?,
    };
    if reading != Reading::Dockerignore && (!args.path.is_empty() || args.paths.is_some()) {
        return Err(CliError::new(ErrorKind::Usage, "--path and --paths ask a .dockerignore what it does with a path")
            .help("leave them out, or say --as dockerignore"));
    }
    let document = match reading {
        Reading::Dockerfile => inspect::dockerfile::json(&dockerfile::parse(&bytes)),
        Reading::Dockerignore => {
            let paths = paths(args)?;
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            inspect::dockerignore::json(&dockerignore::parse(&bytes), &paths)
        }
        Reading::Compose => inspect::compose::json(&project(&args.file)?),
        Reading::Shell => inspect::shell::json(&bytes),
    };
    output::print_json(&document)?;
    Ok(ExitCode::SUCCESS)
}

/// A Compose file with what it extends and includes, as far as that lies in its repository (in its folder, where
/// there is none).
fn project(file: &Path) -> Result<Project, CliError> {
    let unreadable = |why: String| {
        CliError::new(ErrorKind::Io, format!("cannot read {}: {why}", file.display())).path(file.display().to_string())
    };
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|error| unreadable(error.to_string()))?;
    let repo = Repo::open(&OpenAt::Path(folder.clone(), GitEnv::of(&folder, |name| std::env::var_os(name)))).ok();
    let top = repo.as_ref().and_then(Repo::work_dir).and_then(|top| top.canonicalize().ok());
    let top = top.filter(|top| folder.starts_with(top)).unwrap_or_else(|| folder.clone());
    let inside = folder.strip_prefix(&top).unwrap_or(Path::new("")).join(file.file_name().unwrap_or_default());
    let path = RepoPath::parse(inside.as_os_str().as_encoded_bytes()).map_err(|error| unreadable(error.to_string()))?;
    let (tree, parses) = (PlainFolder::new(top), Parses::default());
    match compose::load(&Files::new(&tree, &parses), &path) {
        Ok(Some(project)) => Ok(project),
        Ok(None) => Err(unreadable("it is no file".to_owned())),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// The bytes of a file, or of a pipe until its end: never more than the bound.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| {
        CliError::io(path, "read", &error).help("`inspect` reads a file on disk, by its path from here")
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let message = format!("{} is larger than {LARGEST_FILE} bytes; such files are not read", path.display());
        return Err(CliError::new(ErrorKind::Io, message).path(path.display().to_string()));
    }
    Ok(bytes)
}

/// The paths of `--path`, then the lines of `--paths`.
fn paths(args: &Inspect) -> Result<Vec<String>, CliError> {
    let mut paths = args.path.clone();
    let Some(list) = &args.paths else { return Ok(paths) };
    let mut text = String::new();
    if list.as_os_str() == "-" {
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| CliError::io(list, "read standard input for", &error))?;
    } else {
        text = std::fs::read_to_string(list).map_err(|error| {
            CliError::io(list, "read", &error)
                .help("--paths names a file with a path a line, or `-` for standard input")
        })?;
    }
    paths.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
    Ok(paths)
}

fn by_name(path: &Path, bytes: &[u8]) -> Option<Reading> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    if name.ends_with(".dockerignore") {
        Some(Reading::Dockerignore)
    } else if name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile") {
        Some(Reading::Dockerfile)
    } else if name.ends_with(".yml") || name.ends_with(".yaml") {
        Some(Reading::Compose)
    } else if name.ends_with(".sh") || name.ends_with(".bash") || bytes.starts_with(b"#!") {
        Some(Reading::Shell)
    } else {
        None
    }
}
