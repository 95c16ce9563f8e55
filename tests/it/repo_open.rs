//! Opening repositories of every kind, and the errors with their ways out.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use trueup::repo::{At, Head, OpenAt, ReadError, Repo, RepoError, RepoPath, Tree};

use crate::git::{Git, at, list, path, resolve, text};

fn error(git: &Git) -> (String, String) {
    let error = git.open_at(git.path()).err().expect("it opens");
    (error.to_string(), error.help())
}

#[test]
fn from_a_folder_below_the_root() {
    let git = Git::new();
    git.write("sub/deep/x", "").commit("one");
    let repo = git.open_at(&git.path().join("sub/deep")).unwrap();
    assert_eq!(Some(git.path()), repo.work_dir().map(|path| path.strip_prefix("").unwrap()));
    let here = Repo::open(&OpenAt::Env(git.env(&git.path().join("sub"), &[]))).unwrap();
    assert_eq!(repo.git_dir(), here.git_dir());
}

#[test]
fn places_on_disk_are_paths_from_the_root() {
    let git = Git::new();
    git.write("sub/plan.toml", "");
    std::os::unix::fs::symlink(git.path(), git.folder().join("shortcut")).unwrap();
    let repo = git.open();
    let of = |place: &str| repo.path_of(&git.folder().join(place)).map(|path| path.shown().raw().to_owned());
    assert_eq!(Some("sub/plan.toml".into()), of("repo/sub/plan.toml"));
    assert_eq!(Some("sub/new.toml".into()), of("shortcut/sub/../sub/new.toml"));
    assert_eq!(Some(".".into()), of("repo"));
    assert_eq!([None, None], [of("plan.toml"), of("repo/none/plan.toml")]);
}

#[test]
fn no_repository() {
    let git = Git::empty();
    let env = git.env(git.path(), &[("GIT_CEILING_DIRECTORIES", git.folder().into_os_string())]);
    let error = Repo::open(&OpenAt::Env(env)).err().unwrap();
    assert_eq!(RepoError::NoRepository { at: git.path().to_path_buf() }, error);
    assert!(error.help().contains("--repo"), "{}", error.help());
    let gone = git.env(git.path(), &[("GIT_DIR", OsString::from("nowhere"))]);
    let error = Repo::open(&OpenAt::Env(gone)).err().unwrap();
    let shown = error.to_string();
    assert!(shown.starts_with("GIT_DIR is set to ") && shown.ends_with("nowhere, but there is no repository there"));
}

#[test]
fn the_environment_names_everything_apart() {
    let git = Git::new();
    git.write("a", "one").commit("one");
    let elsewhere = git.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("a"), "there").unwrap();
    std::fs::write(elsewhere.join("b"), "there").unwrap();
    let git_dir = git.path().join(".git").into_os_string();
    let open = |values: &[(&str, OsString)]| Repo::open(&OpenAt::Env(git.env(&elsewhere, values))).unwrap();

    let named = open(&[("GIT_DIR", git_dir.clone())]);
    assert_eq!(Some(elsewhere.as_path()), named.work_dir(), "the current folder is the work tree then");
    assert_eq!("there", text(&named.work_tree().unwrap(), "b").unwrap());

    let both = open(&[("GIT_DIR", git_dir.clone()), ("GIT_WORK_TREE", OsString::from("../repo"))]);
    assert_eq!("one", text(&both.work_tree().unwrap(), "a").unwrap());

    let bare = open(&[("GIT_DIR", git_dir.clone()), ("GIT_IMPLICIT_WORK_TREE", OsString::from("0"))]);
    assert_eq!(None, bare.work_dir());

    git.git(&["config", "core.worktree", elsewhere.to_str().unwrap()]);
    let configured = Repo::open(&OpenAt::Env(git.env(git.path(), &[("GIT_DIR", OsString::from(".git"))]))).unwrap();
    assert_eq!("there", text(&configured.work_tree().unwrap(), "b").unwrap());

    git.git(&["config", "--unset", "core.worktree"]);
    let other_index = git.folder().join("other-index");
    let mut command = git.command(git.path());
    assert!(command.env("GIT_INDEX_FILE", &other_index).args(["read-tree", "--empty"]).status().unwrap().success());
    let env = git.env(git.path(), &[("GIT_INDEX_FILE", other_index.into_os_string())]);
    let staged = Repo::open(&OpenAt::Env(env.clone())).unwrap().index_tree().unwrap();
    assert!(list(&staged, "**").is_empty());
    let by_path = Repo::open(&OpenAt::Path(git.path().to_path_buf(), env)).unwrap().index_tree().unwrap();
    assert_eq!(["a"], list(&by_path, "**").as_slice(), "a repository that is named does not take another's index");
}

