//! The program inside real hooks: it judges the index that git hands to the hook.

use std::os::unix::fs::PermissionsExt;

use crate::world::World;

const PLAN: &str = "schema = 1\n[plan]\nuid = \"u\"\ntitle = \"t\"\n[[policies]]\nid = \"N.1\"\ntext = \"a is good\"\n\
    check = { text = { files = \"a.txt\", contains = \"good\" } }\n[[policies]]\nid = \"N.2\"\ntext = \"b is good\"\n\
    check = { text = { files = \"b.txt\", contains = \"good\" } }\n";

/// A world whose pre-commit hook writes what is staged, as trueup sees it, into `home/seen`.
fn world() -> World {
    let world = World::new();
    world.write("plan.toml", PLAN).write("a.txt", "bad\n").write("b.txt", "bad\n");
    world.commit("Begin");
    let hook = world.repo().join(".git/hooks/pre-commit");
    let seen = world.path().join("home/seen");
    let program = env!("CARGO_BIN_EXE_trueup");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(
        &hook,
        format!("#!/bin/sh\nexec '{program}' status --staged --format json > '{}' 2>&1\n", seen.display()),
    )
    .unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    world
}

/// What the hook saw: the verdicts of the two tasks, and the kind of place.
fn seen(world: &World) -> (String, String, String) {
    let text = std::fs::read_to_string(world.path().join("home/seen")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let verdict = |n: usize| document["tasks"][n]["verdict"].as_str().unwrap().to_owned();
    (document["at"]["kind"].as_str().unwrap().to_owned(), verdict(0), verdict(1))
}

fn found(kind: &str, a: &str, b: &str) -> (String, String, String) {
    (kind.to_owned(), a.to_owned(), b.to_owned())
}

#[test]
fn a_commit_of_what_is_staged() {
    let world = world();
    world.write("a.txt", "good\n").write("b.txt", "good\n");
    world.git(&["add", "a.txt"]);
    world.git(&["commit", "-q", "-m", "x"]);
    assert_eq!(seen(&world), found("index", "holds", "fails"));
}

#[test]
fn a_commit_of_all() {
    let world = world();
    world.write("a.txt", "good\n").write("b.txt", "good\n");
    world.git(&["commit", "-q", "-a", "-m", "x"]);
    assert_eq!(seen(&world), found("index", "holds", "holds"));
}

#[test]
fn a_commit_of_one_file_while_another_is_staged() {
    let world = world();
    world.write("a.txt", "good\n").write("b.txt", "good\n");
    world.git(&["add", "a.txt"]);
    world.git(&["commit", "-q", "-m", "x", "b.txt"]);
    assert_eq!(seen(&world), found("index", "fails", "holds"));
}

#[test]
fn a_commit_in_a_linked_work_tree() {
    let world = world();
    world.git(&["worktree", "add", "-q", "../linked"]);
    let linked = world.path().join("linked");
    std::fs::write(linked.join("b.txt"), "good\n").unwrap();
    let output = world.git_command(&["commit", "-q", "-a", "-m", "x"]).current_dir(&linked).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(seen(&world), found("index", "fails", "holds"));
}

#[test]
fn an_exit_code_stops_the_commit() {
    let world = world();
    let hook = world.repo().join(".git/hooks/pre-commit");
    let program = env!("CARGO_BIN_EXE_trueup");
    std::fs::write(&hook, format!("#!/bin/sh\nexec '{program}' status --staged --exit-code --task N.1 >&2\n")).unwrap();
    world.write("b.txt", "good\n");
    let refused = world.git_command(&["commit", "-q", "-a", "-m", "x"]).output().unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("✗ fails"));
    world.write("a.txt", "good\n");
    world.git(&["commit", "-q", "-a", "-m", "x"]);
}
