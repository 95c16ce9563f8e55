//! Which commits touch files, and by whom, on real repositories.

use proptest::prelude::*;
use trueup::repo::{At, Pattern, ReadError, Repo, RepoPath, Touching, Tree as _};

use crate::git::{Git, path, pattern, resolve};

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| pattern(text)).collect()
}

fn touching(repo: &Repo, texts: &[&str], plan: Option<&str>) -> Result<Touching, ReadError> {
    let head = resolve(repo, "HEAD").unwrap();
    let plan = plan.map(path);
    let view = repo.view(At::Commit(head), &RepoPath::root(), plan.as_ref()).unwrap();
    view.history().touching(&patterns(texts))
}

fn subjects(touching: &Touching) -> Vec<&str> {
    touching.commits.iter().map(|commit| commit.subject.raw()).collect()
}

#[test]
fn what_touches_a_file() {
    let git = Git::new();
    git.write("Dockerfile", "1").write("src/x", "1").commit("add both");
    git.write("src/x", "2").commit("source only");
    git.write("Dockerfile.dev", "1").commit("add another");
    git.write("sub/Dockerfile", "1").commit("not at the root");
    git.git(&["update-index", "--chmod=+x", "Dockerfile"]);
    git.git(&["commit", "-q", "-m", "mode only"]);
    git.git(&["reset", "-q", "--hard"]);
    git.remove("Dockerfile.dev").commit("remove");
    git.commit("nothing at all");
    std::fs::remove_file(git.path().join("Dockerfile")).unwrap();
    git.write("Dockerfile/in", "a folder now").commit("file becomes folder");
    let repo = git.open();
    let found = touching(&repo, &["Dockerfile*", "*.yml"], None).unwrap();
    assert_eq!(["file becomes folder", "remove", "mode only", "add another", "add both"], subjects(&found).as_slice());
    assert_eq!(["file becomes folder", "not at the root", "remove", "mode only", "add another", "add both"].len(), {
        let found = touching(&repo, &["**/Dockerfile*", "Dockerfile/**"], None).unwrap();
        found.commits.len()
    });
    assert_eq!(["source only", "add both"], subjects(&touching(&repo, &["src/**"], None).unwrap()).as_slice());
    assert_eq!(["not at the root"], subjects(&touching(&repo, &["sub/Dockerfile"], None).unwrap()).as_slice());
    assert!(touching(&repo, &["none"], None).unwrap().commits.is_empty());
}

#[test]
fn a_merge_touches_when_it_differs_from_every_parent() {
    let git = Git::new();
    git.write("f", "base\n1\n2\n3\n4\n5\nend\n").write("g", "").commit("base");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("f", "base\n1\n2\n3\n4\n5\nside\n").commit("side");
    git.git(&["checkout", "-q", "main"]);
    git.write("g", "x").commit("elsewhere");
    git.git(&["merge", "-q", "--no-ff", "-m", "clean merge", "side"]);
    git.git(&["checkout", "-q", "-b", "other", "HEAD~1"]);
    git.write("f", "other\n1\n2\n3\n4\n5\nend\n").commit("other");
    git.git(&["checkout", "-q", "main"]);
    git.git(&["merge", "-q", "-m", "both changed it", "other"]);
    let found = touching(&git.open(), &["f"], None).unwrap();
    let seen: Vec<(&str, usize)> = found.commits.iter().map(|c| (c.subject.raw(), c.parents)).collect();
    assert_eq!([("both changed it", 2), ("other", 1), ("side", 1), ("base", 0)].len(), seen.len(), "{seen:?}");
    assert!(seen.contains(&("both changed it", 2)) && !seen.iter().any(|(subject, _)| *subject == "clean merge"));
}

