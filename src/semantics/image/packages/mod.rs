//! Packages that an image's history installs and removes: apt, apk, dnf and their kin.

mod calls;
mod names;

use std::collections::BTreeMap;

use calls::{Call, Manager, Verb, call};
use names::{Word, meaning, of_unknown};

use super::timeline::{Event, Timeline};
use super::{Place, Ran, words};
use crate::semantics::shell::Arg;

/// How a package stands at the end of a history.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Installed here.
    Installed(Place),
    /// Installed, and removed again by that event: where each.
    Removed(usize, Place, Place),
    /// Nothing installs it.
    Never,
    /// It may be there: the places, and why that is not sure.
    Doubtful(Vec<(Place, String)>),
}

/// How package `name` stands at the end of a history.
pub fn presence(timeline: &Timeline, name: &str) -> Presence {
    let mut state = State {
        name,
        world: None,
        virtuals: BTreeMap::new(),
        automatic: Automatic::No,
        removed: None,
        at: 0,
        doubts: Vec::new(),
    };
    for (at, event) in timeline.events.iter().enumerate() {
        state.at = at;
        if let Event::Ran(ran, _) = event
            && !ran.lacks_root()
        {
            state.run(ran);
        }
    }
    match (state.installed(), state.removed) {
        _ if !state.doubts.is_empty() => Presence::Doubtful(state.doubts),
        (Some(place), _) => Presence::Installed(place),
        (None, Some((at, installed, removed))) => Presence::Removed(at, installed, removed),
        (None, None) => Presence::Never,
    }
}

/// A command that would install package `name`, but runs as another user than root, who may not.
pub fn denied(timeline: &Timeline, name: &str) -> Option<Place> {
    timeline.events.iter().find_map(|event| {
        let Event::Ran(ran, _) = event else { return None };
        let call = call(ran).filter(|call| ran.lacks_root() && call.verb == Verb::Install)?;
        let names = call.parsed.operands.iter().skip(1).filter_map(|arg| words::of(arg)).flatten();
        names.into_iter().any(|word| meaning(call.manager, &word, name) == Word::Plain).then(|| ran.place())
    })
}

/// Whether the package counts as one that nothing asked for: `apt-get autoremove` takes it away then.
enum Automatic {
    No,
    Yes,
    /// A mark was set on names that have no known value; why.
    Perhaps(String),
}

struct State<'n> {
    name: &'n str,
    world: Option<Place>,
    /// apk's virtual packages that ask for it.
    virtuals: BTreeMap<String, Place>,
    automatic: Automatic,
    removed: Option<(usize, Place, Place)>,
    at: usize,
    doubts: Vec<(Place, String)>,
}

