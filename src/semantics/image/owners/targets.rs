//! What a COPY writes.

use super::{ALWAYS, Target, glob};
use crate::repo::{EntryKind, RepoPath};
use crate::semantics::files::Files;
use crate::semantics::image::timeline::{Event, Timeline};
use crate::semantics::image::{Copy, CopySource, Walk, paths};

/// The paths that a COPY from the build context writes: a folder with everything below it, a file alone. Empty
/// when its destination is not known.
pub fn targets(walk: &Walk, files: &Files<'_>, timeline: &Timeline, copy: &Copy) -> Vec<Target> {
    let Some(destination) = &copy.destination else { return Vec::new() };
    let entered = |event: &Event| matches!(event, Event::Entered(path, ..) if path == destination);
    let into_folder = copy.into_folder || ALWAYS.contains(&destination.as_str()) || timeline.events.iter().any(entered);
    let whole = || Target { path: destination.clone(), whole: true };
    let file = |name: &str| match into_folder {
        true => Target { path: paths::absolute(Some(destination), name).unwrap_or_default(), whole: false },
        false => Target { path: destination.clone(), whole: false },
    };
    let mut targets: Vec<Target> = Vec::new();
    for source in &copy.sources {
        let target = match source {
            CopySource::Heredoc(heredoc) => file(paths::name(&heredoc.name)),
            CopySource::Path(word) if glob::is_pattern(&word.text) || copy.parents => whole(),
            CopySource::Path(word) if is_file(walk, files, &word.text) && !(copy.add && is_archive(&word.text)) => {
                file(paths::name(&word.text))
            }
            CopySource::Path(_) | CopySource::Unresolved(_) => whole(),
            CopySource::Remote(_) => continue,
        };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}

/// Whether a source is a file: as the repository has it; by its look when it is not there.
fn is_file(walk: &Walk, files: &Files<'_>, source: &str) -> bool {
    let roots = match &walk.given.context {
        Some(context) => vec![context.clone()],
        None => vec![RepoPath::root(), walk.file.path.parent()],
    };
    for root in roots {
        let Ok(path) = root.join(source.trim_start_matches('/')) else { continue };
        if let Ok(Some(entry)) = files.entry(&path) {
            return matches!(entry.kind, EntryKind::File { .. } | EntryKind::Symlink);
        }
    }
    let name = paths::name(source);
    !source.ends_with('/') && name.trim_start_matches('.').contains('.')
}

fn is_archive(source: &str) -> bool {
    [".tar", ".gz", ".tgz", ".bz2", ".xz", ".txz", ".zst"].iter().any(|end| source.ends_with(end))
}
