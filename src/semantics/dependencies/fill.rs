//! Which installs the dependencies of the final image come from.

use super::brings::{Brings, Brought};
use super::events::{Event, Installed, What};
use super::groups::Groups;
use super::install::{Act, Export, Install, Place, Reads};
use super::layers::Layers;
use super::places::{absolute, fixed, overlap};
use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::Files;
use crate::semantics::image::CopyFrom;

/// Stages followed through each other's `COPY --from`.
const DEEPEST: usize = 50;

/// What fills the final image with dependencies.
#[derive(Debug, Default)]
pub struct Fill<'l> {
    /// The installs, in the order they were met.
    pub installs: Vec<Installed<'l>>,
    /// What cannot be read in the stages that were looked through.
    pub hidden: Vec<&'l Event>,
    /// Installs in a stage that files are taken from, of which the files taken hold nothing.
    pub missed: Vec<Installed<'l>>,
}

/// The groups of the project that an install is about.
#[derive(Debug)]
pub enum Known {
    /// Read from this manifest.
    Read(Groups, RepoPath),
    /// There is no manifest: what is assumed then.
    Assumed(Groups),
    /// The manifest is there, but cannot be read.
    Unreadable(RepoPath, ReadError),
}

impl<'l> Fill<'l> {
    /// Looks through the final stage's chain and the stages it takes files from.
    pub fn of(layers: &'l Layers<'_>) -> Self {
        let mut fill = Self::default();
        fill.collect(layers, layers.last(), None, &mut Vec::new());
        let missed = std::mem::take(&mut fill.missed);
        fill.missed = missed.into_iter().filter(|one| !fill.has(one.event)).collect();
        fill
    }

    fn has(&self, event: &Event) -> bool {
        self.installs.iter().any(|installed| std::ptr::eq(installed.event, event))
    }

    /// The installs of a stage's chain that put anything where one of `wanted` is (`None`: anywhere).
    fn collect(
        &mut self,
        layers: &'l Layers<'_>,
        stage: usize,
        wanted: Option<&[String]>,
        seen: &mut Vec<(usize, Option<Vec<String>>)>,
    ) {
        let key = (stage, wanted.map(<[String]>::to_vec));
        if seen.len() >= DEEPEST || seen.contains(&key) {
            return;
        }
        seen.push(key);
        let wants = |path: &str| wanted.is_none_or(|wanted| wanted.iter().any(|one| overlap(one, path)));
        let chain: Vec<&Event> = layers.of_chain(stage).collect();
        let uses_wheels = layers.events.iter().filter_map(Event::installs).any(takes_wheels);
        for installed in standing(&chain) {
            let there = match &installed.install.place {
                Place::Unknown => true,
                Place::In(folders) => folders.iter().any(|folder| wants(folder)),
            };
            if installed.install.prepares && (!uses_wheels || wanted.is_none()) {
                continue;
            }
            if !there {
                self.missed.push(installed);
            } else if !self.has(installed.event) {
                self.installs.push(installed);
            }
        }
        self.hidden.extend(chain.iter().filter(|event| matches!(event.what, What::Hides(_))));
        for event in &chain {
            let Some(brings) = event.brings() else { continue };
            let CopyFrom::Stage(from) = brings.from else { continue };
            // A mount leaves nothing behind, but wheels may be installed from it.
            let mounts_wheels = || {
                let same = chain.iter().filter(|other| other.step == event.step);
                same.filter_map(|other| other.installs()).any(takes_wheels)
            };
            if brings.how == "RUN --mount" && !mounts_wheels() {
                continue;
            }
            if brings.to.as_deref().is_none_or(wants) {
                self.collect(layers, from, Some(&taken(brings)), seen);
            }
        }
    }
}

fn takes_wheels(installed: Installed<'_>) -> bool {
    matches!(installed.install.reads, Reads::Wheels(_))
}