impl State<'_> {
    fn installed(&self) -> Option<Place> {
        self.world.clone().or_else(|| self.virtuals.values().next().cloned())
    }

    fn run(&mut self, ran: &Ran) {
        let place = ran.place();
        let sure = ran.doubt();
        if self.loses_program(ran) {
            return self.remove(&place, sure.as_deref());
        }
        let Some(call) = call(ran) else { return };
        match call.verb {
            Verb::Clean => self.clean(&place, sure.as_deref()),
            Verb::Mark(automatic) => {
                let marks = call.parsed.operands.iter().skip(1);
                let all = |text: &str| text == self.name || matches!(text, ".*" | "*" | "^.*$");
                let named = |arg: &&Arg| arg.text.as_deref().is_some_and(|text| text.split_whitespace().any(all));
                let unknown = marks.clone().find(|arg| arg.text.is_none());
                match (marks.clone().copied().any(|arg| named(&arg)), unknown, &self.automatic) {
                    (true, _, _) => self.automatic = if automatic { Automatic::Yes } else { Automatic::No },
                    // What is marked so already stays so.
                    (false, Some(_), Automatic::Yes) if automatic => {}
                    (false, Some(_), Automatic::No) if !automatic => {}
                    (false, Some(arg), _) => {
                        self.automatic = Automatic::Perhaps(format!("`{}` has no known value", arg.raw));
                    }
                    (false, None, _) => {}
                }
            }
            Verb::Swap => {
                let words: Vec<Word> = self.words(&call, 1);
                if words.first().is_some_and(|word| *word == Word::Plain) {
                    self.remove(&place, sure.as_deref());
                }
                if words.get(1).is_some_and(|word| *word == Word::Plain) {
                    self.install(&call, &place, sure.as_deref());
                }
            }
            Verb::Install | Verb::Remove => self.change(&call, &place, sure.as_deref()),
        }
    }

    /// What nothing asked for is removed.
    fn clean(&mut self, place: &Place, doubt: Option<&str>) {
        match &self.automatic {
            Automatic::No => {}
            Automatic::Yes => self.remove(place, doubt),
            Automatic::Perhaps(why) => {
                let why = why.clone();
                self.remove(place, doubt.or(Some(&why)));
            }
        }
    }

    /// Whether `rm` deletes the program of the package's name.
    fn loses_program(&self, ran: &Ran) -> bool {
        let gone = |text: &str| {
            let path = ran.absolute(text);
            path.is_some_and(|path| {
                ["/usr/bin/", "/bin/"].iter().any(|folder| path.strip_prefix(folder) == Some(self.name))
            })
        };
        ran.command.program() == Some("rm") && ran.command.known_args().any(gone)
    }

    fn change(&mut self, call: &Call<'_>, place: &Place, doubt: Option<&str>) {
        let installs = call.verb == Verb::Install;
        let removed_virtual = !installs && self.remove_virtuals(call, place, doubt);
        let words = self.words(call, 1);
        let last = words.iter().rev().find(|word| !matches!(word, Word::Maybe | Word::Other));
        match last {
            Some(Word::Plus) => self.install(call, place, doubt),
            Some(Word::Plain) if installs => self.install(call, place, doubt),
            Some(_) => self.remove(place, doubt),
            None if removed_virtual => {}
            None => self.perhaps(call, &words, place, installs),
        }
        if call.parsed.has("auto-remove") {
            self.clean(place, doubt);
        }
    }

    /// A call that does not name the package, but may mean it.
    fn perhaps(&mut self, call: &Call<'_>, words: &[Word], place: &Place, installs: bool) {
        if installs == self.installed().is_some() {
            return;
        }
        let unknown = call.parsed.operands.iter().skip(1).find(|arg| arg.text.is_none());
        let why = match unknown {
            Some(arg) => format!("`{}` has no known value", arg.raw),
            None if call.more => "xargs reads its arguments from elsewhere".to_owned(),
            None if words.contains(&Word::Maybe) => "a pattern in it may match".to_owned(),
            None => return,
        };
        self.doubts.push((place.clone(), why));
    }

    /// What each word after the verb means for the package.
    fn words(&self, call: &Call<'_>, skip: usize) -> Vec<Word> {
        let words = call.parsed.operands.iter().skip(skip).flat_map(|arg| match words::of(arg) {
            Some(words) => words.iter().map(|word| meaning(call.manager, word, self.name)).collect(),
            // Braces, which only some shells take apart.
            None if arg.text.as_deref().is_some_and(|text| text.contains(self.name)) => vec![Word::Maybe],
            None => vec![of_unknown(arg, self.name)],
        });
        words.collect()
    }

    fn install(&mut self, call: &Call<'_>, place: &Place, doubt: Option<&str>) {
        if let Some(doubt) = doubt {
            if self.installed().is_none() {
                self.doubts.push((place.clone(), doubt.to_owned()));
            }
            return;
        }
        self.doubts.clear();
        self.automatic = Automatic::No;
        match call.parsed.value("virtual").and_then(|value| value.text.clone()) {
            Some(name) if call.manager == Manager::Apk => {
                self.virtuals.insert(name, place.clone());
            }
            _ => self.world = Some(place.clone()),
        }
    }

    fn remove(&mut self, place: &Place, doubt: Option<&str>) {
        let Some(installed) = self.installed() else {
            if doubt.is_none() {
                self.doubts.clear();
            }
            return;
        };
        if let Some(doubt) = doubt {
            return self.doubts.push((place.clone(), format!("it may be removed here: {doubt}")));
        }
        self.world = None;
        self.doubts.clear();
        if self.virtuals.is_empty() {
            self.removed = Some((self.at, installed, place.clone()));
        }
    }

    /// `apk del .deps`; whether it removed a virtual package that asked for the package.
    fn remove_virtuals(&mut self, call: &Call<'_>, place: &Place, doubt: Option<&str>) -> bool {
        let texts = call.parsed.operands.iter().skip(1).filter_map(|arg| arg.text.as_deref());
        let names: Vec<&str> =
            texts.flat_map(str::split_whitespace).filter(|name| self.virtuals.contains_key(*name)).collect();
        for name in &names {
            let Some(installed) = self.virtuals.get(*name).cloned() else { continue };
            if let Some(doubt) = doubt {
                self.doubts.push((place.clone(), format!("{name} may be removed here: {doubt}")));
                continue;
            }
            self.virtuals.remove(*name);
            if self.installed().is_none() {
                self.removed = Some((self.at, installed, place.clone()));
            }
        }
        !names.is_empty()
    }
}
