//! Looking for the sources of each instruction.

use crate::checks::{Finding, Outcome, Reason};
use crate::formats::dockerfile::Word;
use crate::formats::dockerignore::exactly;
use crate::formats::goglob::GoGlob;
use crate::repo::{ReadError, RepoPath};
use crate::semantics::context::{Context, Source};
use crate::semantics::files::Files;
use crate::semantics::image::{CopySource, Step, Walk};
use crate::source::Span;

use super::from::From;
use super::settings::Setting;
use super::{dollars, push_once};

/// Names in a proof are cut off behind so many.
const SHOWN: usize = 12;

/// A Dockerfile being judged in one context.
pub(super) struct Judging<'j, 't> {
    pub files: &'j Files<'t>,
    pub walk: &'j Walk,
    pub setting: &'j Setting,
    pub context: &'j Context,
    pub outcome: &'j mut Outcome,
    /// The sources that are there, as written.
    pub there: Vec<String>,
    /// How many sources there are.
    pub seen: usize,
}

/// What is being looked at.
pub(super) struct Place<'p> {
    /// `COPY`, `ADD`, `RUN --mount`; with its source where there is one.
    pub what: String,
    /// The stage it stands in.
    pub stage: usize,
    /// The source's word, with its place in the Dockerfile.
    word: Option<&'p Word>,
}

impl Judging<'_, '_> {
    /// Every COPY, ADD and bind mount, those that ONBUILD triggers too.
    pub fn steps(&mut self) {
        for step in self.walk.steps() {
            match step.instruction.keyword.as_str() {
                "COPY" | "ADD" => self.copy(step),
                "RUN" => self.mounts(step),
                _ => {}
            }
        }
    }

    fn copy(&mut self, step: &Step) {
        let Some(copy) = step.copy(self.walk) else { return };
        let keyword = step.instruction.keyword.as_str();
        self.seen += copy.sources.len();
        let mut context = None;
        if let Some(written) = step.instruction.flag("from") {
            let place = Place { what: format!("{keyword} --from={written}"), stage: step.stage, word: None };
            let span = step.instruction.flags.iter().find(|flag| flag.name == "from").map_or(step.span, |f| f.span);
            match self.from(&place, span, written, true) {
                From::Context(folder) => context = self.other(&folder),
                From::Elsewhere | From::Lost => return,
            }
            if context.is_none() {
                return;
            }
        }
        let mut empty = Vec::new();
        let mut found = 0;
        for source in &copy.sources {
            match source {
                CopySource::Heredoc(_) | CopySource::Remote(_) => found += 1,
                CopySource::Unresolved(word) => self.without_value(step, keyword, word),
                CopySource::Path(word) if !copy.add && is_remote(&word.text) => {
                    let message = format!("{keyword} {}: COPY takes no URL", word.text);
                    let finding = Finding::fault(message).at(&self.walk.file, word.span);
                    push_once(self.outcome, finding.help("write ADD, which downloads"));
                }
                CopySource::Path(word) => {
                    let place = Place { what: format!("{keyword} {}", word.text), stage: step.stage, word: Some(word) };
                    let context = context.as_ref().unwrap_or(self.context);
                    let looked = match copy.parents {
                        true => context.with_parents(self.files, &word.text),
                        false => context.source(self.files, &word.text),
                    };
                    let wild = GoGlob::has_wildcard(word.text.as_bytes());
                    match looked {
                        Ok(Source::Absent { missing: None }) if wild => empty.push(word),
                        looked => found += usize::from(self.judge(&place, word.span, context, looked)),
                    }
                }
            }
        }
        self.unmatched(keyword, &empty, found, copy.parents);
    }

    /// Patterns that match nothing: Docker goes on without them.
    fn unmatched(&mut self, keyword: &str, empty: &[&Word], found: usize, parents: bool) {
        for word in empty {
            let within = self.setting.within();
            if found > 0 {
                let message =
                    format!("{keyword} {}: nothing {within} matches; the other sources are copied", word.text);
                push_once(self.outcome, Finding::note(message).at(&self.walk.file, word.span));
                continue;
            }
            let message = format!("{keyword} {}: nothing {within} matches, so nothing is copied", word.text);
            let help = match word.text.contains("**") && !parents {
                true => "`**` is `*` here and stays inside one folder: name the folder, or use COPY --parents",
                false => "correct the pattern, or add such a file to git",
            };
            self.missing(Finding::fault(message).at(&self.walk.file, word.span).help(help));
        }
    }

