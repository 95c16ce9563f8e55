//! The shell scripts of a check: read, run in thought, with the scripts that they source or call.

use std::sync::Arc;

use bstr::ByteSlice;

use super::{FileSet, Finding, Outcome, Reason, each_file};
use crate::formats::shell::Script;
use crate::repo::{Pattern, RepoPath};
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::shell::{Command, Decides, Env, Flow, Opaque, Unseen, World, flow_in};
use crate::source::Span;

/// Most mistakes of one script that are shown.
const MOST_SHOWN: usize = 3;

/// A command may stand in so many places of a script when each has to be looked at alone.
const MOST_PLACES: usize = 32;
/// And those places times the commands of the script are at most so many.
const MOST_WORK: usize = 40_000;

/// One script of a check.
pub struct Shell<'a> {
    /// Its file.
    pub file: &'a SourceFile,
    /// What stands in it.
    pub script: &'a Script,
    files: Files<'a>,
}

impl Shell<'_> {
    /// What it runs, with the scripts of the tree that it sources and, with `called`, those that it calls.
    pub fn flow(&self, called: bool) -> Flow {
        self.run(World::default(), called)
    }

    /// The same on the paths through the commands that end as `assume` says.
    pub fn flow_if(&self, assume: &Decides<'_>) -> Flow {
        self.run(World { assume: Some(assume), through: true, ..World::default() }, true)
    }

    /// The same, and whether each of these paths came to a command that `wanted` names.
    pub fn flow_to(&self, assume: &Decides<'_>, wanted: &dyn Fn(&Command) -> bool) -> Flow {
        self.run(World { assume: Some(assume), through: true, wanted: Some(wanted), ..World::default() }, true)
    }

    /// Whether each of these paths came to a command that `wanted` names or to one of the calls, each told by where
    /// the calls around it and it stand.
    pub fn enters(&self, assume: &Decides<'_>, wanted: &dyn Fn(&Command) -> bool, calls: &[&[Span]]) -> bool {
        let entered = |around: &[Span]| calls.contains(&around);
        let world = World {
            assume: Some(assume),
            through: true,
            wanted: Some(wanted),
            entered: Some(&entered),
            ..World::default()
        };
        self.run(world, true).reached
    }

    fn run(&self, world: World<'_>, called: bool) -> Flow {
        let folder = self.file.path.parent();
        let open = |shape: &str, sourced: bool| {
            if called || sourced { find(&self.files, &folder, shape) } else { None }
        };
        flow_in(self.script, &Env::new(), World { open: Some(&open), ..world })
    }

    /// Doubts for what cannot be seen through and could change the answer.
    pub fn doubt<'o>(&self, outcome: &mut Outcome, opaque: impl IntoIterator<Item = &'o Opaque>) {
        for opaque in opaque.into_iter().take(MOST_SHOWN) {
            let reason = match opaque.kind {
                Unseen::Region => Reason::Unreadable,
                Unseen::Bound => Reason::TooLarge,
                Unseen::Name | Unseen::Text | Unseen::Child => Reason::Unresolved,
            };
            let note = Finding::note(opaque.what.clone()).at(self.file, opaque.span);
            if !outcome.doubts.iter().any(|doubt| doubt.finding == note) {
                outcome.doubt(reason, note);
            }
        }
    }

    /// Doubts for what could hide further runs of a command: regions that cannot be read, texts that the
    /// script itself runs, a bound that was passed. Answers whether a bound was.
    pub fn doubt_hidden(&self, outcome: &mut Outcome, flow: &Flow) -> bool {
        let hides = |kind: Unseen| matches!(kind, Unseen::Region | Unseen::Text | Unseen::Bound);
        self.doubt(outcome, flow.opaque.iter().filter(|opaque| hides(opaque.kind)));
        flow.opaque.iter().any(|opaque| opaque.kind == Unseen::Bound)
    }

    /// A doubt when `places` of a script are too many to follow each world of each; answers whether they are.
    pub fn doubt_places(&self, outcome: &mut Outcome, flow: &Flow, places: usize, what: &str) -> bool {
        let too_many = places > MOST_PLACES || places * flow.commands.len() > MOST_WORK;
        if too_many {
            let message = format!(
                "`{what}` stands in {places} places of {} commands, over the bound of {MOST_PLACES} places and {MOST_WORK} commands",
                flow.commands.len()
            );
            outcome.doubt(Reason::TooLarge, Finding::note(message).path(&self.file.path));
        }
        too_many
    }

    /// A note for each function that nothing calls and that has a command of interest.
    pub fn note_uncalled(&self, outcome: &mut Outcome, flow: &Flow, what: &str, is: impl Fn(&Command) -> bool) {
        for function in &flow.uncalled {
            if let Some(command) = function.commands.iter().find(|command| is(command)) {
                let message = format!("{what} stands in the function `{}`, which nothing calls", function.name);
                outcome.push(Finding::note(message).at(self.file, command.span));
            }
        }
    }
}