#[test]
fn a_linked_work_tree_has_its_own_head_and_index() {
    let git = Git::new();
    git.write("a", "one").write(".git/info/exclude", "ignored\n").commit("one");
    let linked = git.folder().join("linked");
    git.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    std::fs::write(linked.join("a"), "two").unwrap();
    std::fs::write(linked.join("ignored"), "").unwrap();
    git.git_in(&linked, &["add", "a"]);
    let repo = git.open_at(&linked).unwrap();
    assert!(matches!(repo.head().unwrap(), Head::Commit { branch: Some(branch), .. } if branch == "side"));
    assert_eq!("two", text(&repo.index_tree().unwrap(), "a").unwrap());
    assert_eq!("one", text(&git.open().index_tree().unwrap(), "a").unwrap());
    assert_eq!(["a"], list(&repo.work_tree().unwrap(), "**").as_slice());
    let watched: Vec<PathBuf> = repo.watched();
    for name in [".git/worktrees/linked/HEAD", ".git/worktrees/linked/index", ".git/refs", ".git/packed-refs"] {
        assert!(watched.contains(&git.path().join(name)), "{name} {watched:?}");
    }
}

#[test]
fn inside_a_submodule() {
    let git = Git::new();
    let other = Git::new();
    other.write("a", "inside").commit("one");
    git.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", other.path().to_str().unwrap(), "sub"]);
    let repo = git.open_at(&git.path().join("sub")).unwrap();
    assert_eq!(["a"], list(&repo.work_tree().unwrap(), "**").as_slice());
    assert_eq!(git.path().join(".git/modules/sub"), repo.git_dir().join(""));
}

#[test]
fn a_bare_repository_has_commits_only() {
    let git = Git::new();
    git.write("a", "one").commit("one");
    let bare = git.folder().join("bare.git");
    git.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let repo = git.open_at(&bare).unwrap();
    let head = resolve(&repo, "main").unwrap();
    assert_eq!("one", text(&repo.commit_tree(head).unwrap(), "a").unwrap());
    for at in [At::WorkTree, At::Index] {
        let error = repo.view(at, &RepoPath::root(), None).err().unwrap();
        assert!(matches!(error, RepoError::NoWorkTree { .. }) && error.help().contains("--at"), "{error}");
    }
}

#[test]
fn before_the_first_commit() {
    let git = Git::new();
    git.write("a", "one").add();
    let repo = git.open();
    assert_eq!(Head::Unborn { branch: "main".into() }, repo.head().unwrap());
    for spec in ["HEAD", "@", "HEAD~2", "@{yesterday}"] {
        assert_eq!(RepoError::Unborn { branch: "main".into() }, resolve(&repo, spec).unwrap_err(), "{spec}");
    }
    for at in [At::WorkTree, At::Index] {
        let view = repo.view(at, &RepoPath::root(), None).unwrap();
        assert_eq!((None, "one"), (view.rev(), text(view.tree().as_ref(), "a").unwrap().as_str()));
        assert!(view.is_dirty(&[path("a")], &[]));
        assert!(view.history().touching(&[]).unwrap().commits.is_empty());
    }
    let fresh = Git::new();
    assert!(list(&fresh.open().index_tree().unwrap(), "**").is_empty(), "there is no index file yet");
}

