//! A work tree that is looked at again: it answers from what was kept only while nothing changed.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use trueup::repo::{BlobId, Entry, Match, ReadError, Repo, RepoPath, View};

use crate::git::{Git, path, pattern};

const PATHS: &[&str] =
    &["a", "b", "docs", "docs/x.md", "docs/new.md", "sub/deep/y", "sub", "link", "log.txt", "empty", "other"];
const PATTERNS: &[&str] = &["**", "*", "docs/**/*.md", "sub/*", "sub/**", "nowhere/**", "*.txt"];

fn begin() -> Git {
    let git = Git::new();
    git.write("a", "one").write("b", "two").write("docs/x.md", "# x").write("sub/deep/y", "y");
    symlink("a", git.path().join("link")).unwrap();
    git.commit("one");
    git.write("log.txt", "untracked").write("docs/more.md", "untracked");
    git
}

/// A view that begins long after everything on disk was written.
fn view(repo: &Repo, row: Option<&[u8]>) -> View {
    view_at(repo, row, SystemTime::now() + Duration::from_secs(60))
}

fn view_at(repo: &Repo, row: Option<&[u8]>, begun: SystemTime) -> View {
    repo.view_again(&RepoPath::root(), None, row, begun).unwrap()
}

type Answers = (Vec<Result<Option<Entry>, ReadError>>, Vec<Result<Vec<Match>, ReadError>>);

fn ask(view: &View) -> Answers {
    let tree = view.tree();
    let entries = PATHS.iter().map(|name| tree.entry(&path(name))).collect();
    (entries, PATTERNS.iter().map(|text| tree.glob(&pattern(text))).collect())
}

fn ids(answers: &Answers) -> Vec<BlobId> {
    answers.0.iter().filter_map(|entry| entry.as_ref().ok().copied().flatten()?.id).collect()
}

#[test]
fn nothing_changed_so_the_same_is_answered_and_nothing_new_is_kept() {
    let git = begin();
    let repo = git.open();
    let first = view(&repo, None);
    let answers = ask(&first);
    let row = first.row().expect("all of it is old");
    let again = view(&repo, Some(&row));
    assert_eq!(answers, ask(&again));
    assert_eq!(None, again.row(), "it asked again what it was given");
    for id in ids(&answers) {
        assert_eq!(first.tree().bytes(id), again.tree().bytes(id));
    }
    // What was not asked before is asked now, and kept with the rest.
    assert_eq!(view(&repo, None).tree().entry(&path("docs/more.md")), again.tree().entry(&path("docs/more.md")));
    let more = again.row().expect("something new");
    let third = view(&repo, Some(&more));
    third.tree().entry(&path("docs/more.md")).unwrap();
    assert_eq!((ask(&third), None), (answers, third.row()));
}

#[test]
fn what_changed_a_moment_ago_is_not_kept() {
    let git = begin();
    let repo = git.open();
    let now = view_at(&repo, None, SystemTime::now());
    ask(&now);
    assert_eq!(None, now.row());
    let garbled = view(&repo, Some(b"no row at all"));
    assert_eq!(ask(&now), ask(&garbled));
    assert!(garbled.row().is_some());
}