#[test]
fn since_the_plan_came_in() {
    let git = Git::new();
    git.write("f", "1").commit("before");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("f", "side").commit("beside the plan, older than it");
    git.git(&["checkout", "-q", "main"]);
    git.write("sub/plan.toml", "schema = 1").write("f", "2").commit("the plan");
    git.write("f", "3").commit("after");
    git.git(&["rm", "-q", "sub/plan.toml"]);
    git.write("f", "4").commit("the plan is deleted");
    git.write("f", "5").commit("without a plan");
    git.write("sub/plan.toml", "schema = 1").write("f", "6").commit("the plan again");
    git.git(&["merge", "-q", "-s", "ours", "-m", "merge", "side"]);
    let repo = git.open();
    let found = touching(&repo, &["f"], Some("sub/plan.toml")).unwrap();
    assert_eq!("the plan", found.since.as_ref().unwrap().subject.raw());
    let wanted = [
        "the plan again",
        "without a plan",
        "the plan is deleted",
        "after",
        "the plan",
        "beside the plan, older than it",
    ];
    assert_eq!(wanted, subjects(&found).as_slice());
    let all = touching(&repo, &["f"], Some("plan.toml")).unwrap();
    assert_eq!((None, 7), (all.since.clone(), all.commits.len()), "it never came in: all commits");
}

#[test]
fn a_plan_that_two_branches_brought_came_in_with_the_earlier() {
    let git = Git::new();
    git.write("f", "1").commit("base");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("plan.toml", "a").commit("plan on the side");
    git.git(&["checkout", "-q", "main"]);
    git.write("plan.toml", "a").write("f", "2").commit("plan on main");
    git.git(&["merge", "-q", "-m", "merge", "side"]);
    let found = touching(&git.open(), &["f"], Some("plan.toml")).unwrap();
    assert_eq!("plan on the side", found.since.as_ref().unwrap().subject.raw());
    assert_eq!(["plan on main"], subjects(&found).as_slice());
}

#[test]
fn authors_go_by_the_mailmap_of_the_judged_tree() {
    let git = Git::new();
    git.write("f", "1").commit_by("one", "lin <LIN@old.example>");
    git.write("f", "2").commit_by("two", "Root <root@box>");
    git.write("f", "3").commit_by("three", "Other <root@box>");
    git.write("f", "4").commit_by("four", "Mallory <m@example.org>");
    let names = |repo: &Repo, at: At| -> Vec<String> {
        let found = repo.view(at, &RepoPath::root(), None).unwrap().history().touching(&patterns(&["f"])).unwrap();
        found.commits.iter().map(|c| format!("{} <{}>", c.author.name.raw(), c.author.email.raw())).collect()
    };
    let before = git.id("HEAD");
    git.write(
        ".mailmap",
        "# comment\nLin <lin@example.org> <lin@OLD.example>\nLin <lin@example.org> root <ROOT@box>\n\
         <m2@example.org> <m@example.org> # trailing\nMal <m@example.org>\nnonsense\n",
    );
    let repo = git.open();
    let raw = ["Mallory <m@example.org>", "Other <root@box>", "Root <root@box>", "lin <LIN@old.example>"];
    let mapped = ["Mal <m2@example.org>", "Other <root@box>", "Lin <lin@example.org>", "Lin <lin@example.org>"];
    assert_eq!(raw, names(&repo, At::Commit(before)).as_slice());
    assert_eq!(raw, names(&repo, At::Index).as_slice());
    assert_eq!(mapped, names(&repo, At::WorkTree).as_slice());
    let mapped_by_git = git.git(&["log", "--format=%aN <%aE>", "--", "f"]);
    assert_eq!(mapped, mapped_by_git.lines().collect::<Vec<_>>().as_slice());
    git.add();
    assert_eq!(mapped, names(&git.open(), At::Index).as_slice());
    let after = git.commit("mailmap");
    assert_eq!(mapped, names(&git.open(), At::Commit(git.id(&after))).as_slice());
}

#[test]
fn names_in_another_encoding_are_read() {
    let git = Git::new();
    git.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]);
    git.write("f", "").add();
    let mut command = git.command(git.path());
    let name = crate::git::os(b"Ren\xe9");
    command.env("GIT_AUTHOR_NAME", name).args(["commit", "-q", "-m"]).arg(crate::git::os(b"caf\xe9"));
    assert!(command.status().unwrap().success());
    let found = touching(&git.open(), &["f"], None).unwrap();
    assert_eq!("Ren\u{e9}", found.commits[0].author.name.raw());
    assert_eq!("caf\u{e9}", found.commits[0].subject.raw());
}

