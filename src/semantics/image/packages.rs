//! Packages that an image's history installs and removes: apt, apk, dnf and their kin.
//!
//! Manuals: <https://manpages.debian.org/bookworm/apt/apt-get.8.en.html>,
//! <https://man.archlinux.org/man/apk.8>, <https://dnf.readthedocs.io/en/latest/command_ref.html>.

use std::collections::BTreeMap;

use super::interpreter::has_more_arguments;
use super::options::{Parsed, Spec, read};
use super::timeline::{Event, Timeline};
use super::{Place, Ran};
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
        automatic: false,
        removed: None,
        at: 0,
        doubts: Vec::new(),
    };
    for (at, event) in timeline.events.iter().enumerate() {
        state.at = at;
        if let Event::Ran(ran, _) = event {
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

/// What a command line does to packages.
#[derive(Debug, Clone, PartialEq)]
struct Call<'c> {
    manager: Manager,
    verb: Verb,
    parsed: Parsed<'c>,
    /// Whether more names come from standard input (`xargs`).
    more: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manager {
    Apt,
    Apk,
    Dnf,
    Dpkg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Install,
    Remove,
    /// `dnf swap out in`.
    Swap,
    /// Removes what nothing asked for.
    Clean,
    /// `apt-mark auto`, `apt-mark manual`.
    Mark(bool),
}

/// What a word of a command line means for one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Its name.
    Plain,
    /// Its name with a `+`: installed, whatever the verb.
    Plus,
    /// Its name with a `-` or `!`: removed, whatever the verb.
    Minus,
    /// A pattern that may match it.
    Maybe,
    /// Another package.
    Other,
}

struct State<'n> {
    name: &'n str,
    world: Option<Place>,
    /// apk's virtual packages that ask for it.
    virtuals: BTreeMap<String, Place>,
    automatic: bool,
    removed: Option<(usize, Place, Place)>,
    at: usize,
    doubts: Vec<(Place, String)>,
}