#[test]
fn formats_that_cannot_be_read_say_so() {
    for (options, message, help) in
        [(["--ref-format=reftable"], "reftable", "git refs migrate"), (["--object-format=sha256"], "SHA-256", "sha1")]
    {
        let git = Git::empty();
        git.init(&options);
        let (said, way_out) = error(&git);
        assert!(said.contains(message) && way_out.contains(help), "{said}: {way_out}");
    }
    let git = Git::new();
    git.git(&["config", "core.repositoryFormatVersion", "1"]);
    git.git(&["config", "extensions.somethingNew", "true"]);
    assert_eq!("the repository uses the extension `somethingnew`, which trueup does not know", error(&git).0);
    let git = Git::new();
    git.git(&["config", "core.repositoryFormatVersion", "7"]);
    assert!(error(&git).0.starts_with("the repository's format is newer"), "{}", error(&git).0);
    let git = Git::new();
    git.write(".git/config", "[core\nbare = false\n");
    assert!(error(&git).0.starts_with("git's settings cannot be read: "), "{}", error(&git).0);
}

#[test]
fn a_sparse_index_says_so_and_commits_can_be_read() {
    let git = Git::new();
    git.write("a/x", "x").write("b/y", "y").commit("one");
    git.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
    let repo = git.open();
    let error = repo.work_tree().err().unwrap();
    assert!(error == RepoError::SparseIndex && error.help().contains("--no-sparse-index"), "{error}");
    assert_eq!("y", text(&repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap(), "b/y").unwrap());
    git.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
    assert_eq!("y", text(&git.open().work_tree().unwrap(), "b/y").unwrap());
}

#[test]
fn a_split_and_a_broken_index_say_so() {
    let git = Git::new();
    git.write("a", "").commit("one");
    git.git(&["update-index", "--split-index"]);
    let error = git.open().index_tree().err().unwrap();
    assert!(error == RepoError::SplitIndex && error.help().contains("--no-split-index"), "{error}");
    git.git(&["update-index", "--no-split-index"]);
    for settings in ["index.skipHash", "core.untrackedCache"] {
        git.git(&["config", settings, "true"]);
    }
    git.git(&["update-index", "--index-version", "4", "--force-write-index"]);
    assert_eq!(["a"], list(&git.open().index_tree().unwrap(), "**").as_slice());
    git.write(".git/index", "DIRC, but not for long");
    let error = git.open().index_tree().err().unwrap();
    assert!(matches!(error, RepoError::CorruptIndex { .. }) && error.help().contains("git reset"), "{error}");
}

