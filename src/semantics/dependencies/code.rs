//! Where in each stage the application's code stands, and what of it a `COPY --from` takes along.

use std::cell::Cell;

use super::brings::{Brings, Brought, Context};
use super::events::{Event, What, copies_project};
use super::install::Place as Where;
use super::layers::Layers;
use super::manifests::{is_code, is_manifest};
use super::places::{absolute, below, fixed};
use crate::repo::EntryKind;
use crate::semantics::files::Files;
use crate::semantics::image::{CopyFrom, Ran};

/// Application code in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Where it stands, absolute.
    pub path: String,
    /// The path of the build context that it is, when it is one (empty: the whole context).
    pub source: Option<String>,
    /// What kind of thing stands there.
    pub form: Form,
}

/// What application code stands as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A folder, or what was made of one.
    Folder,
    /// A single file.
    File,
    /// Installed among the dependencies (`pip install .`), or as a wheel of its own.
    Installed,
}

/// A command that copies, fetches or makes files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Makes {
    /// `cp`, `mv`, `rsync`, `ln`: from, to.
    Moved(Vec<String>, String),
    /// `git clone`: to.
    Cloned(String),
    /// A compiler's output.
    Built(String),
}

/// Places of code that one stage may have; more are dropped, which only makes less hold.
const MOST_PLACES: usize = 200;
/// Most questions of one file about what a path is part of.
pub const MOST_LOOKUPS: usize = 100_000;

/// What a command copies, fetches or makes; `None`: nothing known.
pub(super) fn makes(ran: &Ran) -> Option<Makes> {
    let args: Vec<&str> = ran.command.known_args().collect();
    let words: Vec<&str> = args.iter().filter(|arg| !arg.starts_with('-')).copied().collect();
    let after = |option: &str| {
        let at = args.iter().position(|arg| *arg == option)?;
        ran.absolute(args.get(at + 1)?)
    };
    match ran.command.program()? {
        "cp" | "mv" | "rsync" | "ln" => {
            let (to, from) = words.split_last()?;
            Some(Makes::Moved(from.iter().filter_map(|path| ran.absolute(path)).collect(), ran.absolute(to)?))
        }
        "git" => match words.as_slice() {
            ["clone", url] => {
                let name = url.trim_end_matches('/').rsplit(['/', ':']).next()?;
                Some(Makes::Cloned(ran.absolute(name.trim_end_matches(".git"))?))
            }
            ["clone", .., to] => Some(Makes::Cloned(ran.absolute(to)?)),
            _ => None,
        },
        "go" | "gcc" | "g++" | "clang" | "dotnet" | "nuitka" | "pyinstaller" | "shiv" | "pex" | "tsc" => {
            ["-o", "--output", "--outDir", "--distpath"].iter().find_map(|option| after(option)).map(Makes::Built)
        }
        _ => None,
    }
}

/// Names of folders that hold dependencies or what a build leaves behind, never application code.
const NO_CODE: &[&str] = &[
    ".venv",
    "venv",
    "env",
    "node_modules",
    "site-packages",
    "dist-packages",
    "__pypackages__",
    "wheels",
    "wheelhouse",
    ".cache",
    ".yarn",
    "vendor",
    "staticfiles",
    "static_root",
    "media",
    "logs",
    "tmp",
];

/// Where the code of each stage stands once the stage is done.
#[derive(Debug)]
pub struct CodeMap {
    stages: Vec<Vec<Code>>,
    /// For each stage the step of its own that first brings code.
    first: Vec<Option<usize>>,
    lookups: Cell<usize>,
}

impl CodeMap {
    /// Goes over every event.
    pub fn of(files: &Files<'_>, layers: &Layers<'_>) -> Self {
        let context = Context { files, roots: &layers.roots };
        let mut map = Self { stages: Vec::new(), first: Vec::new(), lookups: Cell::new(0) };
        for stage in &layers.walk.build.stages {
            let chain = layers.walk.build.chain(stage.index);
            let base = chain.iter().rev().nth(1).and_then(|base| map.stages.get(base.index));
            let mut code = base.cloned().unwrap_or_default();
            let mut first = None;
            for event in layers.of_stage(stage.index) {
                let more = map.brought(context, event, &code);
                if !more.is_empty() && event.brings().is_some() {
                    first.get_or_insert(event.step);
                }
                code.extend(more.into_iter().filter(|more| !code.contains(more)).collect::<Vec<_>>());
                code.truncate(MOST_PLACES);
            }
            map.stages.push(code);
            map.first.push(first);
        }
        map
    }

    /// The code that an event adds to a stage that has `code`.
    fn brought(&self, context: Context<'_>, event: &Event, code: &[Code]) -> Vec<Code> {
        match &event.what {
            What::Brings(brings) if brings.how == "RUN --mount" => Vec::new(),
            What::Brings(brings) if brings.from_context() => of_context(brings),
            What::Brings(brings) => self.taken(context, brings),
            What::Acts(acts) => match copies_project(&acts.act) {
                Some(place) if !code.is_empty() => installed(place),
                _ => Vec::new(),
            },
            What::Makes(makes) => of_makes(context, makes, code),
            What::Hides(_) => Vec::new(),
        }
    }

