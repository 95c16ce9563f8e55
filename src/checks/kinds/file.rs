//! `file`: a path is there, or not.

use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, TreeCheck};
use crate::repo::{EntryKind, RepoPath};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "file",
    summary: "a path is in the tree, or (absent) is not",
    doc: "Holds when something stands at the path (with `absent = true`: when nothing does). In the work tree that is a tracked file, or one that is not ignored.",
    example: "check = { file = { path = \".dockerignore\" } }",
    fields: &[
        Field { name: "path", takes: FieldType::Path, required: true, doc: "the path, relative to the plan's root" },
        Field { name: "absent", takes: FieldType::Flag, required: false, doc: "true: it must not be there" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(File { path: args.path("path")?, absent: args.flag("absent").unwrap_or(false) })))
}

struct File {
    path: RepoPath,
    absent: bool,
}

impl TreeCheck for File {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let shown = self.path.shown();
        match files.entry(&self.path) {
            Err(error) => outcome.unread(&self.path, &error),
            Ok(None) if self.absent => {
                outcome.push(Finding::proof(format!("{} is not there", shown.raw())).path(&self.path))
            }
            Ok(None) => outcome.push(
                Finding::fault(format!("there is no {}", shown.raw()))
                    .path(&self.path)
                    .help(format!("add {} (tracked, or at least not ignored)", shown.raw())),
            ),
            Ok(Some(entry)) => {
                let what = match entry.kind {
                    EntryKind::File { .. } => "a file",
                    EntryKind::Symlink => "a link",
                    EntryKind::Folder => "a folder",
                    EntryKind::Submodule => "a submodule",
                };
                let message = format!("{} is there: {what}", shown.raw());
                outcome.push(
                    if self.absent { Finding::fault(message).help("remove it") } else { Finding::proof(message) }
                        .path(&self.path),
                );
            }
        }
        outcome
    }
}