impl State<'_> {
    fn installed(&self) -> Option<Place> {
        self.world.clone().or_else(|| self.virtuals.values().next().cloned())
    }

    fn run(&mut self, ran: &Ran) {
        let Some(call) = call(ran) else { return };
        let place = ran.place();
        let sure = ran.doubt();
        match call.verb {
            Verb::Clean => {
                if self.automatic {
                    self.remove(&place, sure.as_deref());
                }
            }
            Verb::Mark(automatic) => {
                let marks = call.parsed.operands.iter().skip(1);
                let all = |text: &str| text == self.name || matches!(text, ".*" | "*" | "^.*$");
                if marks.clone().any(|arg| arg.text.is_none()) && !automatic {
                    self.automatic = false;
                } else if marks.filter_map(|arg| arg.text.as_deref()).any(|text| text.split_whitespace().any(all)) {
                    self.automatic = automatic;
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
        if call.parsed.has("auto-remove") && self.automatic {
            self.remove(place, doubt);
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
        let texts = call.parsed.operands.iter().skip(skip).filter_map(|arg| arg.text.as_deref());
        texts.flat_map(str::split_whitespace).map(|word| meaning(call.manager, word, self.name)).collect()
    }

    fn install(&mut self, call: &Call<'_>, place: &Place, doubt: Option<&str>) {
        if let Some(doubt) = doubt {
            if self.installed().is_none() {
                self.doubts.push((place.clone(), doubt.to_owned()));
            }
            return;
        }
        self.doubts.clear();
        self.automatic = false;
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

/// What a word means for package `name`, where words are packages to install (or to remove).
fn meaning(manager: Manager, word: &str, name: &str) -> Word {
    match manager {
        Manager::Apt => {
            let bare = word.split(['=', '/', ':']).next().unwrap_or_default();
            if bare == name || local_file(word, name, '_', ".deb") {
                return Word::Plain;
            }
            match bare.strip_suffix('-') {
                Some(bare) if bare == name => Word::Minus,
                _ if bare.strip_suffix('+') == Some(name) => Word::Plus,
                _ => pattern(bare, name),
            }
        }
        Manager::Apk => {
            let (negated, word) = word.strip_prefix('!').map_or((false, word), |word| (true, word));
            let word = word.strip_prefix("cmd:").unwrap_or(word);
            let bare = word.split(['=', '~', '<', '>', '@']).next().unwrap_or_default();
            match bare == name || local_file(word, name, '-', ".apk") {
                true if negated => Word::Minus,
                true => Word::Plain,
                false => Word::Other,
            }
        }
        Manager::Dnf => {
            let versioned =
                |rest: &str| rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let architecture = |rest: &str| {
                rest.strip_prefix('.').is_some_and(|rest| {
                    matches!(rest, "x86_64" | "aarch64" | "noarch" | "i686" | "ppc64le" | "s390x" | "armv7hl" | "*")
                })
            };
            match word.strip_prefix(name) {
                Some(rest) if rest.is_empty() || versioned(rest) || architecture(rest) => Word::Plain,
                _ if local_file(word, name, '-', ".rpm") => Word::Plain,
                _ => pattern(word, name),
            }
        }
        Manager::Dpkg => {
            let bare = word.split(':').next().unwrap_or_default();
            if bare == name || local_file(word, name, '_', ".deb") || local_file(word, name, '-', ".rpm") {
                Word::Plain
            } else {
                Word::Other
            }
        }
    }
}

/// `./curl_7.88.1_amd64.deb` of `curl`.
fn local_file(word: &str, name: &str, separator: char, ending: &str) -> bool {
    let file = word.rsplit('/').next().unwrap_or_default();
    let rest = file.strip_suffix(ending).and_then(|file| file.strip_prefix(name));
    rest.is_some_and(|rest| {
        rest.strip_prefix(separator).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '*'))
    })
}

/// A name with wildcards that may match.
fn pattern(word: &str, name: &str) -> Word {
    let plain = word.trim_start_matches('^');
    let begin = plain.split(['*', '?', '[', '.']).next().unwrap_or_default();
    let is_pattern = word.contains(['*', '?', '[']);
    if is_pattern && name.starts_with(begin) && (begin.len() < name.len() || plain.len() > begin.len()) {
        Word::Maybe
    } else {
        Word::Other
    }
}

const APT: &[Spec] = &[
    ('t', "target-release", true),
    (' ', "default-release", true),
    ('o', "option", true),
    ('c', "config-file", true),
    ('a', "host-architecture", true),
    ('P', "build-profiles", true),
    (' ', "solver", true),
    ('d', "download-only", false),
    ('s', "simulate", false),
    (' ', "just-print", false),
    (' ', "dry-run", false),
    (' ', "recon", false),
    (' ', "no-act", false),
    (' ', "print-uris", false),
    (' ', "auto-remove", false),
    (' ', "autoremove", false),
    (' ', "purge", false),
    (' ', "install-recommends", false),
    (' ', "no-install-recommends", false),
    (' ', "install-suggests", false),
    ('y', "yes", false),
    ('q', "quiet", false),
    ('V', "verbose-versions", false),
    ('f', "fix-broken", false),
    ('m', "fix-missing", false),
    ('u', "show-upgraded", false),
];
const APK: &[Spec] = &[
    ('t', "virtual", true),
    ('X', "repository", true),
    ('p', "root", true),
    (' ', "arch", true),
    (' ', "keys-dir", true),
    (' ', "cache-dir", true),
    (' ', "cache-max-age", true),
    (' ', "repositories-file", true),
    (' ', "wait", true),
    (' ', "timeout", true),
    (' ', "progress-fd", true),
    ('s', "simulate", false),
    ('U', "update-cache", false),
    (' ', "update", false),
    ('u', "upgrade", false),
    ('q', "quiet", false),
    ('f', "force", false),
    ('i', "interactive", false),
    ('v', "verbose", false),
    (' ', "no-cache", false),
    ('l', "latest", false),
    (' ', "initdb", false),
    ('r', "rdepends", false),
];
const DNF: &[Spec] = &[
    ('c', "config", true),
    ('d', "debuglevel", true),
    ('e', "errorlevel", true),
    ('R', "randomwait", true),
    ('x', "exclude", true),
    (' ', "excludepkgs", true),
    (' ', "setopt", true),
    (' ', "enablerepo", true),
    (' ', "disablerepo", true),
    (' ', "repo", true),
    (' ', "repoid", true),
    (' ', "releasever", true),
    (' ', "forcearch", true),
    (' ', "installroot", true),
    (' ', "disableplugin", true),
    (' ', "enableplugin", true),
    (' ', "comment", true),
    (' ', "color", true),
    (' ', "rpmverbosity", true),
    (' ', "downloaddir", true),
    (' ', "destdir", true),
    (' ', "repofrompath", true),
    (' ', "downloadonly", false),
    (' ', "assumeno", false),
    (' ', "test", false),
    ('y', "assumeyes", false),
    (' ', "nodocs", false),
    (' ', "allowerasing", false),
    (' ', "nobest", false),
    (' ', "best", false),
    ('q', "quiet", false),
    ('v', "verbose", false),
    ('C', "cacheonly", false),
    (' ', "refresh", false),
    (' ', "noplugins", false),
    (' ', "nogpgcheck", false),
    (' ', "skip-broken", false),
    ('b', "best", false),
];
const DPKG: &[Spec] = &[
    ('i', "install", false),
    ('U', "upgrade", false),
    ('r', "remove", false),
    ('P', "purge", false),
    ('e', "erase", false),
    (' ', "root", true),
    (' ', "admindir", true),
    (' ', "instdir", true),
    (' ', "no-act", false),
    (' ', "dry-run", false),
    (' ', "simulate", false),
    (' ', "test", false),
];

/// Reads a command as a call of a package manager; `None` when it is none, or changes nothing in the image.
fn call(ran: &Ran) -> Option<Call<'_>> {
    call_of(&ran.command.argv, has_more_arguments(&ran.command))
}

fn manager(program: &str) -> Option<(Manager, &'static [Spec])> {
    match program.rsplit('/').next()? {
        "apt-get" | "apt" | "aptitude" | "apt-mark" | "install_packages" => Some((Manager::Apt, APT)),
        "apk" => Some((Manager::Apk, APK)),
        "dnf" | "dnf5" | "microdnf" | "yum" | "tdnf" | "zypper" => Some((Manager::Dnf, DNF)),
        "dpkg" | "rpm" => Some((Manager::Dpkg, DPKG)),
        _ => None,
    }
}

fn call_of(argv: &[Arg], more: bool) -> Option<Call<'_>> {
    let (program, args) = argv.split_first()?;
    let program = program.text.as_deref()?.rsplit('/').next()?;
    let (manager, table) = manager(program)?;
    let mut parsed = read(args, table);
    let dry = [
        "simulate",
        "download-only",
        "just-print",
        "dry-run",
        "recon",
        "no-act",
        "print-uris",
        "downloadonly",
        "assumeno",
        "test",
    ];
    if dry.iter().any(|option| parsed.has(option)) || parsed.has("root") || parsed.has("installroot") {
        return None;
    }
    let verb = match program {
        // All of its words are packages.
        "install_packages" => {
            parsed.operands.insert(0, argv.first()?);
            Verb::Install
        }
        "dpkg" | "rpm" => {
            let verb = if parsed.has("install") || parsed.has("upgrade") && program == "rpm" {
                Verb::Install
            } else if parsed.has("remove") || parsed.has("purge") || parsed.has("erase") {
                Verb::Remove
            } else {
                return None;
            };
            parsed.operands.insert(0, argv.first()?);
            verb
        }
        _ => verb(program, parsed.operands.first()?.text.as_deref()?, parsed.operands.len())?,
    };
    if parsed.has("autoremove") && !parsed.has("auto-remove") {
        parsed.options.push(("auto-remove", None));
    }
    Some(Call { manager, verb, parsed, more })
}

fn verb(program: &str, verb: &str, words: usize) -> Option<Verb> {
    match (program, verb) {
        ("apt-mark", "auto") => Some(Verb::Mark(true)),
        ("apt-mark", "manual") => Some(Verb::Mark(false)),
        ("apt-mark", _) => None,
        ("apk", "add") => Some(Verb::Install),
        ("apk", "del") => Some(Verb::Remove),
        ("apk", _) => None,
        ("zypper", "in" | "install") => Some(Verb::Install),
        ("zypper", "rm" | "remove") => Some(Verb::Remove),
        (_, "install" | "reinstall" | "localinstall" | "satisfy") => Some(Verb::Install),
        (_, "remove" | "purge" | "erase") => Some(Verb::Remove),
        (_, "autoremove" | "autopurge" | "auto-remove") if words > 1 => Some(Verb::Remove),
        (_, "autoremove" | "autopurge" | "auto-remove") => Some(Verb::Clean),
        (_, "swap") => Some(Verb::Swap),
        _ => None,
    }
}
