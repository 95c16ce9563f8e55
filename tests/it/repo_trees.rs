//! The three kinds of trees, on real repositories.

use std::os::unix::fs::{PermissionsExt, symlink};

use proptest::prelude::*;
use trueup::repo::{At, LARGEST_FILE, ReadError, RepoPath, Rooted, Tree};
use trueup::semantics::files::{Files, Parses};

use crate::git::{Git, at, list, os, path, pattern, resolve, text, trees};

#[test]
fn each_tree_shows_its_own_state() {
    let git = Git::new();
    git.write("a", "one").write("b", "one").write("c", "one").write("docs/x.md", "x").commit("one");
    git.write("a", "two").add();
    git.write("a", "three").write("new", "untracked").remove("b");
    git.git(&["rm", "-q", "--cached", "c"]);
    let repo = git.open();
    let [work, index, head] = trees(&repo);
    assert_eq!(
        ["one", "two", "three"],
        [&head, &index, &work].map(|tree| text(tree.as_ref(), "a").unwrap()).as_slice()
    );
    assert_eq!(["file", "file", "-"], [&head, &index, &work].map(|tree| at(tree.as_ref(), "b")));
    assert_eq!(["file", "-", "file"], [&head, &index, &work].map(|tree| at(tree.as_ref(), "c")));
    assert_eq!(["-", "-", "file"], [&head, &index, &work].map(|tree| at(tree.as_ref(), "new")));
    assert_eq!(["folder"; 3], [&head, &index, &work].map(|tree| at(tree.as_ref(), "docs")));
    assert_eq!(["a", "c", "docs/x.md", "new"], list(work.as_ref(), "**").as_slice());
    assert_eq!(["a", "b", "docs/x.md"], list(index.as_ref(), "**").as_slice());
    assert_eq!(["a", "b", "c", "docs/x.md"], list(head.as_ref(), "**").as_slice());
    assert_eq!(["docs/x.md"], list(work.as_ref(), "docs/**/*.md").as_slice());
    assert!(list(work.as_ref(), "docs").is_empty(), "a folder is no match");
}

#[test]
fn ids_of_files_on_disk_are_those_that_git_gives_them() {
    let git = Git::new();
    git.write("a", "text\n").commit("one");
    let repo = git.open();
    let [work, index, head] = trees(&repo);
    let entry = |tree: &dyn Tree| tree.entry(&path("a")).unwrap().unwrap();
    assert_eq!(entry(work.as_ref()), entry(head.as_ref()));
    assert_eq!(entry(index.as_ref()), entry(head.as_ref()));
    let hex: String = entry(work.as_ref()).id.unwrap().0.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(git.git(&["rev-parse", "HEAD:a"]), hex);
}

#[test]
fn ignored_files_are_not_there_unless_tracked() {
    let git = Git::new();
    git.write(".gitignore", "*.log\nbuild/\n!keep.log\n").write("kept.log", "tracked all the same");
    git.git(&["add", "-f", "kept.log"]);
    git.commit("one");
    git.write("a.log", "")
        .write("keep.log", "")
        .write("build/out", "")
        .write("sub/.gitignore", "x\n")
        .write("sub/x", "");
    git.write(".git/info/exclude", "secret\n").write("secret", "");
    git.git(&["config", "core.excludesFile", "../ignore-me"]);
    std::fs::write(git.folder().join("ignore-me"), "*.swp\n").unwrap();
    git.git(&["config", "core.excludesFile", git.folder().join("ignore-me").to_str().unwrap()]);
    git.write("a.swp", "");
    let work = git.open().work_tree().unwrap();
    for (name, wanted) in [
        ("kept.log", "file"),
        ("a.log", "-"),
        ("keep.log", "file"),
        ("build", "-"),
        ("build/out", "-"),
        ("sub", "folder"),
        ("sub/x", "-"),
        ("secret", "-"),
        ("a.swp", "-"),
        (".git", "-"),
        (".git/config", "-"),
    ] {
        assert_eq!(wanted, at(&work, name), "{name}");
    }
    assert_eq!([".gitignore", "keep.log", "kept.log", "sub/.gitignore"], list(&work, "**").as_slice());
    assert!(list(&work, "build/*").is_empty());
    assert!(list(&work, ".git/*").is_empty());
}

