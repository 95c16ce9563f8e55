//! What a real hook sees: git gives it an index of its own, by environment variables.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use trueup::repo::{At, GitEnv, OpenAt, Repo, RepoPath};

use crate::git::{Git, at, list, text};

/// Where the process inside the hook writes what it saw.
const REPORT: &str = "TRUEUP_TEST_HOOK_REPORT";

/// Run by the hooks of the tests below; does nothing otherwise.
#[test]
fn inside_a_hook() {
    let Some(report) = std::env::var_os(REPORT) else { return };
    let env = GitEnv::of(&std::env::current_dir().unwrap(), |name| std::env::var_os(name));
    let repo = Repo::open(&OpenAt::Env(env)).unwrap();
    let view = repo.view(At::Index, &RepoPath::root(), None).unwrap();
    let index = view.tree();
    let work = repo.work_tree().unwrap();
    let lines = ["a", "b", "sub/c"].map(|name| {
        let staged = if at(index.as_ref(), name) == "-" { "-".to_owned() } else { text(index.as_ref(), name).unwrap() };
        format!("{name}: {staged}, on disk {}\n", text(&work, name).unwrap())
    });
    let all = list(index.as_ref(), "**").join(" ");
    let rev = view.rev().map(|rev| rev.to_string()).unwrap_or_default();
    std::fs::write(report, format!("{}{all}\n{rev}\n", lines.concat())).unwrap();
}

fn add_hook(git: &Git, name: &str) {
    let hook = git.path().join(".git/hooks").join(name);
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\n{REPORT}='{}' exec '{}' --exact repo_hooks::inside_a_hook --nocapture\n",
        git.folder().join("report").display(),
        program.display()
    );
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Commits in a folder; what the hook saw meanwhile, without its last line, which is HEAD.
fn seen(git: &Git, folder: &Path, args: &[&str]) -> String {
    let report = git.folder().join("report");
    let _ = std::fs::remove_file(&report);
    let head = git.git_in(folder, &["rev-parse", "HEAD"]);
    git.git_in(folder, &[&["commit", "-q", "-m", "x"], args].concat());
    let report = std::fs::read_to_string(report).expect("the hook did not run to its end");
    report.strip_suffix(&format!("{head}\n")).expect("HEAD is the commit before").to_owned()
}

fn edited(folder: &Path) {
    for (name, text) in [("a", "two"), ("b", "two"), ("sub/c", "two")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn start() -> Git {
    let git = Git::new();
    git.write("a", "one").write("b", "one").write("sub/c", "one").commit("one");
    add_hook(&git, "pre-commit");
    git
}

#[test]
fn a_plain_commit() {
    let git = start();
    edited(git.path());
    git.git(&["add", "a"]);
    let saw = seen(&git, git.path(), &[]);
    assert_eq!("a: two, on disk two\nb: one, on disk two\nsub/c: one, on disk two\na b sub/c\n", saw);
}

#[test]
fn commit_all() {
    let git = start();
    edited(git.path());
    let saw = seen(&git, git.path(), &["-a"]);
    assert_eq!("a: two, on disk two\nb: two, on disk two\nsub/c: two, on disk two\na b sub/c\n", saw);
}

#[test]
fn commit_of_one_file_leaves_what_else_is_staged_out() {
    let git = start();
    edited(git.path());
    git.git(&["add", "a"]);
    let saw = seen(&git, git.path(), &["b"]);
    assert_eq!("a: one, on disk two\nb: two, on disk two\nsub/c: one, on disk two\na b sub/c\n", saw);
}

#[test]
fn from_a_folder_below_the_root() {
    let git = start();
    edited(git.path());
    let saw = seen(&git, &git.path().join("sub"), &["-a"]);
    assert_eq!("a: two, on disk two\nb: two, on disk two\nsub/c: two, on disk two\na b sub/c\n", saw);
    edited(git.path());
    git.write("sub/c", "three").write("a", "three");
    let saw = seen(&git, &git.path().join("sub"), &["c"]);
    assert_eq!("a: two, on disk three\nb: two, on disk two\nsub/c: three, on disk three\na b sub/c\n", saw);
}

#[test]
fn in_a_linked_work_tree() {
    let git = start();
    let linked = git.folder().join("linked");
    git.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    edited(&linked);
    git.git_in(&linked, &["add", "a"]);
    let saw = seen(&git, &linked, &[]);
    assert_eq!("a: two, on disk two\nb: one, on disk two\nsub/c: one, on disk two\na b sub/c\n", saw);
    let saw = seen(&git, &linked, &["b"]);
    assert_eq!("a: two, on disk two\nb: two, on disk two\nsub/c: one, on disk two\na b sub/c\n", saw);
    let saw = seen(&git, &linked, &["-a"]);
    assert_eq!("a: two, on disk two\nb: two, on disk two\nsub/c: two, on disk two\na b sub/c\n", saw);
    assert_eq!("one", git.git(&["show", "main:a"]), "the main work tree is another");
}

#[test]
fn in_a_linked_work_tree_of_a_bare_repository() {
    let git = start();
    let bare = git.folder().join("bare.git");
    git.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let linked = git.folder().join("linked");
    git.git_in(&bare, &["worktree", "add", "-q", linked.to_str().unwrap(), "main"]);
    std::fs::copy(git.path().join(".git/hooks/pre-commit"), bare.join("hooks/pre-commit")).unwrap();
    edited(&linked);
    let saw = seen(&git, &linked, &["-a"]);
    assert_eq!("a: two, on disk two\nb: two, on disk two\nsub/c: two, on disk two\na b sub/c\n", saw);
}

#[test]
fn what_is_pushed_can_be_read_before_it_is_accepted() {
    let git = Git::new();
    git.write("a", "one").commit("one");
    let server = git.folder().join("server.git");
    git.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    let hook = server.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nread old new ref\nTRUEUP_TEST_PUSHED=$new {REPORT}='{}' exec '{}' --exact repo_hooks::inside_pre_receive --nocapture\n",
        git.folder().join("report").display(),
        program.display()
    );
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    git.write("a", "pushed").commit("two");
    git.git(&["push", "-q", server.to_str().unwrap(), "main"]);
    assert_eq!("pushed", std::fs::read_to_string(git.folder().join("report")).unwrap());
}

/// Run by the hook of the test above; does nothing otherwise.
#[test]
fn inside_pre_receive() {
    let (Some(report), Ok(pushed)) = (std::env::var_os(REPORT), std::env::var("TRUEUP_TEST_PUSHED")) else { return };
    let env = GitEnv::of(&std::env::current_dir().unwrap(), |name| std::env::var_os(name));
    let repo = Repo::open(&OpenAt::Env(env)).unwrap();
    let tree = repo.commit_tree(crate::git::resolve(&repo, &pushed).unwrap()).unwrap();
    std::fs::write(report, text(&tree, "a").unwrap()).unwrap();
}
