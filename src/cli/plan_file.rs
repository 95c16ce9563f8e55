//! Finds the plan and reads it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::args::Global;
use super::error::{CliError, ErrorKind, PlanMistakes};
use crate::plan::{LARGEST_PLAN, Mistake};
use crate::repo::{GitEnv, OpenAt, Repo, RepoError, RepoPath};
use crate::report::json::MistakePart;
use crate::report::mistakes;
use crate::source::Lines;
use crate::verify::Prepared;

/// The current folder.
fn here() -> Result<PathBuf, CliError> {
    std::env::current_dir()
        .map_err(|error| CliError::new(ErrorKind::Io, format!("cannot tell the current folder: {error}")))
}

/// The repository: `--repo`, else as the environment and the current folder say.
pub(super) fn open_repo(global: &Global) -> Result<Repo, RepoError> {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let env = GitEnv::of(&folder, |name| std::env::var_os(name));
    Repo::open(&match &global.repo {
        Some(path) => OpenAt::Path(path.clone(), env),
        None => OpenAt::Env(env),
    })
}

/// The plan's file: `--plan`, else the nearest plan.toml from the current folder (or `--repo`) up to the top of
/// the work tree.
pub(super) fn plan_file(global: &Global, repo: Option<&Repo>) -> Result<PathBuf, CliError> {
    if let Some(plan) = &global.plan {
        return Ok(plan.clone());
    }
    let opened;
    let repo = match repo {
        Some(repo) => Some(repo),
        None => {
            opened = open_repo(global).ok();
            opened.as_ref()
        }
    };
    let top = repo.and_then(Repo::work_dir).and_then(|top| top.canonicalize().ok());
    let start = match &global.repo {
        Some(folder) => folder.clone(),
        None => here()?,
    };
    let start = start.canonicalize().map_err(|error| CliError::io(&start, "open", &error))?;
    let inside = top.as_ref().is_some_and(|top| start.starts_with(top));
    let folders = start.ancestors().take_while(|folder| match &top {
        Some(top) if inside => folder.starts_with(top),
        _ => *folder == start,
    });
    let mut looked_in = Vec::new();
    for folder in folders {
        let file = folder.join("plan.toml");
        if file.is_file() {
            return Ok(file);
        }
        looked_in.push(folder.display().to_string());
    }
    let places = match looked_in.as_slice() {
        [first, .., last] => format!("{first} and its parents up to {last}"),
        _ => looked_in.concat(),
    };
    Err(CliError::new(ErrorKind::Plan, format!("there is no plan.toml in {places}"))
        .help("`trueup init` starts one; `--plan FILE` names one; `trueup demo` shows what it is for"))
}

/// Reads a plan and compiles its checks as they are at a time; an error carries every mistake.
pub(super) fn load_plan(path: &Path, now: Timestamp) -> Result<Prepared, CliError> {
    let failed = |error: &std::io::Error| {
        let help = "`--plan` and TRUEUP_PLAN name the file; `trueup init` starts one";
        CliError { kind: ErrorKind::Plan, ..CliError::io(path, "read", error) }.help(help)
    };
    let size = std::fs::metadata(path).map_err(|error| failed(&error))?.len();
    if size > LARGEST_PLAN as u64 {
        let message = format!("{} has {size} bytes; a plan may have {LARGEST_PLAN}", path.display());
        return Err(CliError::new(ErrorKind::Plan, message).path(path.display().to_string()));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    let mut found = match Prepared::read_at(&bytes, now) {
        Ok(prepared) => return Ok(prepared),
        Err(found) => found,
    };
    found.sort_by_key(|mistake| mistake.span);
    Err(mistakes_error(ErrorKind::Plan, path, &bytes, &found))
}

/// The mistakes of a plan or of settings, sorted, with the file's text.
pub(super) fn mistakes_error(kind: ErrorKind, path: &Path, bytes: &[u8], found: &[Mistake]) -> CliError {
    let lines = Lines::of(bytes);
    let parts: Vec<MistakePart> = found
        .iter()
        .map(|mistake| MistakePart {
            line: lines.line(mistake.span.start),
            message: mistake.message.clone(),
            help: mistake.help.clone(),
        })
        .collect();
    let shown = path.display().to_string();
    let first = parts.first();
    let more = match parts.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    CliError {
        kind,
        message: format!("{}{more}", first.map_or("the file cannot be read", |part| part.message.as_str())),
        help: first.and_then(|part| part.help.clone()),
        path: Some(shown.clone()),
        line: first.map(|part| part.line),
        plan: Some(Box::new(PlanMistakes {
            rendered: mistakes::render(&shown, &String::from_utf8_lossy(bytes), found),
            parts,
        })),
    }
}

/// The path of a file inside the work tree; `None` when it lies outside.
pub(super) fn inside(repo: &Repo, file: &Path) -> Option<RepoPath> {
    use std::os::unix::ffi::OsStrExt;
    let top = repo.work_dir()?.canonicalize().ok()?;
    // The file itself may be a link; where it stands is what counts.
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = folder.canonicalize().ok()?.join(file.file_name()?);
    RepoPath::parse(file.strip_prefix(&top).ok()?.as_os_str().as_bytes()).ok()
}