#[test]
fn a_shallow_boundary_is_named_when_the_walk_meets_it() {
    let git = Git::new();
    git.write("f", "1").commit("one");
    git.write("f", "2").commit("two");
    git.write("plan.toml", "").write("f", "3").commit("the plan");
    git.write("f", "4").commit("four");
    let url = format!("file://{}", git.path().display());
    let clone = |depth: &str| {
        let folder = git.folder().join(format!("shallow{depth}"));
        git.git(&["clone", "-q", "--depth", depth, &url, folder.to_str().unwrap()]);
        let linked = git.folder().join(format!("linked{depth}"));
        git.git_in(&folder, &["worktree", "add", "-q", "--detach", linked.to_str().unwrap()]);
        let repo = git.open_at(&linked).unwrap();
        touching(&repo, &["f"], Some("plan.toml")).unwrap()
    };
    let seen = clone("3");
    assert_eq!(["four", "the plan"], subjects(&seen).as_slice());
    assert!(seen.cut_at.is_empty(), "the boundary lies above the plan's coming");
    let seen = clone("2");
    assert_eq!(["four"], subjects(&seen).as_slice(), "whether the boundary touches it cannot be seen");
    assert_eq!((None, vec![git.git(&["rev-parse", "HEAD~1"])]), (seen.since, seen.cut_at));
}

#[test]
fn grafts_and_replaced_commits_count_as_they_do_for_git() {
    let git = Git::new();
    git.write("f", "1").commit("one");
    let cut = git.write("f", "2").commit("two");
    git.write("f", "3").commit("three");
    let orphan = {
        git.git(&["checkout", "-q", "--orphan", "old"]);
        git.write("f", "0");
        git.commit("older history")
    };
    git.git(&["checkout", "-q", "main"]);
    let root = git.git(&["rev-parse", "HEAD~2"]);
    git.git(&["replace", "--graft", &root, &orphan]);
    let seen = touching(&git.open(), &["f"], None).unwrap();
    assert_eq!(["three", "two", "one", "older history"], subjects(&seen).as_slice());
    assert_eq!(git.git(&["log", "--format=%s", "--", "f"]).lines().collect::<Vec<_>>(), subjects(&seen));
    assert!(seen.cut_at.is_empty());
    git.git(&["pack-refs", "--all"]);
    assert_eq!(4, touching(&git.open(), &["f"], None).unwrap().commits.len(), "packed refs replace too");
    git.git(&["replace", "--graft", &cut]);
    let seen = touching(&git.open(), &["f"], None).unwrap();
    assert_eq!((["three"].as_slice(), vec![cut.clone()]), (subjects(&seen).as_slice(), seen.cut_at.clone()));
    git.git(&["replace", "-d", &cut]);
    git.write(".git/info/grafts", format!("{cut}\n"));
    let seen = touching(&git.open(), &["f"], None).unwrap();
    assert_eq!((["three"].as_slice(), vec![cut.clone()]), (subjects(&seen).as_slice(), seen.cut_at.clone()));
    git.git(&["replace", &cut, &orphan]);
    let tree = git.open().commit_tree(git.id(&cut)).unwrap();
    let id = tree.entry(&path("f")).unwrap().unwrap().id.unwrap();
    assert_eq!(*tree.bytes(id).unwrap(), *b"0", "its files are the replacement's");
}

#[test]
fn a_missing_commit_is_an_error_not_an_end() {
    let git = Git::new();
    let first = git.write("f", "1").commit("one");
    git.write("f", "2").commit("two");
    std::fs::remove_file(git.path().join(".git/objects").join(&first[..2]).join(&first[2..])).unwrap();
    let error = touching(&git.open(), &["f"], None).unwrap_err();
    assert!(matches!(error, ReadError::MissingObject { id, .. } if id == first));
}