/// What it is called, and how it is made.
type Change = (&'static str, fn(&Git));

/// Every kind of change, each on a work tree of its own.
const CHANGES: &[Change] = &[
    ("a file grows", |git| _ = git.write("a", "longer")),
    ("an untracked file grows", |git| _ = git.write("log.txt", "longer than before")),
    ("another of the same size takes its place", |git| {
        git.write("other", "eno");
        std::fs::rename(git.path().join("other"), git.path().join("a")).unwrap();
    }),
    ("a file goes", |git| _ = git.remove("b")),
    ("a file comes", |git| _ = git.write("docs/new.md", "new")),
    ("a folder comes", |git| _ = git.write("sub/more/z", "z")),
    ("an empty folder comes", |git| std::fs::create_dir(git.path().join("empty")).unwrap()),
    ("a folder goes", |git| std::fs::remove_dir_all(git.path().join("sub")).unwrap()),
    ("a file can be run", |git| {
        std::fs::set_permissions(git.path().join("a"), std::fs::Permissions::from_mode(0o755)).unwrap();
    }),
    ("a link points elsewhere", |git| {
        std::fs::remove_file(git.path().join("link")).unwrap();
        symlink("b", git.path().join("link")).unwrap();
    }),
    ("a file becomes a link", |git| {
        std::fs::remove_file(git.path().join("b")).unwrap();
        symlink("a", git.path().join("b")).unwrap();
    }),
    ("a file becomes a folder", |git| {
        git.remove("b").write("b/inside", "x");
    }),
    ("an untracked file is tracked", |git| {
        git.write(".git/info/exclude", "*.txt\n");
        git.git(&["add", "-f", "log.txt"]);
    }),
    ("a tracked file is not any more, and ignored", |git| {
        git.write(".git/info/exclude", "b\n");
        git.git(&["rm", "-q", "--cached", "b"]);
    }),
    ("info/exclude names it", |git| _ = git.write(".git/info/exclude", "*.txt\n")),
    ("a .gitignore names it", |git| _ = git.write("docs/.gitignore", "more.md\n")),
    ("a folder becomes a repository", |git| {
        git.write("sub/other/z", "z");
        git.git(&["init", "-q", "sub/other"]);
    }),
    ("a file is left out of the checkout", |git| {
        git.git(&["update-index", "--skip-worktree", "b"]);
        git.remove("b");
    }),
    ("another branch is checked out", |git| {
        git.git(&["checkout", "-q", "-b", "branch"]);
        git.write("a", "of the branch");
        git.git(&["commit", "-q", "-a", "-m", "two"]);
        git.git(&["checkout", "-q", "-"]);
    }),
    ("nothing, but it was touched", |git| {
        let file = std::fs::File::options().append(true).open(git.path().join("a")).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(1_000)).unwrap();
    }),
];

#[test]
fn after_any_change_it_answers_as_one_that_was_never_looked_at() {
    for (name, change) in CHANGES {
        let git = begin();
        let repo = git.open();
        let before = view(&repo, None);
        ask(&before);
        let row = before.row().unwrap();
        change(&git);
        let repo = git.open();
        let (again, fresh) = (view(&repo, Some(&row)), repo.work_tree().unwrap());
        let (entries, globs) = ask(&again);
        for (text, entry) in PATHS.iter().zip(entries) {
            assert_eq!(trueup::repo::Tree::entry(&fresh, &path(text)), entry, "{name}: {text}");
        }
        for (text, found) in PATTERNS.iter().zip(globs) {
            assert_eq!(trueup::repo::Tree::glob(&fresh, &pattern(text)), found, "{name}: {text}");
        }
    }
}

#[test]
fn bytes_that_changed_under_an_answer_are_the_databases_or_missing_here() {
    let git = begin();
    let repo = git.open();
    let before = view(&repo, None);
    let ids = ["a", "log.txt", "link"].map(|name| before.tree().entry(&path(name)).unwrap().unwrap().id.unwrap());
    let row = before.row().unwrap();
    let again = view(&repo, Some(&row));
    git.write("a", "not the same").write("log.txt", "nor this").remove("link");
    let bytes = ids.map(|id| again.tree().bytes(id));
    assert_eq!(Ok(b"one".as_slice()), bytes[0].as_deref(), "committed");
    // Of this machine and this moment: no verdict that follows from it is ever kept.
    assert!(matches!(bytes[1], Err(ReadError::MissingObject { .. })), "{:?}", bytes[1]);
    assert_eq!(Ok(b"a".as_slice()), bytes[2].as_deref(), "the target of a committed link");
}

#[test]
fn work_trees_and_settings_are_told_apart() {
    let git = begin();
    let digest = git.open().work_tree_digest();
    assert_eq!(digest, git.open().work_tree_digest());
    git.git(&["config", "core.fileMode", "false"]);
    assert_ne!(digest, git.open().work_tree_digest(), "it decides what can be run");
    git.git(&["config", "core.fileMode", "true"]);
    assert_eq!(digest, git.open().work_tree_digest());
    git.git(&["config", "core.excludesFile", "/nowhere"]);
    assert_ne!(digest, git.open().work_tree_digest(), "it decides what is ignored");
    assert_ne!(digest, begin().open().work_tree_digest());
}
