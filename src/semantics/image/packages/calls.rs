//! Command lines of package managers.
//!
//! Manuals: <https://manpages.debian.org/bookworm/apt/apt-get.8.en.html>,
//! <https://man.archlinux.org/man/apk.8>, <https://dnf.readthedocs.io/en/latest/command_ref.html>.

use crate::semantics::image::Ran;
use crate::semantics::image::interpreter::has_more_arguments;
use crate::semantics::image::options::{Parsed, Spec, read};
use crate::semantics::shell::Arg;

/// What a command line does to packages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call<'c> {
    pub(super) manager: Manager,
    pub(super) verb: Verb,
    pub(super) parsed: Parsed<'c>,
    /// Whether more names come from standard input (`xargs`).
    pub(super) more: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    Apt,
    Apk,
    Dnf,
    Dpkg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Install,
    Remove,
    /// `dnf swap out in`.
    Swap,
    /// Removes what nothing asked for.
    Clean,
    /// `apt-mark auto`, `apt-mark manual`.
    Mark(bool),
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
pub(super) fn call(ran: &Ran) -> Option<Call<'_>> {
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