#[test]
fn a_shallow_clone_is_read_as_far_as_it_goes() {
    let git = Git::new();
    git.write("a", "one").commit("one");
    git.write("a", "two").commit("two");
    let shallow = git.folder().join("shallow");
    let url = format!("file://{}", git.path().display());
    git.git(&["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
    let repo = git.open_at(&shallow).unwrap();
    assert_eq!("two", text(&repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap(), "a").unwrap());
    assert!(matches!(resolve(&repo, "HEAD~1"), Err(RepoError::UnknownRevision { .. })));
}

#[test]
fn what_a_partial_clone_lacks_is_missing_not_absent() {
    let git = Git::new();
    git.git(&["config", "uploadpack.allowFilter", "true"]);
    git.write("a", "one").write("d/b", "two").commit("one");
    let partial = git.folder().join("partial");
    let url = format!("file://{}", git.path().display());
    git.git(&["clone", "-q", "--filter=blob:none", "--no-checkout", &url, partial.to_str().unwrap()]);
    let repo = git.open_at(&partial).unwrap();
    let tree = repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap();
    assert_eq!(["file", "-"], ["a", "c"].map(|name| at(&tree, name)));
    let error = text(&tree, "a").unwrap_err();
    assert!(matches!(&error, ReadError::MissingObject { why, .. } if why.contains("partial clone")), "{error}");

    let treeless = git.folder().join("treeless");
    git.git(&["clone", "-q", "--filter=tree:0", "--no-checkout", &url, treeless.to_str().unwrap()]);
    let repo = git.open_at(&treeless).unwrap();
    let tree = repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap();
    assert!(matches!(tree.entry(&path("a")), Err(ReadError::MissingObject { .. })));
    assert!(matches!(tree.entry(&path("d/none")), Err(ReadError::MissingObject { .. })));
}

#[test]
fn a_missing_or_corrupt_object_is_missing_not_absent() {
    let git = Git::new();
    git.write("gone", "one").write("broken", "two").write("swapped", "three").write("d/x", "x").commit("one");
    let object = |name: &str| {
        let id = git.git(&["rev-parse", name]);
        git.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    let overwrite = |to: PathBuf, bytes: &[u8]| {
        std::fs::remove_file(&to).unwrap();
        std::fs::write(to, bytes).unwrap();
    };
    let folder = object("HEAD:d");
    std::fs::remove_file(object("HEAD:gone")).unwrap();
    overwrite(object("HEAD:swapped"), &std::fs::read(object("HEAD:broken")).unwrap());
    overwrite(object("HEAD:broken"), b"this is no zlib stream");
    let repo = git.open();
    let tree = repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap();
    let why = |name: &str| match text(&tree, name) {
        Err(ReadError::MissingObject { why, .. }) => why,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!("", why("gone"));
    assert!(why("broken").starts_with("corrupt: "), "{}", why("broken"));
    assert!(why("swapped").starts_with("corrupt: "), "{}", why("swapped"));
    std::fs::remove_file(folder).unwrap();
    let repo = git.open();
    let tree = repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap();
    assert!(matches!(tree.entry(&path("d/x")), Err(ReadError::MissingObject { .. })));
    assert!(matches!(tree.glob(&crate::git::pattern("d/*")), Err(ReadError::MissingObject { .. })));
    assert_eq!("-", at(&tree, "e/x"));

    std::fs::remove_file(object("HEAD")).unwrap();
    let error = git.open().view(At::WorkTree, &RepoPath::root(), None).err().unwrap();
    assert!(matches!(error, RepoError::MissingObject { .. }) && error.help().contains("git fsck"), "{error:?}");
}

#[test]
fn folders_within_folders_have_a_bound() {
    let git = Git::new();
    let deep = "d/".repeat(140);
    git.write(&format!("{deep}x"), "").commit("one");
    for tree in crate::git::trees(&git.open()) {
        assert_eq!("file", at(tree.as_ref(), format!("{deep}x")), "a path that is named needs no walk");
    }
    let repo = git.open();
    let tree = repo.commit_tree(resolve(&repo, "HEAD").unwrap()).unwrap();
    let error = tree.glob(&crate::git::pattern("**/x")).unwrap_err();
    assert_eq!(
        "the nesting of the folders that `**/x` leads through is over the bound of 128 levels",
        error.to_string()
    );
    assert!(tree.glob(&crate::git::pattern("*/*/x")).unwrap().is_empty());
}

#[test]
fn a_bomb_of_folders_is_not_followed() {
    let git = Git::new();
    let blob = git.git(&["hash-object", "-w", "--stdin"]);
    let mut tree = make_tree(&git, &format!("100644 blob {blob}\tf\n"));
    for _ in 0..9 {
        let lines: String = (0..10).map(|n| format!("040000 tree {tree}\td{n}\n")).collect();
        tree = make_tree(&git, &lines);
    }
    let commit = git.git(&["commit-tree", "-m", "bomb", &tree]);
    let repo = git.open();
    let tree = repo.commit_tree(resolve(&repo, &commit).unwrap()).unwrap();
    assert!(matches!(tree.glob(&crate::git::pattern("**/none")), Err(ReadError::TooLarge { .. })));
    assert!(matches!(tree.glob(&crate::git::pattern("**")), Err(ReadError::TooLarge { .. })));
    assert_eq!("file", at(&tree, format!("{}f", "d7/".repeat(9))));
}

fn make_tree(git: &Git, lines: &str) -> String {
    use std::io::Write;
    let mut command = git.command(git.path());
    command.arg("mktree").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
fn names_that_lead_out_stand_in_no_tree() {
    let git = Git::new();
    let blob = git.git(&["hash-object", "-w", "--stdin"]);
    // git itself makes no such tree: written as an object of its own.
    let mut bytes = Vec::new();
    let raw: Vec<u8> = (0..20).map(|n| u8::from_str_radix(&blob[2 * n..2 * n + 2], 16).unwrap()).collect();
    for name in ["..", ".git", "a/b", "ok"] {
        bytes.extend_from_slice(format!("100644 {name}\0").as_bytes());
        bytes.extend_from_slice(&raw);
    }
    std::fs::write(git.folder().join("tree"), &bytes).unwrap();
    let file = git.folder().join("tree");
    let tree = git.git(&["hash-object", "-w", "-t", "tree", "--literally", file.to_str().unwrap()]);
    let commit = git.git(&["commit-tree", "-m", "x", &tree]);
    let repo = git.open();
    let tree = repo.commit_tree(resolve(&repo, &commit).unwrap()).unwrap();
    assert_eq!(["ok"], list(&tree, "**").as_slice());
    assert_eq!("-", at(&tree, ".git"));
}

#[test]
fn a_commit_that_is_none_is_corrupt() {
    let git = Git::new();
    git.commit("one");
    let file = git.folder().join("commit");
    for text in ["tree 12\n\nx", "", "tree 0000000000000000000000000000000000000000\nparent x\n\n", "\0\0"] {
        std::fs::write(&file, text).unwrap();
        let id = git.git(&["hash-object", "-w", "-t", "commit", "--literally", file.to_str().unwrap()]);
        std::fs::write(git.path().join(".git/HEAD"), format!("{id}\n")).unwrap();
        let error = git.open().view(At::Index, &RepoPath::root(), None).err();
        assert!(error.is_some(), "{text:?}");
    }
}

/// Set for the process that opens somebody else's repository, whose settings must not allow it.
const FOREIGN: &str = "TRUEUP_TEST_FOREIGN";

/// Run by the test below in a process of its own; does nothing otherwise.
#[test]
fn inside_foreign() {
    let Some(path) = std::env::var_os(FOREIGN) else { return };
    let path = PathBuf::from(path);
    let env = trueup::repo::GitEnv::of(&path, |name| std::env::var_os(name));
    let result = Repo::open(&OpenAt::Path(path.clone(), env)).err().map(|error| (error.to_string(), error.help()));
    std::fs::write(path.with_extension("report"), format!("{result:?}")).unwrap();
}

#[test]
fn a_foreign_owner_is_refused_until_trusted() {
    if std::fs::metadata("/proc/self").map(|found| found.uid()).unwrap_or(1) != 0 {
        eprintln!("not run: only root can give a repository away");
        return;
    }
    let git = Git::new();
    git.commit("one");
    for place in [git.path().to_path_buf(), git.path().join(".git")] {
        std::os::unix::fs::chown(place, Some(4242), None).unwrap();
    }
    let open = || {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "repo_open::inside_foreign"]).env(FOREIGN, git.path());
        child.env("HOME", git.folder().join("home")).env("XDG_CONFIG_HOME", git.folder().join("home/config"));
        child.env_remove("SUDO_UID").env_remove("GIT_DIR");
        assert!(child.output().unwrap().status.success());
        std::fs::read_to_string(git.path().with_extension("report")).unwrap()
    };
    let said = open();
    assert!(said.contains("belongs to another user"), "{said}");
    assert!(said.contains(&format!("git config --global --add safe.directory {}\"", git.path().display())), "{said}");
    git.git(&["config", "--global", "--add", "safe.directory", git.path().to_str().unwrap()]);
    assert_eq!("None", open());
}