    /// Bind mounts; of other mounts only `from` says something.
    fn mounts(&mut self, step: &Step) {
        for flag in step.instruction.flags.iter().filter(|flag| flag.name.eq_ignore_ascii_case("mount")) {
            let (mut kind, mut source, mut from) = ("bind".to_owned(), None, None);
            for field in flag.value.as_deref().unwrap_or_default().split(',') {
                let (key, value) = field.split_once('=').unwrap_or((field, ""));
                let value = value.trim().trim_matches('"');
                match key.trim().trim_matches('"').to_ascii_lowercase().as_str() {
                    "type" => kind = value.to_ascii_lowercase(),
                    "source" | "src" => source = Some(value),
                    "from" => from = Some(value),
                    _ => {}
                }
            }
            if kind != "bind" && (kind != "cache" || from.is_none()) {
                continue;
            }
            self.seen += 1;
            let mut context = None;
            if let Some(from) = from {
                let place = Place { what: format!("RUN --mount from={from}"), stage: step.stage, word: None };
                if let From::Context(folder) = self.from(&place, flag.span, from, false) {
                    context = self.other(&folder);
                }
                if context.is_none() {
                    continue;
                }
            }
            let Some(source) = source else { continue };
            let word = Word { text: source.to_owned(), span: flag.span };
            let expanded = step.before.expand(source);
            if !expanded.unresolved.is_empty() || expanded.error.is_some() {
                self.without_value(step, "RUN --mount source", &word);
                continue;
            }
            let word = Word { text: expanded.text, span: flag.span };
            let place =
                Place { what: format!("RUN --mount source={}", word.text), stage: step.stage, word: Some(&word) };
            let context = context.as_ref().unwrap_or(self.context);
            let looked = context.path(self.files, &word.text);
            self.judge(&place, flag.span, context, looked);
        }
    }

    /// A source is not there: a fault where the context is known.
    fn missing(&mut self, finding: Finding) {
        if self.setting.certain {
            push_once(self.outcome, finding);
        } else {
            self.outcome.doubt(Reason::Unresolved, finding);
        }
    }

    fn without_value(&mut self, step: &Step, keyword: &str, word: &Word) {
        let expanded = step.before.expand(&word.text);
        let why = match expanded.error {
            Some(error) => error,
            None => format!("{} has no value", dollars(&expanded.unresolved)),
        };
        self.unresolved(word.span, format!("{keyword} {}: {why}", word.text));
    }

    /// A context besides the main one.
    fn other(&mut self, folder: &RepoPath) -> Option<Context> {
        match Context::named(self.files, folder) {
            Ok(context) if super::usable(&context, self.outcome) => Some(context),
            Ok(_) => None,
            Err(error) => {
                self.outcome.unread(folder, &error);
                None
            }
        }
    }

    /// Says what was found; whether the source is there.
    fn judge(&mut self, place: &Place<'_>, span: Span, context: &Context, looked: Result<Source, ReadError>) -> bool {
        let what = &place.what;
        let text = place.word.map_or("", |word| word.text.as_str());
        let (message, help) = match looked {
            Ok(Source::Found(_)) => {
                self.found(text);
                return true;
            }
            Ok(Source::Dropped { path, rule }) => {
                let (rule, file) = Self::rule(context, rule);
                let it = if same(text, &path) { "it".to_owned() } else { path.shown().raw().to_owned() };
                let help = format!("add `!{}` at the end of {file}, or narrow that pattern", exactly(path.as_bytes()));
                (format!("{what}: {rule} drops {it} from the build context"), help)
            }
            Ok(Source::Emptied { folder, rule, .. }) => {
                let (rule, file) = Self::rule(context, rule);
                let inside =
                    if folder.is_root() { "**".to_owned() } else { format!("{}/**", exactly(folder.as_bytes())) };
                let message = format!("{what}: {rule} drops everything in it, so an empty folder is copied");
                let help = format!("narrow that pattern, or add `!{inside}` at the end of {file}");
                push_once(self.outcome, Finding::note(message).at(&self.walk.file, span).help(help));
                self.found(text);
                return true;
            }
            Ok(Source::Absent { missing }) => self.absent(place, context, missing),
            Ok(Source::Hidden(why)) => {
                let finding = Finding::note(format!("{what}: {why}")).at(&self.walk.file, span);
                self.outcome.doubt(Reason::Unreadable, finding);
                return false;
            }
            Err(error) => {
                self.outcome.unread(&context.folder, &error);
                return false;
            }
        };
        self.missing(Finding::fault(message).at(&self.walk.file, span).help(help));
        false
    }