#[test]
fn links_are_never_followed() {
    let git = Git::new();
    git.write("real/file", "x");
    symlink("real", git.path().join("linked")).unwrap();
    symlink("loop-b", git.path().join("loop-a")).unwrap();
    symlink("loop-a", git.path().join("loop-b")).unwrap();
    symlink("/etc", git.path().join("out")).unwrap();
    git.commit("one");
    for tree in trees(&git.open()) {
        assert_eq!("link", at(tree.as_ref(), "linked"));
        assert_eq!("-", at(tree.as_ref(), "linked/file"));
        assert_eq!("link", at(tree.as_ref(), "loop-a"));
        assert_eq!("-", at(tree.as_ref(), "loop-a/x"));
        assert_eq!("-", at(tree.as_ref(), "out/passwd"));
        assert_eq!("real", text(tree.as_ref(), "linked").unwrap());
        assert_eq!(["linked", "loop-a", "loop-b", "out", "real/file"], list(tree.as_ref(), "**").as_slice());
        assert!(list(tree.as_ref(), "out/*").is_empty());
        assert!(list(tree.as_ref(), "linked/*").is_empty());
    }
}

#[test]
fn a_submodule_and_another_repository_are_boundaries() {
    let git = Git::new();
    let other = Git::new();
    other.write("Dockerfile", "FROM x").commit("one");
    git.write("a", "").commit("one");
    git.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", other.path().to_str().unwrap(), "sub"]);
    git.commit("two");
    git.write("nested/file", "x");
    git.git_in(&git.path().join("nested"), &["init", "-q"]);
    let repo = git.open();
    let [work, index, head] = trees(&repo);
    for tree in [&work, &index, &head] {
        assert_eq!("submodule", at(tree.as_ref(), "sub"));
        assert_eq!("-", at(tree.as_ref(), "sub/Dockerfile"));
        assert!(list(tree.as_ref(), "**/Dockerfile").is_empty());
    }
    assert_eq!("submodule", at(work.as_ref(), "nested"));
    assert_eq!("-", at(work.as_ref(), "nested/file"));
    assert_eq!([".gitmodules", "a", "nested", "sub"], list(work.as_ref(), "**").as_slice());
    git.git(&["submodule", "deinit", "-q", "-f", "sub"]);
    let work = git.open().work_tree().unwrap();
    assert_eq!("submodule", at(&work, "sub"), "an empty folder is still the submodule's");
}

#[test]
fn an_unresolved_merge_is_a_conflict_in_the_index() {
    let git = Git::new();
    git.write("f", "base\n").write("other", "").commit("one");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("f", "side\n").commit("side");
    git.git(&["checkout", "-q", "main"]);
    git.write("f", "main\n").commit("main");
    assert!(!git.command(git.path()).args(["merge", "-q", "side"]).output().unwrap().status.success());
    let repo = git.open();
    let index = repo.index_tree().unwrap();
    assert_eq!(Err(ReadError::Conflict), index.entry(&path("f")));
    assert_eq!(["f", "other"], list(&index, "*").as_slice());
    assert_eq!(["f"], list(&index, "f").as_slice());
    assert!(text(&repo.work_tree().unwrap(), "f").unwrap().contains("<<<<<<<"));
}

#[test]
fn intent_to_add_is_no_part_of_the_next_commit() {
    let git = Git::new();
    git.write("a", "").commit("one");
    git.write("later", "text").write("in/later", "text").write(".gitignore", "in\n");
    git.git(&["add", "-N", "-f", "later", "in/later"]);
    let repo = git.open();
    let index = repo.index_tree().unwrap();
    assert_eq!("-", at(&index, "later"));
    assert_eq!("-", at(&index, "in"));
    assert_eq!(["a"], list(&index, "**").as_slice());
    let work = repo.work_tree().unwrap();
    assert_eq!("text", text(&work, "later").unwrap());
    assert_eq!("file", at(&work, "in/later"), "it is tracked, so ignoring it counts for nothing");
}

#[test]
fn files_and_folders_change_places() {
    let git = Git::new();
    git.write("a", "file").write("d/x", "in a folder").commit("one");
    git.remove("a").write("a/inner", "now a folder");
    std::fs::remove_dir_all(git.path().join("d")).unwrap();
    git.write("d", "now a file");
    let work = git.open().work_tree().unwrap();
    assert_eq!(["folder", "file", "file", "-"], ["a", "a/inner", "d", "d/x"].map(|name| at(&work, name)));
    assert_eq!(["a/inner", "d"], list(&work, "**").as_slice());
}