#[test]
fn clocks_that_run_backwards_change_nothing() {
    let git = Git::new();
    git.write("f", "1").commit("base");
    for n in 2..6 {
        git.tick(-100_000);
        git.write("f", n.to_string()).commit(&format!("commit {n}"));
    }
    git.tick(-100_000);
    git.write("plan.toml", "").commit("the plan");
    git.tick(-100_000);
    git.write("f", "last").commit("after the plan");
    let found = touching(&git.open(), &["f"], Some("plan.toml")).unwrap();
    assert_eq!(["after the plan"], subjects(&found).as_slice());
    git.remove("plan.toml").commit("no plan");
    git.tick(-900_000);
    git.write("plan.toml", "").commit("the plan again, with the earliest clock of all");
    let found = touching(&git.open(), &["f"], Some("plan.toml")).unwrap();
    assert_eq!("the plan", found.since.as_ref().unwrap().subject.raw());
}

#[test]
fn the_index_and_the_work_tree_have_the_history_of_head() {
    let git = Git::new();
    git.write("f", "1").commit("one");
    git.write("f", "2").add();
    let repo = git.open();
    for at in [At::Index, At::WorkTree] {
        let found = repo.view(at, &RepoPath::root(), None).unwrap().history().touching(&patterns(&["f"])).unwrap();
        assert_eq!(["one"], subjects(&found).as_slice());
    }
}

#[test]
fn patterns_begin_at_the_plans_root() {
    let git = Git::new();
    git.write("app/Dockerfile", "").commit("inside");
    git.write("Dockerfile", "").commit("outside");
    let repo = git.open();
    let view = repo.view(At::WorkTree, &path("app"), Some(&path("app/plan.toml"))).unwrap();
    let found = view.history().touching(&patterns(&["Dockerfile*"])).unwrap();
    assert_eq!(["inside"], subjects(&found).as_slice());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Random branches, merges and edits: the same commits that `git log --full-history` lists.
    #[test]
    fn what_touches_is_what_git_log_lists(steps in proptest::collection::vec((0_u8..8, 0_usize..6), 6..24)) {
        const FILES: &[&str] = &["f", "d/f", "d/e/g", "g", "d", "e/x"];
        let git = Git::new();
        git.commit("start");
        for (n, (kind, file)) in steps.iter().enumerate() {
            match kind {
                0 => {
                    git.git(&["checkout", "-q", "-b", &format!("b{n}")]);
                }
                1 => {
                    git.git(&["checkout", "-q", "main"]);
                }
                2 => {
                    let branches = git.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
                    let other = branches.lines().nth(file % branches.lines().count()).unwrap().to_owned();
                    let _ = git.command(git.path()).args(["merge", "-q", "--no-ff", "-X", "theirs", "-m", "m", &other]).output();
                    let _ = git.command(git.path()).args(["merge", "--abort"]).output();
                    git.git(&["reset", "-q", "--hard"]);
                    git.git(&["clean", "-q", "-f", "-d"]);
                }
                3 => {
                    let _ = std::fs::remove_dir_all(git.path().join("d"));
                    git.commit("remove d");
                }
                _ => {
                    let place = git.path().join(FILES[*file]);
                    if !place.is_dir() && std::fs::create_dir_all(place.parent().unwrap()).is_ok() {
                        let _ = std::fs::write(place, format!("{n}"));
                    }
                    git.commit("edit");
                }
            }
        }
        let repo = git.open();
        for (texts, specs) in [(["f"].as_slice(), ["f"].as_slice()), (&["d/**"], &["d/"]), (&["d/e/g", "e/*"], &["d/e/g", "e/"])] {
            let args = [&["log", "--full-history", "--no-merges", "--format=%H", "--"], specs].concat();
            let mut wanted: Vec<String> = git.git(&args).lines().map(str::to_owned).collect();
            wanted.sort();
            let found = touching(&repo, texts, None).unwrap();
            let mut found: Vec<String> = found.commits.iter().filter(|c| c.parents < 2).map(|c| c.id.clone()).collect();
            found.sort();
            prop_assert_eq!(wanted, found, "{:?}", texts);
        }
    }
}
