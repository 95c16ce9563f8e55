//! `dockerignore`: what a .dockerignore keeps out of the build context.

mod advice;

use std::sync::Arc;

use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::formats::dockerignore::{Decision, Dockerignore, MOST_STEPS, Rule, exactly};
use crate::repo::{EntryKind, Pattern, RepoPath};
use crate::semantics::files::{Files, SourceFile};
use crate::source::LineRange;

/// The kind.
pub const KIND: Kind = Kind {
    name: "dockerignore",
    summary: "a .dockerignore drops some paths from the build context and keeps others",
    doc: concat!(
        "Decided by what the file *does*: each path is decided as Docker decides it while it walks the context. ",
        "Patterns are anchored at the context's root (`__pycache__` does not match `src/__pycache__`; `**/__pycache__` does); ",
        "what a dropped folder holds is dropped; the last pattern that matches decides, and `!` keeps. ",
        "The paths need not exist. Holds when every path of `drops` is dropped and none of `keeps` is. ",
        "A missing file fails. So does a pattern that Docker refuses (`[`, a lone `!`): with it no image is built at all, ",
        "whatever the other lines say. A file that cannot be read, or is over a bound ",
        "(20,000 patterns, 100,000 instructions in them, 10,000,000 steps), is unknown. ",
        "Rules: <https://docs.docker.com/build/concepts/context/#dockerignore-files> and `github.com/moby/patternmatcher`.",
    ),
    example: "check = { dockerignore = { drops = [\".env\", \"src/__pycache__/m.pyc\"], keeps = [\".env.example\"] } }",
    fields: &[
        Field {
            name: "file",
            takes: FieldType::Path,
            required: false,
            doc: "the file; `.dockerignore` when it is not written",
        },
        Field {
            name: "drops",
            takes: FieldType::Texts,
            required: false,
            doc: "paths, relative to the build context, that must be dropped",
        },
        Field { name: "keeps", takes: FieldType::Texts, required: false, doc: "paths that must not be dropped" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let file = args.path("file").or_else(|| RepoPath::parse(".dockerignore").ok())?;
    let (drops, keeps) = (paths(args, "drops"), paths(args, "keeps"));
    if drops.is_empty() && keeps.is_empty() {
        let help = "write `drops = [\".env\"]`, say".to_owned();
        args.mistake("drops", "`dockerignore` needs paths in `drops` or in `keeps`", Some(help));
    }
    for path in drops.iter().filter(|path| keeps.contains(path)) {
        args.mistake("keeps", format!("{} stands in `drops` and in `keeps`", path.shown().raw()), None);
    }
    Some(Body::Tree(Box::new(DropsAndKeeps { file, drops, keeps })))
}

fn paths(args: &mut Args<'_>, field: &str) -> Vec<RepoPath> {
    let mut paths = Vec::new();
    for text in args.texts(field) {
        match RepoPath::parse(&text) {
            Ok(path) if path.is_root() => {
                args.mistake(field, format!("`{text}` is the context itself, which is never dropped"), None);
            }
            Ok(path) => paths.push(path),
            Err(error) => args.mistake(field, format!("bad path `{text}`: {error}"), None),
        }
    }
    paths
}

struct DropsAndKeeps {
    file: RepoPath,
    drops: Vec<RepoPath>,
    keeps: Vec<RepoPath>,
}

impl TreeCheck for DropsAndKeeps {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        match files.dockerignore(&self.file) {
            Ok(Some((file, rules))) => Judging { check: self, file, rules, steps: MOST_STEPS }.judge(&mut outcome),
            Ok(None) => {
                let shown = self.file.shown();
                let finding = Finding::fault(format!("there is no {}: nothing is dropped", shown.raw()));
                outcome.push(finding.path(&self.file).help(self.starter()));
            }
            // A folder is no file: none is there.
            Err(_) if self.is_folder(files) => {
                let shown = self.file.shown();
                let finding = Finding::fault(format!("{} is a folder, not a file: nothing is dropped", shown.raw()));
                outcome.push(finding.path(&self.file).help(self.starter()));
            }
            Err(error) => outcome.unread(&self.file, &error),
        }
        self.note_files_that_go_first(files, &mut outcome);
        outcome
    }
}

impl DropsAndKeeps {
    fn is_folder(&self, files: &Files<'_>) -> bool {
        matches!(files.entry(&self.file), Ok(Some(entry)) if entry.kind == EntryKind::Folder)
    }

    /// What a new file has to say.
    fn starter(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut file = crate::formats::dockerignore::parse(b"");
        for path in &self.drops {
            if !file.decide(path.as_bytes()).ignored {
                let added = advice::addition(&file, path, &self.drops, &self.keeps);
                file = file.with(&added.join("\n"));
                lines.extend(added);
            }
        }
        // A later line may do what an earlier one was for, and the other way round.
        for at in (0..lines.len()).rev() {
            let fewer: Vec<&str> =
                lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, line)| line.as_str()).collect();
            let file = crate::formats::dockerignore::parse(fewer.join("\n").as_bytes());
            let dropped = |path: &RepoPath| file.decide(path.as_bytes()).ignored;
            if self.drops.iter().all(dropped) && !self.keeps.iter().any(dropped) {
                lines.remove(at);
            }
        }
        match lines.is_empty() {
            true => format!("add {}", self.file.shown().raw()),
            false => format!("add {} with the lines {}", self.file.shown().raw(), listed(lines.iter())),
        }
    }

    /// A `<Dockerfile>.dockerignore` replaces the context's: worth knowing, no matter for this check.
    fn note_files_that_go_first(&self, files: &Files<'_>, outcome: &mut Outcome) {
        let folder = self.file.parent();
        let pattern = match folder.is_root() {
            true => "*.dockerignore".to_owned(),
            false => format!("{}/*.dockerignore", folder.shown().raw()),
        };
        let found = Pattern::parse(&pattern).ok().and_then(|pattern| files.glob(&pattern).ok()).unwrap_or_default();
        for found in found.into_iter().filter(|found| found.path != self.file && self.file.name() == ".dockerignore") {
            let name = found.path.name().to_string();
            let Some(dockerfile) = name.strip_suffix(".dockerignore").filter(|name| !name.is_empty()) else { continue };
            let message = format!("{name} takes the place of .dockerignore when {dockerfile} is built");
            outcome.push(Finding::note(message).path(&found.path));
        }
    }
}

