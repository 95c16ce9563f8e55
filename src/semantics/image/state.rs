//! What an instruction sees of the ones before it: ARG, ENV, USER, WORKDIR, SHELL.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Given, Ownership, paths};
use crate::formats::dockerfile::{Args, Expanded, Instruction, Pair};
use crate::semantics::shell::Env;
use crate::semantics::stages::{ArgValue, Build, expand_known, is_automatic};
use crate::source::Span;

type Values = BTreeMap<String, ArgValue>;

/// How things stand between two instructions.
#[derive(Debug, Clone, Default)]
pub struct State {
    args: Arc<Values>,
    persistent: Arc<Values>,
    env: Arc<Env>,
    /// The last USER.
    pub user: Option<Arc<UserSet>>,
    /// Where relative paths begin.
    pub workdir: Workdir,
    /// The last SHELL.
    pub shell: Option<Arc<ShellForm>>,
    escape: Escape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Escape(char);

impl Default for Escape {
    fn default() -> Self {
        Self('\\')
    }
}

/// A USER instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSet {
    /// Its argument after expansion.
    pub text: String,
    /// As written.
    pub raw: String,
    /// Its user and group.
    owner: Ownership,
    /// Where it stands in the Dockerfile.
    pub span: Span,
}

impl UserSet {
    /// Its user and group, apart: a group without a value does not hide the user.
    pub fn ownership(&self) -> Ownership {
        self.owner.clone()
    }

    /// The user's name or number when it is known.
    pub fn name(&self) -> Option<&str> {
        self.owner.user.as_deref()
    }

    /// Whether it cannot be told who it is.
    pub fn is_unresolved(&self) -> bool {
        !self.owner.unresolved.is_empty()
    }
}

/// The working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workdir {
    /// The absolute path, `None` when a variable in it has no value. Before any WORKDIR it is `/`, Docker's
    /// default: a base image's own cannot be seen.
    pub path: Option<String>,
    /// The WORKDIR instruction that set it.
    pub span: Option<Span>,
}

impl Default for Workdir {
    fn default() -> Self {
        Self { path: Some("/".to_owned()), span: None }
    }
}

/// A SHELL instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellForm {
    /// Its words.
    pub words: Vec<String>,
    /// Where it stands in the Dockerfile.
    pub span: Span,
}

fn is_posix(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh" | "busybox") || name.ends_with(".sh")
}

impl ShellForm {
    /// The program without its folder: `bash` of `/bin/bash`, also behind `env`.
    pub fn program(&self) -> &str {
        let mut names = self.words.iter().map(|word| paths::name(word)).filter(|word| *word != "env");
        // Behind another program (`conda run … bash -c`) a shell reads the text all the same.
        let first = names.next().unwrap_or_default();
        if is_posix(first) { first } else { names.find(|name| is_posix(name)).unwrap_or(first) }
    }

    /// Whether it is a shell that reads what `sh` reads.
    pub fn is_posix(&self) -> bool {
        is_posix(self.program())
    }

    /// Its options as a line of `set`: `set -e -o pipefail` of `["/bin/bash", "-eo", "pipefail", "-c"]`; empty
    /// when it has none that matter.
    pub fn set_line(&self) -> String {
        let mut options = Vec::new();
        let mut words = self.words.iter().skip_while(|word| paths::name(word) != self.program()).skip(1);
        while let Some(word) = words.next() {
            let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else { continue };
            if letters.contains('e') {
                options.push("-e".to_owned());
            }
            if letters.contains('o')
                && let Some(name) = words.next()
                && matches!(name.as_str(), "pipefail" | "errexit")
            {
                options.push(format!("-o {name}"));
            }
        }
        if options.is_empty() { String::new() } else { format!("set {}\n", options.join(" ")) }
    }
}

fn pairs(instruction: &Instruction) -> &[Pair] {
    match &instruction.args {
        Args::Pairs(pairs) => pairs,
        _ => &[],
    }
}

/// The text of a word when nothing in it is unknown.
pub(super) fn known(expanded: Expanded) -> Option<String> {
    (expanded.unresolved.is_empty() && expanded.error.is_none()).then_some(expanded.text)
}

