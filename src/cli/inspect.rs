//! `trueup inspect`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use super::args::{Global, Inspect, Reading};
use super::error::{CliError, ErrorKind};
use super::output;
use crate::formats::{dockerfile, dockerignore};
use crate::repo::{LARGEST_FILE, PlainFolder, RepoPath};
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
        Reading::Compose => inspect::compose::json_of(&project(&args.file)?),
        Reading::Shell => inspect::shell::json(&bytes),
    };
    output::print_json(&document)?;
    Ok(ExitCode::SUCCESS)
}

/// A Compose file with what it extends and includes, as far as that lies in its folder.
fn project(file: &Path) -> Result<Project, CliError> {
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unreadable = |why: String| {
        CliError::new(ErrorKind::Io, format!("cannot read {}: {why}", file.display())).path(file.display().to_string())
    };
    let name = file.file_name().map(|name| RepoPath::parse(name.as_encoded_bytes()));
    let Some(Ok(name)) = name else { return Err(unreadable("it has no name".to_owned())) };
    let (tree, parses) = (PlainFolder::new(folder.to_path_buf()), Parses::default());
    match compose::load(&Files::new(&tree, &parses), &name) {
        Ok(Some(project)) => Ok(project),
        Ok(None) => Err(unreadable("it is gone".to_owned())),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let metadata = std::fs::metadata(path).map_err(|error| CliError::io(path, "read", &error))?;
    if metadata.is_file() && metadata.len() > LARGEST_FILE {
        let message =
            format!("{} has {} bytes; files of more than {LARGEST_FILE} are not read", path.display(), metadata.len());
        return Err(CliError::new(ErrorKind::Io, message).path(path.display().to_string()));
    }
    std::fs::read(path).map_err(|error| CliError::io(path, "read", &error))
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
        text = std::fs::read_to_string(list).map_err(|error| CliError::io(list, "read", &error))?;
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