#[test]
fn an_empty_folder_is_none() {
    let git = Git::new();
    git.write(".gitignore", "*.log\n").write("a", "").commit("one");
    std::fs::create_dir_all(git.path().join("empty/inside")).unwrap();
    git.write("logs/a.log", "");
    let work = git.open().work_tree().unwrap();
    assert_eq!(["-", "-", "-"], ["empty", "empty/inside", "logs"].map(|name| at(&work, name)));
    git.write("logs/deep/a.txt", "");
    assert_eq!("folder", at(&git.open().work_tree().unwrap(), "logs"));
}

#[test]
fn names_that_are_no_utf8_are_names() {
    let git = Git::new();
    let name = b"caf\xe9.txt";
    std::fs::write(git.path().join(os(name)), "x").unwrap();
    git.commit("one");
    for tree in trees(&git.open()) {
        assert_eq!("x", text(tree.as_ref(), name).unwrap());
        let found = tree.glob(&pattern("*.txt")).unwrap();
        assert_eq!(name, found[0].path.as_bytes());
        assert_eq!("caf\u{fffd}.txt", found[0].path.shown().raw());
    }
}

#[test]
fn modes_are_read() {
    let git = Git::new();
    git.write("run", "#!/bin/sh").write("plain", "");
    std::fs::set_permissions(git.path().join("run"), std::fs::Permissions::from_mode(0o755)).unwrap();
    git.commit("one");
    for tree in trees(&git.open()) {
        assert_eq!(["file*", "file"], ["run", "plain"].map(|name| at(tree.as_ref(), name)));
    }
    git.git(&["config", "core.fileMode", "false"]);
    std::fs::set_permissions(git.path().join("run"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!("file*", at(&git.open().work_tree().unwrap(), "run"), "the disk does not know: the index does");
}

#[test]
fn what_is_too_large_is_there_but_not_read() {
    let git = Git::new();
    let large = vec![b'x'; usize::try_from(LARGEST_FILE).unwrap() + 1];
    git.write("large", &large).write("fits", &large[1..]).commit("one");
    for tree in trees(&git.open()) {
        assert_eq!("file", at(tree.as_ref(), "large"));
        let error = text(tree.as_ref(), "large").unwrap_err();
        assert_eq!("a file of 4194305 bytes is over the bound of 4 MiB", error.to_string());
        assert_eq!(large.len() - 1, text(tree.as_ref(), "fits").unwrap().len());
    }
}

#[test]
fn what_is_no_file_is_never_opened() {
    let git = Git::new();
    git.write("a", "").commit("one");
    let fifo = git.path().join("Dockerfile.fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(git.path().join("Dockerfile.sock")).unwrap();
    let work = git.open().work_tree().unwrap();
    for (name, what) in [("Dockerfile.fifo", "a FIFO"), ("Dockerfile.sock", "a socket")] {
        assert_eq!(Err(ReadError::Unreadable(format!("it is {what}, which is never opened"))), work.entry(&path(name)));
    }
    assert_eq!(["Dockerfile.fifo", "Dockerfile.sock"], list(&work, "Dockerfile*").as_slice());
}

#[test]
fn what_a_sparse_checkout_leaves_out_counts() {
    let git = Git::new();
    git.write("a/x", "x").write("b/y", "y").write("b/.gitignore", "*.log\n").write("top", "").commit("one");
    git.git(&["sparse-checkout", "set", "--no-cone", "/a/", "/top"]);
    assert!(!git.path().join("b/y").exists());
    let work = git.open().work_tree().unwrap();
    assert_eq!("y", text(&work, "b/y").unwrap());
    assert_eq!("folder", at(&work, "b"));
    assert_eq!(["a/x", "b/.gitignore", "b/y", "top"], list(&work, "**").as_slice());
    git.write("b/z.log", "ignored by a file that is not on disk");
    assert_eq!("-", at(&git.open().work_tree().unwrap(), "b/z.log"));
}

#[test]
fn a_pointer_of_git_lfs_is_said_to_be_one() {
    let git = Git::new();
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n", "0".repeat(64));
    git.write("a", &pointer).commit("one");
    git.write("a", "content");
    let parses = Parses::default();
    let [work, index, head] = trees(&git.open());
    for tree in [index, head] {
        let error = Files::new(tree.as_ref(), &parses).read(&path("a")).unwrap_err();
        assert!(error.to_string().contains("Git LFS pointer"), "{error}");
    }
    let file = Files::new(work.as_ref(), &parses).read(&path("a")).unwrap().unwrap();
    assert_eq!("content", file.text(), "on disk stands what the filter fetched");
}

#[test]
fn a_link_with_an_endless_target_leads_nowhere() {
    let git = Git::new();
    git.write("a", "x").commit("one");
    git.git(&["config", "core.symlinks", "false"]);
    git.write("link", "d/".repeat(1_000_000));
    let id = git.git(&["hash-object", "-w", "link"]);
    git.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{id},link")]);
    let parses = Parses::default();
    let repo = git.open();
    for at in [At::WorkTree, At::Index] {
        let tree = repo.view(at, &RepoPath::root(), None).unwrap().tree();
        assert_eq!("link", crate::git::at(tree.as_ref(), "link"));
        assert!(Files::new(tree.as_ref(), &parses).read(&path("link")).unwrap().is_none());
    }
}

#[test]
fn a_huge_ignore_file_is_not_read() {
    let git = Git::new();
    git.write("tracked", "").commit("one");
    git.write(".gitignore", "x\n".repeat(600_000)).write("a", "");
    let work = git.open().work_tree().unwrap();
    assert!(matches!(work.entry(&path("a")), Err(ReadError::TooLarge { .. })));
    assert_eq!("file", at(&work, "tracked"));
}

#[test]
fn many_threads_get_the_same_answers() {
    let git = Git::new();
    for n in 0..40 {
        git.write(&format!("d{}/f{n}", n % 7), format!("{n}"));
    }
    git.commit("one");
    for tree in trees(&git.open()) {
        let all = tree.glob(&pattern("**")).unwrap();
        let read =
            || -> Vec<String> { all.iter().map(|found| text(tree.as_ref(), found.path.as_bytes()).unwrap()).collect() };
        let alone = read();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
            threads.into_iter().for_each(|thread| assert_eq!(alone, thread.join().unwrap()));
        });
        assert_eq!(40, all.len());
    }
}

#[test]
fn a_tree_seen_from_a_folder() {
    let git = Git::new();
    git.write("apps/api*/Dockerfile", "inner").write("apps/api*/docs/a.md", "").write("apps/apix/Dockerfile", "other");
    git.write("Dockerfile", "outer").commit("one");
    let repo = git.open();
    for tree in trees(&repo) {
        let tree = Rooted::new(tree, path("apps/api*"));
        assert_eq!("inner", text(&tree, "Dockerfile").unwrap());
        assert_eq!(["Dockerfile", "docs/a.md"], list(&tree, "**").as_slice());
        assert_eq!(["Dockerfile"], list(&tree, "Dockerfile*").as_slice());
        assert_eq!(["Dockerfile"], list(&tree, "Dockerfile").as_slice());
        assert_eq!(["docs/a.md"], list(&tree, "docs/**/*.md").as_slice());
        assert_eq!("folder", at(&tree, "."));
    }
}

#[test]
fn dirty_is_what_a_check_asked_for() {
    let git = Git::new();
    git.write("a", "one")
        .write("b", "one")
        .write(".gitattributes", "crlf.txt text eol=crlf\n")
        .write("crlf.txt", "x\n");
    git.commit("one");
    git.remove("crlf.txt");
    git.git(&["checkout", "-q", "crlf.txt"]);
    git.git(&["update-index", "--refresh"]);
    git.write("a", "two").write("new.md", "");
    let repo = git.open();
    let head = resolve(&repo, "HEAD").unwrap();
    let view = repo.view(At::WorkTree, &RepoPath::root(), None).unwrap();
    let dirty = |paths: &[&str], patterns: &[&str]| {
        let paths: Vec<_> = paths.iter().map(path).collect();
        let patterns: Vec<_> = patterns.iter().map(|text| pattern(text)).collect();
        view.is_dirty(&paths, &patterns)
    };
    assert!(dirty(&["b", "a"], &[]));
    assert!(!dirty(&["b", "none", "."], &["*.txt"]));
    assert!(dirty(&["b"], &["*.md"]));
    assert!(text(view.tree().as_ref(), "crlf.txt").unwrap().ends_with("\r\n"));
    assert!(!dirty(&["crlf.txt"], &[]), "the line ends are git's own doing");
    assert_eq!(Some(head), view.rev());
    let index = repo.view(At::Index, &RepoPath::root(), None).unwrap();
    assert!(!index.is_dirty(&[path("a")], &[]));
    let commit = repo.view(At::Commit(head), &RepoPath::root(), None).unwrap();
    assert!(!commit.is_dirty(&[path("a")], &[]));
}

/// One thing done to the files of a repository.
#[derive(Debug, Clone)]
enum Edit {
    Write(String, u8),
    Link(String, String),
    Remove(String),
    Run(String),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let name = proptest::sample::select(vec!["a", "b", "Dockerfile", "x.log", "docs", ".env", "keep.log"]);
    let path = proptest::collection::vec(name, 1..4).prop_map(|parts| parts.join("/"));
    let edit = (path.clone(), path, 0_u8..8).prop_map(|(one, two, kind)| match kind {
        0 => Edit::Link(one, two),
        1 => Edit::Remove(one),
        2 => Edit::Run(one),
        size => Edit::Write(one, size),
    });
    proptest::collection::vec(edit, 1..12)
}

fn apply(git: &Git, edit: &Edit) {
    let at = |name: &str| git.path().join(name);
    let make = |name: &str| std::fs::create_dir_all(at(name).parent().unwrap()).is_ok() && !at(name).is_dir();
    match edit {
        Edit::Write(name, size) if make(name) => {
            let _ = std::fs::write(at(name), vec![b'x'; usize::from(*size)]);
        }
        Edit::Link(name, target) if make(name) => {
            let _ = symlink(target, at(name));
        }
        Edit::Remove(name) => {
            let _ = std::fs::remove_file(at(name)).or_else(|_| std::fs::remove_dir_all(at(name)));
        }
        Edit::Run(name) if at(name).is_file() => {
            let _ = std::fs::set_permissions(at(name), std::fs::Permissions::from_mode(0o755));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn committed_work_answers_the_same_from_all_three(before in edits(), after in edits(), rules in 0_usize..4) {
        let git = Git::new();
        let ignore = ["", "*.log\n!keep.log\n", "docs/\n", "/a\nb/*\n!b/Dockerfile\n"];
        before.iter().for_each(|edit| apply(&git, edit));
        git.commit("one");
        git.write(".gitignore", ignore[rules]);
        after.iter().for_each(|edit| apply(&git, edit));
        let untracked = git.open().work_tree().unwrap().glob(&pattern("**")).unwrap();
        git.commit("two");
        let [work, index, head] = trees(&git.open());
        let all = head.glob(&pattern("**")).unwrap();
        prop_assert_eq!(&untracked, &all, "what is not added yet counts as if it were");
        for text in ["**", "*", "a/**", "*/Dockerfile", "**/*.log", "docs/*", "{a,b/a}/*", "a", "docs/b"] {
            let wanted = head.glob(&pattern(text)).unwrap();
            prop_assert_eq!(&wanted, &index.glob(&pattern(text)).unwrap(), "{} in the index", text);
            prop_assert_eq!(&wanted, &work.glob(&pattern(text)).unwrap(), "{} on disk", text);
        }
        let mut names: Vec<RepoPath> = all.iter().flat_map(|found| [found.path.clone(), found.path.parent()]).collect();
        names.extend(before.iter().chain(&after).map(|edit| match edit {
            Edit::Write(name, _) | Edit::Link(name, _) | Edit::Remove(name) | Edit::Run(name) => path(name),
        }));
        for name in names {
            let wanted = head.entry(&name).unwrap();
            prop_assert_eq!(wanted, index.entry(&name).unwrap(), "{:?} in the index", &name);
            prop_assert_eq!(wanted, work.entry(&name).unwrap(), "{:?} on disk", &name);
            if let Some(id) = wanted.and_then(|entry| entry.id) {
                prop_assert_eq!(head.bytes(id).unwrap(), work.bytes(id).unwrap());
            }
        }
    }
}
