//! Building repositories.

use trueup::repo::{At, NewCommit, Person, RepoBuilder, RepoPath};

use crate::git::{Git, START, list, path, resolve, text};

fn ann() -> Person {
    Person { name: "Ann Ä".into(), email: "ann@example.org".into() }
}

/// A history with a branch, a merge, tags, a .mailmap and work in progress.
fn build(folder: &std::path::Path) -> String {
    let ann = ann();
    let bob = Person { name: "Bob".into(), email: "bob@example.org".into() };
    let mut repo = RepoBuilder::create(folder, "main").unwrap();
    repo.write(&path("Dockerfile"), b"FROM a\r\n").unwrap();
    repo.write_program(&path("bin/run"), b"#!/bin/sh\n").unwrap();
    repo.link(&path("link"), "bin/run").unwrap();
    repo.write(&path(".mailmap"), b"Robert <bob@example.org>\n").unwrap();
    repo.commit(&NewCommit::by(&ann, START, "Begin\n\nWith a body.")).unwrap();
    repo.tag("start", None).unwrap();
    repo.branch("side").unwrap();
    repo.write(&path("side/file"), b"side").unwrap();
    let mut new = NewCommit::by(&bob, START + 60, "Work aside");
    new.zone = 90;
    new.committer = ann.clone();
    repo.commit(&new).unwrap();
    repo.switch("main").unwrap();
    assert!(!folder.join("side").exists());
    repo.remove(&path("link")).unwrap();
    repo.commit(&NewCommit::by(&ann, START + 120, "Remove the link")).unwrap();
    let merge = repo.merge("side", &NewCommit::by(&ann, START + 180, "Merge side")).unwrap();
    repo.tag("v1", Some(&NewCommit::by(&ann, START + 180, "version 1"))).unwrap();
    repo.write(&path("staged"), b"staged").unwrap();
    repo.write_unstaged(&path("Dockerfile"), b"FROM b\n").unwrap();
    repo.finish().unwrap();
    merge.to_string()
}

#[test]
fn the_same_calls_make_the_same_ids() {
    let git = Git::empty();
    let (one, two) = (git.folder().join("one"), git.folder().join("two"));
    assert_eq!("1a7c3f3bc035ebf25378c74097f7c70e738a65cb", build(&one));
    assert_eq!(build(&two), git.git_in(&one, &["rev-parse", "HEAD"]));
    assert_eq!(git.git_in(&one, &["rev-parse", "v1"]), git.git_in(&two, &["rev-parse", "v1"]));
}

#[test]
fn git_finds_it_in_order() {
    let git = Git::empty();
    let folder = git.folder().join("built");
    build(&folder);
    assert_eq!("", git.git_in(&folder, &["fsck", "--strict", "--no-dangling"]));
    assert_eq!(" M Dockerfile\nA  staged", git.git_in(&folder, &["status", "--porcelain"]));
    assert_eq!("true", git.git_in(&folder, &["config", "--get", "core.logAllRefUpdates"]));
    let log = git.git_in(&folder, &["log", "--format=%s|%aN|%cn|%ad|%p", "--date=iso", "--topo-order"]);
    assert!(log.contains("Work aside|Robert|Ann Ä|2026-11-02 10:31:00 +0130|"), "{log}");
    assert_eq!(
        "commit (initial): Begin",
        git.git_in(&folder, &["log", "-g", "--format=%gs", "main"]).lines().last().unwrap()
    );
    let repo = git.open_at(&folder).unwrap();
    let when = |time: i64| resolve(&repo, &format!("main@{{@{time}}}")).unwrap();
    assert_eq!(resolve(&repo, "start").unwrap(), when(START + 100));
    assert_eq!(resolve(&repo, "v1").unwrap(), when(START + 200));
    let view = repo.view(At::WorkTree, &RepoPath::root(), None).unwrap();
    assert_eq!(
        [".mailmap", "Dockerfile", "bin/run", "side/file", "staged"],
        list(view.tree().as_ref(), "**").as_slice()
    );
    assert_eq!("FROM b\n", text(view.tree().as_ref(), "Dockerfile").unwrap());
    assert!(view.is_dirty(&[path("staged")], &[]) && !view.is_dirty(&[path("bin/run"), path("side/file")], &[]));
}

#[test]
fn a_repository_is_not_built_over_another() {
    let git = Git::new();
    assert!(RepoBuilder::create(git.path(), "main").is_err());
}