fn value(expanded: Expanded) -> ArgValue {
    known(expanded).map_or(ArgValue::Unknown, ArgValue::Known)
}

fn only_known(values: &Values) -> impl Iterator<Item = (String, String)> {
    values.iter().filter_map(|(name, value)| match value {
        ArgValue::Known(value) => Some((name.clone(), value.clone())),
        _ => None,
    })
}

impl State {
    /// What a RUN's shell finds in its environment: ARG and ENV with a known value, ENV before ARG.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// What the container finds in its environment: ENV only.
    pub fn runtime_env(&self) -> Env {
        only_known(&self.persistent).collect()
    }

    /// A word of an instruction, expanded as Docker expands it here.
    pub fn expand(&self, word: &str) -> Expanded {
        let value = |name: &str| self.persistent.get(name).or_else(|| self.args.get(name)).cloned();
        expand_known(word, self.escape.0, &|name| value(name).unwrap_or(ArgValue::Unset))
    }

    /// `path` from the working directory; `None` when that is not known.
    pub fn absolute(&self, path: &str) -> Option<String> {
        paths::absolute(self.workdir.path.as_deref(), path)
    }

    /// Goes over one instruction.
    pub(super) fn apply(&mut self, instruction: &Instruction, span: Span, build: &Build, given: &Given) {
        self.escape = Escape(build.dockerfile.escape);
        match instruction.keyword.as_str() {
            "ARG" => self.declare(instruction, build, given),
            "ENV" => self.set(instruction),
            "USER" => {
                let raw = written(instruction);
                let text = self.expand(&raw).text.trim().to_owned();
                let owner = Ownership::read(&raw, |part| {
                    let expanded = self.expand(part);
                    (expanded.text.trim().to_owned(), expanded.unresolved)
                });
                self.user = Some(Arc::new(UserSet { text, raw, owner, span }));
            }
            "WORKDIR" => {
                let path = known(self.expand(&written(instruction)));
                let path = path.and_then(|path| self.absolute(path.trim()));
                self.workdir = Workdir { path, span: Some(span) };
            }
            "SHELL" => {
                let words = instruction.words().iter().map(|word| word.text.clone()).collect::<Vec<_>>();
                if !words.is_empty() {
                    self.shell = Some(Arc::new(ShellForm { words, span }));
                }
            }
            _ => {}
        }
    }

    /// ARG: a build argument, else its default, else the ARG of that name before the first FROM.
    fn declare(&mut self, instruction: &Instruction, build: &Build, given: &Given) {
        for pair in pairs(instruction) {
            let given = given.args.iter().rev().find(|(name, _)| *name == pair.name);
            let value = match (given, &pair.value) {
                (Some((_, given)), _) => ArgValue::Known(given.clone()),
                (None, Some(written)) => value(self.expand(written)),
                (None, None) => match build.globals.get(&pair.name) {
                    Some(value) => value.clone(),
                    None if is_automatic(&pair.name) => ArgValue::Unknown,
                    None => continue,
                },
            };
            Arc::make_mut(&mut self.args).insert(pair.name.clone(), value);
            self.merge();
        }
    }

    /// ENV: every value of one instruction sees the environment before it.
    fn set(&mut self, instruction: &Instruction) {
        let set = |pair: &Pair| (pair.name.clone(), value(self.expand(pair.value.as_deref().unwrap_or_default())));
        let values: Vec<(String, ArgValue)> = pairs(instruction).iter().map(set).collect();
        Arc::make_mut(&mut self.persistent).extend(values);
        self.merge();
    }

    fn merge(&mut self) {
        let args = only_known(&self.args).filter(|(name, _)| !self.persistent.contains_key(name));
        self.env = Arc::new(args.chain(only_known(&self.persistent)).collect());
    }
}

/// The words of an instruction as one text.
pub(super) fn written(instruction: &Instruction) -> String {
    match &instruction.args {
        Args::Words(words) | Args::Json(words) => {
            words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        }
        Args::Shell(joined) => joined.text.clone(),
        Args::Pairs(_) | Args::None => String::new(),
    }
}