/// The paths of a stage that a COPY takes; its root when one is not known.
fn taken(brings: &Brings) -> Vec<String> {
    brings
        .items
        .iter()
        .map(|item| match item.text.contains('$') {
            true => "/".to_owned(),
            false => absolute(Some("/"), &item.text).map_or_else(|| "/".to_owned(), |path| fixed(&path).to_owned()),
        })
        .collect()
}

/// The installs of a chain whose work is still there at its end: one that takes out what it does not install
/// makes the earlier ones of the same tool moot; a prune leaves runtime dependencies of its world only.
fn standing<'l>(chain: &[&'l Event]) -> Vec<Installed<'l>> {
    let mut standing: Vec<Installed<'l>> = Vec::new();
    for event in chain {
        match &event.what {
            What::Acts(acts) if acts.is_certain() => match &acts.act {
                Act::Install(install) if install.exact => {
                    standing.retain(|earlier| !same_place(earlier.install, install));
                }
                Act::Prune(ecosystem) => {
                    // What is left are the runtime dependencies, whatever the install was told.
                    let pruned = standing.iter_mut().filter(|earlier| earlier.install.ecosystem == *ecosystem);
                    pruned.for_each(|earlier| earlier.pruned = true);
                }
                _ => {}
            },
            _ => {}
        }
        standing.extend(event.installs());
    }
    standing
}

fn same_place(earlier: &Install, later: &Install) -> bool {
    earlier.tool == later.tool && earlier.place == later.place && earlier.reads_manifest() && !earlier.prepares
}

impl Layers<'_> {
    /// The export that wrote a requirements file which an install reads.
    pub fn export_of(&self, installed: Installed<'_>) -> Option<&Export> {
        let Reads::Files(files) = &installed.install.reads else { return None };
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut exports = self.events.iter().filter_map(|event| match &event.what {
            What::Acts(acts) => match &acts.act {
                Act::Export(export) => Some((event, export.as_ref())),
                _ => None,
            },
            _ => None,
        });
        exports
            .find(|(event, export)| {
                files.iter().any(|file| match &export.output {
                    // Through a pipe or `<(…)`, in the same RUN.
                    None => event.step == installed.event.step && !file.ends_with(".txt"),
                    Some(output) => name(output) == name(file),
                })
            })
            .map(|(_, export)| export)
    }

    /// The groups of the project that an install is about, by the manifest that was copied for it.
    pub fn groups(&self, files: &Files<'_>, installed: Installed<'_>, manager: super::Manager) -> Known {
        let Some(name) = Groups::manifest(manager) else { return Known::Assumed(Groups::assumed(manager)) };
        let mut paths: Vec<String> = Vec::new();
        for event in self.of_chain(installed.event.stage).filter(|event| event.step <= installed.event.step) {
            let Some(brings) = event.brings().filter(|brings| brings.from_context()) else { continue };
            for item in &brings.items {
                let Some(path) = absolute(Some("/"), &item.text) else { continue };
                let path = path.trim_start_matches('/');
                if path.rsplit('/').next() == Some(name) {
                    paths.insert(0, path.to_owned());
                } else if item.what == Brought::Source && !path.is_empty() {
                    paths.push(format!("{path}/{name}"));
                }
            }
        }
        // A manifest that is copied by its name goes first, then the context's own, then one in a folder.
        let folders = paths.iter().position(|path| path.ends_with(&format!("/{name}"))).unwrap_or(paths.len());
        paths.insert(folders, name.to_owned());
        for path in paths {
            for root in &self.roots {
                let Ok(path) = root.join(&path) else { continue };
                match files.read(&path) {
                    Ok(Some(file)) => {
                        return match Groups::read(manager, &file.text()) {
                            Ok(groups) => Known::Read(groups, path),
                            Err(why) => Known::Unreadable(path, ReadError::Unreadable(why)),
                        };
                    }
                    Ok(None) => {}
                    Err(error) => return Known::Unreadable(path, error),
                }
            }
        }
        Known::Assumed(Groups::assumed(manager))
    }
}
