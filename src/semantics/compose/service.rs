//! What one service says.

use super::item::{Data, Item, Place};
use super::text::{Part, Text};
use super::volume::{self, Mount};
use super::{Problem, Project};
use crate::repo::{PathError, RepoPath};

/// A service with everything it extends, in one form ([`Service::item`]).
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub key: Place,
    /// What it says, a mapping (or nothing). `environment`, `labels`, `build.args`, `depends_on` and `networks` are
    /// mappings; `build` is a mapping; `env_file`, `volumes`, `secrets` and `configs` are lists of mappings, `tmpfs`
    /// a list; whatever the file's own spelling. Places are those of the spelling.
    pub item: Item,
    /// What keeps it from being read. When this is not empty, what stands in `item` proves nothing.
    pub problems: Vec<Problem>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Located {
    /// To a path of the repository.
    At(RepoPath),
    /// Out of the repository, or to a place of the machine: `/etc/x`, `~/x`, `../../x`.
    Outside(String),
    /// To another machine: a URL.
    Remote(String),
    /// A variable without a value hides it.
    Unresolved(Text),
}

/// How a service builds its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The build context.
    pub context: Located,
    /// What is built.
    pub recipe: Recipe,
    /// The stage to stop at; `None` is the last.
    pub target: Option<Text>,
    /// Build arguments in order. A value of `None` comes from the environment of whoever builds.
    pub args: Vec<(String, Option<Text>)>,
    /// Where `build` stands.
    pub place: Place,
}

/// What is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipe {
    /// A Dockerfile; the path is relative to the plan's root. Out of the repository, remote or unresolved as the
    /// context and the path are.
    File(Located),
    /// The text of `dockerfile_inline`.
    Inline(Text),
}

/// One file of `env_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Its path as written, defaults put in.
    pub path: Text,
    /// Where it leads.
    pub located: Located,
    /// Where it stands.
    pub place: Place,
}

/// One tmpfs mount, from `tmpfs` or from `volumes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tmpfs {
    /// The path in the container.
    pub path: Text,
    /// Where it stands.
    pub place: Place,
}

impl Service {
    /// A value by its keys: `["deploy", "resources"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        self.item.at(path)
    }

    /// The reference of the image that it runs, or under which the image that it builds is known. `None` when
    /// it names none.
    pub fn image(&self) -> Option<(Text, Place)> {
        let item = self.item.get("image")?;
        Some((item.text()?, item.place)).filter(|(text, _)| !text.is_empty())
    }

    /// Its `user`; `None` when it names none (also `user: ""`).
    pub fn user(&self) -> Option<(Text, Place)> {
        let item = self.item.get("user")?;
        Some((item.text()?, item.place)).filter(|(text, _)| !text.is_empty())
    }

    /// How it builds its image; `None` when it only names one. Paths are relative to the plan's root.
    pub fn build(&self, project: &Project) -> Option<Build> {
        let item = self.item.get("build").filter(|item| matches!(item.data, Data::Map(_)))?;
        let text = |key: &str| item.get(key).and_then(|value| Some((value.text()?, value.place)));
        let (context, place) = text("context").unwrap_or_else(|| (Text::known("."), item.place));
        let context = project.locate(&context, place);
        let inline = text("dockerfile_inline").filter(|(text, _)| !text.is_empty());
        let recipe = match inline {
            Some((inline, _)) => Recipe::Inline(inline),
            None => {
                let file = text("dockerfile").map(|(text, _)| text).filter(|text| !text.is_empty());
                Recipe::File(within(&context, &file.unwrap_or_else(|| Text::known("Dockerfile"))))
            }
        };
        let args = item.get("args").map(Item::entries).unwrap_or_default();
        Some(Build {
            context,
            recipe,
            target: text("target").map(|(text, _)| text).filter(|text| !text.is_empty()),
            args: args.iter().map(|(key, value)| (key.name.clone(), value.text())).collect(),
            place: item.place,
        })
    }

    /// What it mounts through `volumes`.
    pub fn mounts(&self) -> Vec<Mount> {
        self.item.get("volumes").map(Item::items).unwrap_or_default().iter().filter_map(volume::mount).collect()
    }

    /// Its tmpfs mounts: `tmpfs` (a text or a list, options after `:`) and `volumes` of `type: tmpfs`.
    pub fn tmpfs(&self) -> Vec<Tmpfs> {
        let short = self.item.get("tmpfs").map(Item::items).unwrap_or_default().iter().filter_map(|item| {
            let text = item.text()?;
            let path = text.split_once(':').map_or(text, |(path, _)| path);
            Some(Tmpfs { path, place: item.place })
        });
        let long = self.mounts().into_iter().filter(|mount| mount.kind == volume::MountKind::Tmpfs);
        short.chain(long.filter_map(|mount| Some(Tmpfs { path: mount.target?, place: mount.place }))).collect()
    }

    /// The files that it reads its environment from.
    pub fn env_files(&self, project: &Project) -> Vec<EnvFile> {
        let items = self.item.get("env_file").map(Item::items).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| {
                let path = item.get("path")?;
                let text = path.text()?;
                Some(EnvFile { located: project.locate(&text, path.place), path: text, place: item.place })
            })
            .collect()
    }
}

/// Where a path written in a file leads whose relative paths start at `base`.
pub(super) fn locate(text: &Text, base: &RepoPath) -> Located {
    let start = text.known_start();
    if start.contains("://") || start.starts_with("git@") || start.starts_with("github.com/") {
        return Located::Remote(text.shown());
    }
    let Some(value) = text.value() else { return Located::Unresolved(text.clone()) };
    let value = value.replace('\\', "/");
    let mut letters = value.chars();
    let drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    if value.starts_with('~') || drive {
        return Located::Outside(text.shown());
    }
    match base.join(&value) {
        Ok(path) => Located::At(path),
        Err(PathError::Absolute | PathError::Leaves | PathError::Nul) => Located::Outside(text.shown()),
    }
}

/// Where a Dockerfile's path leads inside a context.
fn within(context: &Located, file: &Text) -> Located {
    match context {
        Located::At(folder) => locate(file, folder),
        Located::Unresolved(context) => {
            let mut joined = context.clone();
            joined.push_known("/");
            file.parts().iter().cloned().for_each(|part: Part| joined.push(part));
            Located::Unresolved(joined)
        }
        Located::Outside(context) => Located::Outside(format!("{context}/{}", file.shown())),
        Located::Remote(context) => Located::Remote(context.clone()),
    }
}

/// A path in a container without doubled slashes, `.`, `..` and a slash at its end: `/tmp//` is `/tmp`.
pub fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