    fn found(&mut self, text: &str) {
        if !self.there.iter().any(|there| there == text) {
            self.there.push(text.to_owned());
        }
    }

    fn absent(&self, place: &Place<'_>, context: &Context, missing: Option<RepoPath>) -> (String, String) {
        let text = place.word.map_or("", |word| word.text.as_str());
        let missing = missing.filter(|missing| !missing.is_root());
        let name = missing.as_ref().map_or_else(|| text.to_owned(), |missing| missing.shown().raw().to_owned());
        let within = match context.folder == self.setting.folder {
            true => self.setting.within(),
            false => format!("in the context `{}`", context.folder.shown().raw()),
        };
        let message = format!("{}: there is no {name} {within}", place.what);
        let folder = self.walk.file.path.parent();
        let beside = folder != context.folder
            && Context::of(self.files, &self.walk.file.path, &folder)
                .and_then(|beside| beside.source(self.files, text))
                .is_ok_and(|found| matches!(found, Source::Found(_)));
        let help = match beside {
            true => format!(
                "it is in `{}`, beside the Dockerfile: build with that context (`build.context` of a service that the check's `compose` names)",
                folder.shown().raw()
            ),
            false => format!("add {name} to git (what git ignores is in no clean clone), or do not copy it"),
        };
        (message, help)
    }

    /// A rule in words, and its file.
    fn rule(context: &Context, rule: usize) -> (String, String) {
        let file = context.ignore.as_ref().map(|ignore| ignore.file.path.shown().raw().to_owned()).unwrap_or_default();
        match context.rule(rule) {
            Some(rule) => (format!("`{}` on line {} of {file}", rule.written, rule.line), file),
            None => (file.clone(), file),
        }
    }

    /// ONBUILD of a stage that no later one is built from: it runs in other builds.
    pub fn untriggered(&mut self) {
        let build = &self.walk.build;
        for stage in &build.stages {
            let triggers = |other: &crate::semantics::stages::Stage| matches!(other.base, crate::semantics::stages::Base::Stage(base) if base == stage.index);
            if build.stages.iter().any(triggers) {
                continue;
            }
            for instruction in build.body_of(stage).iter().filter(|instruction| instruction.keyword == "ONBUILD") {
                let Some(deferred) = &instruction.deferred else { continue };
                if matches!(deferred.keyword.as_str(), "COPY" | "ADD") && deferred.flag("from").is_none() {
                    let message = format!(
                        "ONBUILD {}: it runs where another image is built FROM this one, in the context of that build",
                        deferred.keyword
                    );
                    push_once(self.outcome, Finding::note(message).at(&self.walk.file, instruction.span));
                }
            }
        }
    }

    /// The proof.
    pub fn conclude(&mut self) {
        if !self.setting.certain || self.there.is_empty() && self.outcome.has_fault() {
            return;
        }
        let path = &self.walk.file.path;
        let shown = self.setting.shown();
        let message = match self.there.as_slice() {
            [] => format!("{} copies nothing from {shown} that had to be looked for", path.shown().raw()),
            [one] => format!("{one} is in {shown}"),
            many => {
                let names: Vec<&str> = many.iter().take(SHOWN).map(String::as_str).collect();
                let more = many.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("{}{more} are in {shown}", names.join(", "))
            }
        };
        push_once(self.outcome, Finding::proof(message).path(path));
    }
}

/// Whether a source names exactly this path.
fn same(source: &str, path: &RepoPath) -> bool {
    RepoPath::parse(source.trim_start_matches('/')).is_ok_and(|source| source == *path)
}

fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git://", "ssh://", "git@"].iter().any(|scheme| source.starts_with(scheme))
}
