//! `RUN --mount`.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/#run---mount>.

use super::{CopyFrom, Step, Walk};
use crate::source::Span;

/// What is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountKind {
    /// Files of the context, a stage or an image; the default.
    Bind,
    /// A cache folder.
    Cache,
    /// `tmpfs`.
    Tmpfs,
    /// A secret's file.
    Secret,
    /// An agent's socket.
    Ssh,
}

/// One mount of a RUN. Nothing that is written below its target stays in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What.
    pub kind: MountKind,
    /// Where it appears, absolute; `None` when a variable in it has no value.
    pub target: Option<String>,
    /// For a bind: the path in what it comes from (its root when none is written), unexpanded variables replaced.
    pub source: Option<String>,
    /// Where its files come from.
    pub from: CopyFrom,
    /// The flag.
    pub span: Span,
}

/// The mounts of a RUN, in order.
pub(super) fn of(walk: &Walk, step: &Step) -> Vec<Mount> {
    let flags = step.instruction.flags.iter().filter(|flag| flag.name.eq_ignore_ascii_case("mount"));
    flags
        .map(|flag| {
            let mut mount =
                Mount { kind: MountKind::Bind, target: None, source: None, from: CopyFrom::Context, span: flag.span };
            for field in flag.value.as_deref().unwrap_or_default().split(',') {
                let (key, value) = field.split_once('=').unwrap_or((field, ""));
                let expanded = step.before.expand(value.trim().trim_matches('"'));
                let known = expanded.unresolved.is_empty().then_some(expanded.text);
                match key.trim().trim_matches('"').to_ascii_lowercase().as_str() {
                    "type" => {
                        mount.kind = match known.as_deref() {
                            Some("cache") => MountKind::Cache,
                            Some("tmpfs") => MountKind::Tmpfs,
                            Some("secret") => MountKind::Secret,
                            Some("ssh") => MountKind::Ssh,
                            _ => MountKind::Bind,
                        };
                    }
                    "target" | "dst" | "destination" => {
                        mount.target = known.and_then(|path| step.before.absolute(&path));
                    }
                    "source" | "src" => mount.source = known,
                    "from" => {
                        mount.from = match known {
                            Some(name) => match walk.build.mounted_from(step.stage, &name) {
                                Some(stage) => CopyFrom::Stage(stage.index),
                                None => CopyFrom::Image(name),
                            },
                            None => CopyFrom::Unresolved(value.to_owned()),
                        };
                    }
                    _ => {}
                }
            }
            mount
        })
        .collect()
}
