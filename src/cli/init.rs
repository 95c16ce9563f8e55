//! `trueup init`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Format, Global, Init, Template};
use super::error::{CliError, ErrorKind};
use super::output;
use crate::plan::template;
use crate::report::{encode, json};

pub(super) fn run(global: &Global, args: &Init) -> Result<ExitCode, CliError> {
    let path = match (&global.plan, &global.repo) {
        (Some(plan), _) => plan.clone(),
        (None, Some(folder)) => folder.join("plan.toml"),
        (None, None) => PathBuf::from("plan.toml"),
    };
    let uid = uid()?;
    let text = match args.template {
        Template::Small => template::small(&uid, &title(&path)),
        Template::DockerSecurity => template::docker_security(&uid),
    };
    write_new(&path, &text)?;
    let shown = path.display().to_string();
    match global.format {
        Format::Json => output::print_json(&json::init(&shown, &uid))?,
        Format::Human => output::print(&format!(
            "wrote {}\n\nNext: edit it (`trueup checks` lists what a task can ask), then `trueup status`.\n",
            encode::terminal(&shown)
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A random version 4 UUID.
fn uid() -> Result<String, CliError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError::new(ErrorKind::Io, format!("the system gives no random bytes: {error}")))?;
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    Ok([part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-"))
}

/// The name of the folder that the plan comes into.
fn title(path: &Path) -> String {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Writes a whole file or none, and never over one that is there.
fn write_new(path: &Path, text: &str) -> Result<(), CliError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: &std::io::Error| CliError::io(path, "write", error);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    // A temporary file is its owner's alone; a plan is like any other file of the repository.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(mode).map_err(|error| failed(&error))?;
    }
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(CliError::new(ErrorKind::Usage, format!("{} is already there", path.display()))
                .path(path.display().to_string())
                .help("move it away first, or write elsewhere with --plan FILE"))
        }
        Err(error) => Err(failed(&error.error)),
    }
}
