//! A room imports only from rooms below it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The rooms from the top down; those on one line may not import each other.
const ROOMS: &[&str] = &[
    "cli",
    "tui",
    "demo",
    "report",
    "standup",
    "sync",
    "progress",
    "verify",
    "checks",
    "config",
    "plan",
    "semantics",
    "formats",
    "twin",
    "linear",
    "repo",
    "store",
    "calendar",
    "source",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The rooms that a source names after `crate::`, also inside braces: `use crate::{plan, repo::Tree}`.
fn named(source: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut part = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => rooms.push(std::mem::take(&mut part)),
                    c => part.push(c),
                }
            }
            rooms.push(part);
        } else {
            rooms.push(rest.to_owned());
        }
    }
    let head = |text: &String| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    rooms.iter().map(head).collect()
}

#[test]
fn no_import_goes_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank = |room: &str| ROOMS.iter().position(|r| *r == room);
    let mut wrong = String::new();
    let mut read = 0;
    for (own, room) in ROOMS.iter().enumerate() {
        let mut found = Vec::new();
        files(&src.join(room), &mut found);
        for file in found {
            read += 1;
            for other in named(&std::fs::read_to_string(&file).unwrap()) {
                match rank(&other) {
                    Some(other_rank) if other_rank >= own => {}
                    Some(_) => writeln!(wrong, "{} imports {other}, which is above it", file.display()).unwrap(),
                    None => writeln!(wrong, "{} names crate::{other}, which is no room", file.display()).unwrap(),
                }
            }
        }
    }
    assert!(read > 30, "only {read} files were read");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn only_repo_knows_git2() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let wrong: Vec<_> = found
        .iter()
        .filter(|path| !path.components().any(|c| c.as_os_str() == "repo"))
        .filter(|path| std::fs::read_to_string(path).unwrap().contains("git2::"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_upward_import_is_seen() {
    assert_eq!(named("use crate::{tui::Model, plan};\nfn f() { crate::cli::run() }"), ["tui", "plan", "cli"]);
}
