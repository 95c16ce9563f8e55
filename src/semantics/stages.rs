//! The stages of a Dockerfile and what each is built from.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use crate::formats::dockerfile::{Args, Dockerfile, Expanded, Instruction, expand};
use crate::formats::image::ImageRef;

/// At most this many stages are worked out; a file with more has [`Build::over`] set.
pub const MOST_STAGES: usize = 50;

/// A Dockerfile with its stages worked out.
#[derive(Debug, Clone)]
pub struct Build {
    /// The file.
    pub dockerfile: Arc<Dockerfile>,
    /// Its stages in file order; the last one is built by default.
    pub stages: Vec<Stage>,
    /// The ARGs before the first FROM, expanded, build arguments put in. A stage sees one of them only
    /// behind an `ARG name` of its own.
    pub globals: BTreeMap<String, ArgValue>,
    /// What a bound kept from being worked out: `stages` is then empty.
    pub over: Option<String>,
}

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgValue {
    /// Its value.
    Known(String),
    /// It is declared without a value: `${X:-default}` is the default.
    Unset,
    /// It has a value, but not one that the file tells.
    Unknown,
}

/// Arguments that Docker sets by itself, to what the machine and the command line say:
/// <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>.
pub fn is_automatic(name: &str) -> bool {
    let platform = name.strip_prefix("TARGET").or_else(|| name.strip_prefix("BUILD"));
    matches!(platform, Some("PLATFORM" | "OS" | "OSVERSION" | "ARCH" | "VARIANT")) || name == "TARGETSTAGE"
}

/// [`expand`] where a variable may have a value that is not known: then nothing that asks for it is
/// resolved, not even `${X:-default}`.
pub fn expand_known(word: &str, escape: char, value: &dyn Fn(&str) -> ArgValue) -> Expanded {
    let unknown = RefCell::new(Vec::new());
    let mut expanded = expand(word, escape, &|name| match value(name) {
        ArgValue::Known(value) => Some(value),
        ArgValue::Unset => None,
        ArgValue::Unknown => {
            unknown.borrow_mut().push(name.to_owned());
            None
        }
    });
    for name in unknown.into_inner() {
        if !expanded.unresolved.contains(&name) {
            expanded.unresolved.push(name);
        }
    }
    expanded
}

/// One stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// 0-based.
    pub index: usize,
    /// The name after AS, lower case.
    pub name: Option<String>,
    /// What it is built from.
    pub base: Base,
    /// Index of its FROM in the file's instructions.
    pub from: usize,
    /// Indices of the instructions after its FROM.
    pub body: Range<usize>,
}

/// What a stage is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage.
    Stage(usize),
    /// An image.
    Image(ImageRef),
    /// `scratch`.
    Scratch,
    /// An ARG without a value, or no image reference; the text after expansion, and the names.
    Unresolved(String, Vec<String>),
}

impl Build {
    /// Works the stages out; global ARG defaults are expanded. `args` overrides them (a Compose
    /// service's `build.args`). Arguments that Docker sets by itself (`TARGETARCH`, `BUILDPLATFORM`, …)
    /// have no known value unless `args` or an ARG gives one.
    pub fn of(dockerfile: Arc<Dockerfile>, args: &[(String, String)]) -> Self {
        let globals = globals(&dockerfile, args);
        let count = dockerfile.instructions.iter().filter(|i| i.keyword == "FROM").count();
        if count > MOST_STAGES {
            let over = Some(format!("{count} stages are over the bound of {MOST_STAGES}"));
            return Self { dockerfile, stages: Vec::new(), globals, over };
        }
        let stages = stages(&dockerfile, &globals);
        Self { dockerfile, stages, globals, over: None }
    }