    /// The code that a `COPY --from` of a stage takes, as it stands in the stage that it is copied to.
    pub fn taken(&self, context: Context<'_>, brings: &Brings) -> Vec<Code> {
        let CopyFrom::Stage(from) = brings.from else { return Vec::new() };
        let code = self.stages.get(from).map(Vec::as_slice).unwrap_or_default();
        let mut taken = Vec::new();
        for item in brings.items.iter().filter(|item| item.what != Brought::Unresolved) {
            let Some(path) = absolute(Some("/"), &item.text) else { continue };
            for code in code {
                self.lookups.set(self.lookups.get() + 1);
                if self.is_over() {
                    return taken;
                }
                if let Some(found) = part(context, code, &path) {
                    let to = brings.to.as_deref().unwrap_or("/");
                    let rest = below(&found.path, fixed(&path)).unwrap_or_default();
                    let named = match found.form {
                        Form::File if rest.is_empty() && brings.into_folder => path.rsplit('/').next(),
                        _ => Some(rest),
                    };
                    let path = absolute(Some(to), named.unwrap_or_default()).unwrap_or_default();
                    taken.push(Code { path, ..found });
                }
            }
        }
        taken
    }

    /// Whether [`MOST_LOOKUPS`] was passed: then code may be missing from the answers.
    pub fn is_over(&self) -> bool {
        self.lookups.get() > MOST_LOOKUPS
    }

    /// The step that first brings code into a stage's chain by a COPY or ADD.
    pub fn first_in(&self, layers: &Layers<'_>, stage: usize) -> Option<usize> {
        let chain = layers.walk.build.chain(stage);
        chain.into_iter().filter_map(|stage| *self.first.get(stage.index)?).min()
    }

    /// The code of a stage once it is done.
    pub fn stage(&self, index: usize) -> &[Code] {
        self.stages.get(index).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What of `code` the path of a stage is or holds.
fn part(context: Context<'_>, code: &Code, path: &str) -> Option<Code> {
    let path = fixed(path);
    if below(&code.path, path).is_some() {
        return Some(code.clone());
    }
    let rest = below(path, &code.path)?;
    let inside = Code { path: path.to_owned(), source: None, form: code.form };
    match code.form {
        Form::File => None,
        // `/usr/local/lib/python3.12/site-packages` of `/usr/local`; its programs alone are no code.
        Form::Installed => (rest.split('/').next() != Some("bin")).then_some(inside),
        Form::Folder => {
            let other = is_manifest(path) || rest.split('/').any(|name| NO_CODE.contains(&name));
            let Some(source) = &code.source else { return (!other).then_some(inside) };
            let source = if source.is_empty() { rest.to_owned() } else { format!("{source}/{rest}") };
            let form = match context.kind(&source) {
                Some(EntryKind::Folder | EntryKind::Submodule) => {
                    (context.classify(&source) == Brought::Source).then_some(Form::Folder)
                }
                Some(_) => is_code(&source).then_some(Form::File),
                // Not in the tree: what the build made of the code, or a tree that is not all there.
                None if other => None,
                None => Some(if is_code(&source) { Form::File } else { Form::Folder }),
            };
            form.map(|form| Code { source: Some(source), form, ..inside })
        }
    }
}

fn of_context(brings: &Brings) -> Vec<Code> {
    let Some(to) = brings.to.as_deref() else { return Vec::new() };
    let mut code = Vec::new();
    for item in &brings.items {
        let form = match item.what {
            Brought::Source => Form::Folder,
            Brought::Code => Form::File,
            // What ADD fetches from elsewhere may be the code: it does not come from the context.
            Brought::Remote if item.text.contains(".git") => Form::Folder,
            _ => continue,
        };
        let source = absolute(Some("/"), &item.text).map(|path| path.trim_start_matches('/').to_owned());
        let wild = source.as_deref().is_some_and(super::places::is_wild);
        let path = match form {
            _ if brings.parents => absolute(Some(to), source.as_deref().unwrap_or_default()),
            Form::File if brings.into_folder => absolute(Some(to), item.text.rsplit('/').next().unwrap_or_default()),
            _ => absolute(Some(to), "."),
        };
        let source = source.filter(|_| !wild && item.what != Brought::Remote && !brings.parents);
        code.extend(path.map(|path| Code { path, source, form }));
    }
    code
}

fn installed(place: &Where) -> Vec<Code> {
    let folders = match place {
        Where::In(folders) => folders.clone(),
        // It can be anywhere; what the dependencies usually stand below is looked for.
        Where::Unknown => vec!["/usr/local".into(), "/opt".into(), "/root/.local".into(), "/venv".into()],
    };
    folders.into_iter().map(|path| Code { path, source: None, form: Form::Installed }).collect()
}

fn of_makes(context: Context<'_>, makes: &Makes, code: &[Code]) -> Vec<Code> {
    match makes {
        Makes::Cloned(to) => vec![Code { path: to.clone(), source: None, form: Form::Folder }],
        Makes::Built(to) if !code.is_empty() => vec![Code { path: to.clone(), source: None, form: Form::Folder }],
        Makes::Built(_) => Vec::new(),
        Makes::Moved(from, to) => from
            .iter()
            .flat_map(|path| code.iter().filter_map(|code| part(context, code, path)))
            .map(|found| Code { path: to.clone(), source: None, form: found.form })
            .collect(),
    }
}