/// Calls `judge` for each script of the set. A script with regions that cannot be read, and a file that is
/// no shell script, are doubts (CHECKS, rule 2).
pub fn each_script(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    mut judge: impl FnMut(&Shell<'_>, &mut Outcome),
) {
    each_file(files, set, outcome, |path, outcome| {
        let (file, script) = match files.script(path) {
            Ok(Some(read)) => read,
            Ok(None) => {
                return outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
            }
            Err(error) => return outcome.unread(path, &error),
        };
        if let Some(other) = other_interpreter(&script) {
            let message = format!("its first line names `{other}`, which is no shell");
            return outcome.doubt(Reason::Unreadable, Finding::note(message).at(&file, (0..1).into()));
        }
        if let Some(at) = file.bytes.find(b"\r\n") {
            let message = "its lines end in CRLF, and a shell takes the CR for part of the last word of each";
            return outcome.doubt(Reason::Unreadable, Finding::note(message).at(&file, (at..at + 1).into()));
        }
        for error in script.errors.iter().take(MOST_SHOWN) {
            let bound = error.message.contains("over the bound") || error.message.contains("than the bound");
            let reason = if bound { Reason::TooLarge } else { Reason::Unreadable };
            let message = format!("the shell cannot read on here: {}", error.message);
            outcome.doubt(reason, Finding::note(message).at(&file, error.span));
        }
        judge(&Shell { file: &file, script: &script, files: *files }, outcome);
    });
}

/// The interpreter of the first line when it is no shell.
fn other_interpreter(script: &Script) -> Option<String> {
    let line = script.shebang.as_deref()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let name = words.find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    let shell = matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh" | "busybox" | "with-contenv");
    (!shell).then(|| name.to_owned())
}

/// The script of the tree that a path in a script means: beside the script, at the path itself, or the only
/// file of that name. Where a container has it, nobody can tell from the script.
fn find(files: &Files<'_>, folder: &RepoPath, shape: &str) -> Option<Arc<Script>> {
    let name = shape.rsplit('/').next()?;
    if name.is_empty() || name.contains(['\u{fffc}', '*', '?', '[', ']', '{', '}', '\\']) {
        return None;
    }
    let relative = shape.trim_start_matches('/');
    let mut candidates = vec![folder.join(name), folder.join(relative), RepoPath::parse(relative)];
    let everywhere = Pattern::parse(&format!("**/{name}")).ok()?;
    if let Ok(found) = files.glob(&everywhere)
        && let [only] = found.as_slice()
    {
        candidates.push(Ok(only.path.clone()));
    }
    for path in candidates.into_iter().flatten() {
        if let Ok(Some((_, script))) = files.script(&path)
            && other_interpreter(&script).is_none()
        {
            return Some(script);
        }
    }
    None
}