    /// The last stage.
    pub fn last(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// A stage with every stage it is built FROM, the outermost base first.
    pub fn chain(&self, index: usize) -> Vec<&Stage> {
        let mut chain = Vec::new();
        let mut next = self.stages.get(index);
        while let Some(stage) = next {
            chain.push(stage);
            next = match stage.base {
                Base::Stage(base) if base < stage.index => self.stages.get(base),
                _ => None,
            };
        }
        chain.reverse();
        chain
    }

    /// The stage that a `target` names: by name (without case; the last of that name), else by number.
    pub fn named(&self, name: &str) -> Option<&Stage> {
        self.by_name(self.stages.len(), name).or_else(|| name.parse::<usize>().ok().and_then(|i| self.stages.get(i)))
    }

    /// The stage that `COPY --from` in the stage `inside` names: an earlier one, by name or number. The
    /// same of a later stage is an error of Docker's, so it is none.
    pub fn copied_from(&self, inside: usize, name: &str) -> Option<&Stage> {
        self.by_name(inside, name)
            .or_else(|| name.parse::<usize>().ok().filter(|i| *i < inside).and_then(|i| self.stages.get(i)))
    }

    /// The stage that `RUN --mount=from=` in the stage `inside` names: an earlier one, by name only (a
    /// number is an image's name there).
    pub fn mounted_from(&self, inside: usize, name: &str) -> Option<&Stage> {
        self.by_name(inside, name)
    }

    /// The FROM of a stage.
    pub fn from_of(&self, stage: &Stage) -> Option<&Instruction> {
        self.dockerfile.instructions.get(stage.from)
    }

    /// The instructions of a stage after its FROM.
    pub fn body_of(&self, stage: &Stage) -> &[Instruction] {
        self.dockerfile.instructions.get(stage.body.clone()).unwrap_or_default()
    }

    /// Whether any stage of the file has that name.
    pub fn is_stage_name(&self, name: &str) -> bool {
        self.by_name(self.stages.len(), name).is_some()
    }

    /// The value of a variable in FROM: an ARG before the first FROM, or one that Docker sets by itself.
    pub fn global(&self, name: &str) -> ArgValue {
        global(&self.globals, name)
    }

    fn by_name(&self, before: usize, name: &str) -> Option<&Stage> {
        let stages = self.stages.get(..before).unwrap_or(&self.stages);
        stages.iter().rev().find(|s| s.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }
}

/// The values of the ARGs before the first FROM, each expanded with those before it.
fn globals(dockerfile: &Dockerfile, args: &[(String, String)]) -> BTreeMap<String, ArgValue> {
    let given: HashMap<&str, &str> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let automatic = given.iter().filter(|(name, _)| is_automatic(name));
    let mut globals: BTreeMap<String, ArgValue> =
        automatic.map(|(name, value)| ((*name).to_owned(), ArgValue::Known((*value).to_owned()))).collect();
    let before = dockerfile.instructions.iter().take_while(|instruction| instruction.keyword != "FROM");
    for instruction in before.filter(|instruction| instruction.keyword == "ARG") {
        let Args::Pairs(pairs) = &instruction.args else { continue };
        for pair in pairs {
            let value = match (given.get(pair.name.as_str()), &pair.value) {
                (Some(value), _) => ArgValue::Known((*value).to_owned()),
                (None, Some(value)) => {
                    let expanded = expand_known(value, dockerfile.escape, &|name| global(&globals, name));
                    let known = expanded.unresolved.is_empty() && expanded.error.is_none();
                    if known { ArgValue::Known(expanded.text) } else { ArgValue::Unknown }
                }
                // A second `ARG X` without a value leaves the first one's.
                (None, None) => global(&globals, &pair.name),
            };
            globals.insert(pair.name.clone(), value);
        }
    }
    globals
}

fn global(globals: &BTreeMap<String, ArgValue>, name: &str) -> ArgValue {
    match globals.get(name) {
        Some(value) => value.clone(),
        None if is_automatic(name) => ArgValue::Unknown,
        None => ArgValue::Unset,
    }
}

fn stages(dockerfile: &Dockerfile, globals: &BTreeMap<String, ArgValue>) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (at, instruction) in dockerfile.instructions.iter().enumerate() {
        if instruction.keyword != "FROM" {
            if let Some(stage) = stages.last_mut() {
                stage.body.end = at + 1;
            }
            continue;
        }
        let index = stages.len();
        let words = instruction.words();
        let name = match words {
            [_, word, name] if word.text.eq_ignore_ascii_case("as") => Some(name.text.to_lowercase()),
            _ => None,
        };
        let written = words.first().map_or("", |word| word.text.as_str());
        let expanded = expand_known(written, dockerfile.escape, &|name| global(globals, name));
        let base = base(&stages, expanded);
        stages.push(Stage { index, name, base, from: at, body: at + 1..at + 1 });
    }
    stages
}

fn base(earlier: &[Stage], expanded: Expanded) -> Base {
    let Expanded { text, unresolved, error } = expanded;
    if !unresolved.is_empty() || error.is_some() {
        return Base::Unresolved(text, unresolved);
    }
    let named = earlier.iter().rev().find(|s| s.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(&text)));
    match (named, ImageRef::parse(&text)) {
        (Some(stage), _) => Base::Stage(stage.index),
        _ if text == "scratch" => Base::Scratch,
        (None, Some(image)) => Base::Image(image),
        (None, None) => Base::Unresolved(text, Vec::new()),
    }
}