struct Judging<'c> {
    check: &'c DropsAndKeeps,
    file: SourceFile,
    rules: Arc<Dockerignore>,
    steps: u64,
}

impl Judging<'_> {
    fn judge(mut self, outcome: &mut Outcome) {
        for error in self.rules.errors.iter().take(8) {
            let finding = Finding::fault(format!("{}; Docker refuses to build with this file", error.message));
            let finding = finding.lines(&self.file, LineRange::at(error.line));
            outcome.push(finding.help("mend the pattern or take it out: until then no image is built"));
        }
        if !self.rules.errors.is_empty() {
            return;
        }
        if let Some(over) = &self.rules.over {
            let message = format!("{} has {over}", self.check.file.shown().raw());
            return outcome.doubt(Reason::TooLarge, Finding::note(message).path(&self.check.file));
        }
        let check = self.check;
        let (Some(drops), Some(keeps)) = (self.decide(&check.drops), self.decide(&check.keeps)) else {
            let message = format!("deciding these paths takes more than {MOST_STEPS} steps");
            return outcome.doubt(Reason::TooLarge, Finding::note(message).path(&check.file));
        };
        self.dropped(&drops, outcome);
        self.not_dropped(&drops, outcome);
        self.kept(&keeps, outcome);
    }

    fn decide<'p>(&mut self, paths: &'p [RepoPath]) -> Option<Vec<(&'p RepoPath, Decision)>> {
        let decide = |path: &'p RepoPath| Some((path, self.rules.decide_within(path.as_bytes(), &mut self.steps)?));
        paths.iter().map(decide).collect()
    }

    fn rule(&self, decision: Decision) -> Option<&Rule> {
        decision.rule.and_then(|rule| self.rules.patterns.get(rule))
    }

    fn at(&self, finding: Finding, line: u32) -> Finding {
        finding.lines(&self.file, LineRange::at(line))
    }

    /// One proof a pattern, for all paths that it drops.
    fn dropped(&self, drops: &[(&RepoPath, Decision)], outcome: &mut Outcome) {
        let mut told: Vec<usize> = Vec::new();
        for (_, decision) in drops.iter().filter(|(_, decision)| decision.ignored) {
            let (Some(index), Some(rule)) = (decision.rule, self.rule(*decision)) else { continue };
            if told.contains(&index) {
                continue;
            }
            told.push(index);
            let paths = drops.iter().filter(|(_, d)| d.ignored && d.rule == Some(index)).map(|(path, _)| *path);
            let message = format!("`{}` on line {} drops {}", rule.written, rule.line, together(paths));
            outcome.push(self.at(Finding::proof(message), rule.line));
        }
    }

    /// One fault for all paths that the same lines would drop.
    fn not_dropped(&self, drops: &[(&RepoPath, Decision)], outcome: &mut Outcome) {
        let mut missing: Vec<(Option<u32>, String, String, Vec<&RepoPath>)> = Vec::new();
        for (path, decision) in drops.iter().filter(|(_, decision)| !decision.ignored) {
            let added = advice::addition(&self.rules, path, &self.check.drops, &self.check.keeps);
            let lines = listed(added.iter());
            let (line, why, help) = match self.rule(*decision) {
                Some(kept) => {
                    let why = format!("`{}` on line {} keeps it in the context", kept.written, kept.line);
                    (Some(kept.line), why, format!("take line {} out, or add {lines} at the end", kept.line))
                }
                None => match advice::too_high(&self.rules, path) {
                    Some(rule) => {
                        let why = format!("`{}` on line {} matches at the root only", rule.written, rule.line);
                        (Some(rule.line), why, format!("write {lines}: `**/` is any depth"))
                    }
                    None => (None, String::new(), format!("add {lines}")),
                },
            };
            match missing.iter_mut().find(|(l, w, h, _)| *l == line && *w == why && *h == help) {
                Some((_, _, _, paths)) => paths.push(path),
                None => missing.push((line, why, help, vec![path])),
            }
        }
        for (line, why, help, paths) in missing {
            let paths = together(paths.into_iter());
            let message = match why.is_empty() {
                true => format!("no pattern drops {paths}"),
                false => format!("nothing drops {paths}: {why}"),
            };
            let finding = Finding::fault(message).help(help);
            outcome.push(match line {
                Some(line) => self.at(finding, line),
                None => finding.path(&self.check.file),
            });
        }
    }

    fn kept(&self, keeps: &[(&RepoPath, Decision)], outcome: &mut Outcome) {
        for (path, decision) in keeps {
            let shown = path.shown();
            let shown = shown.raw();
            outcome.push(match (decision.ignored, self.rule(*decision)) {
                (true, Some(rule)) => {
                    let message = format!("`{}` on line {} drops {shown}, which has to stay", rule.written, rule.line);
                    let help = format!("add `!{}` at the end", exactly(path.as_bytes()));
                    self.at(Finding::fault(message), rule.line).help(help)
                }
                (_, Some(rule)) => {
                    let message = format!("`{}` on line {} keeps {shown}", rule.written, rule.line);
                    self.at(Finding::proof(message), rule.line)
                }
                (_, None) => Finding::proof(format!("no pattern drops {shown}")).path(&self.check.file),
            });
        }
    }
}

/// `a, b and c`.
fn together<'p>(paths: impl Iterator<Item = &'p RepoPath>) -> String {
    join(paths.map(|path| path.shown().raw().to_owned()).collect())
}

/// `` `a`, `b` and `c` ``.
fn listed<'l>(lines: impl Iterator<Item = &'l String>) -> String {
    join(lines.map(|line| format!("`{line}`")).collect())
}

fn join(words: Vec<String>) -> String {
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
