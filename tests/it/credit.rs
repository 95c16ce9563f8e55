//! Whose work it was, where commits are counted and trees are asked for one task, and histories without an end.

use trueup::verify::Prepared;

use crate::git::Git;
use crate::walk::{Ground, told};

fn plan(checks: &[&str]) -> Prepared {
    let mut source = String::from("schema = 1\n[plan]\nuid = \"u\"\ntitle = \"t\"\n");
    for (n, check) in checks.iter().enumerate() {
        source.push_str(&format!("[[policies]]\nid = \"N.{n}\"\ntext = \"t{n}\"\ncheck = {check}\n"));
    }
    Prepared::read(source.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn branch_off(git: &Git) {
    git.git(&["checkout", "-q", "-b", "side"]);
}

fn merge(git: &Git) {
    git.git(&["checkout", "-q", "main"]);
    git.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
}

#[test]
fn where_the_tree_decides_the_commits_that_are_counted_get_no_credit() {
    let git = Git::new();
    let bob = "Bob <bob@example.org>";
    git.write("a.txt", "1").write("z.txt", "1").write("LICENCE", "").commit_by("start", "Zed <zed@example.org>");
    git.write("z.txt", "2").commit("ann");
    branch_off(&git);
    git.write("a.txt", "2").commit("ann touches a");
    git.write("EXCEPTION", "").commit_by("bob adds the exception", bob);
    git.remove("LICENCE").commit_by("bob takes the licence away", bob);
    merge(&git);
    let checks = [
        "{ any = [{ commits = { paths = [\"a.txt\"], author = \"Ann\" } }, { file = { path = \"EXCEPTION\" } }] }",
        "{ all = [{ commits = { paths = [\"new.txt\"], author = \"Ann\" } }, { file = { path = \"LICENCE\" } }] }",
        "{ all = [{ commits = { paths = [\"*.txt\"], author = \"Zed\" } }, { file = { path = \"LICENCE\" } }] }",
    ];
    let life = Ground::of(&git, plan(&checks)).fresh();
    assert_eq!(told(&life, 0).last().unwrap(), "made true by bob adds the exception via merge");
    assert_eq!(told(&life, 2), ["made true by start", "broken by ann"]);

    let git = Git::new();
    git.write("new.txt", "1").write("LICENCE", "").commit("start");
    branch_off(&git);
    git.write("new.txt", "2").commit("ann touches it");
    git.remove("LICENCE").commit_by("bob takes the licence away", bob);
    merge(&git);
    let life = Ground::of(&git, plan(&checks)).fresh();
    assert_eq!(told(&life, 1), ["made true by start", "broken by bob takes the licence away via merge"]);
}

#[test]
fn a_later_mailmap_moves_no_credit() {
    let git = Git::new();
    git.write("a.txt", "1").commit("start");
    branch_off(&git);
    git.write("a.txt", "2").commit_by("bob touches a", "Bob <bob@example.org>");
    merge(&git);
    let checks = ["{ commits = { paths = [\"a.txt\"], author = \"Ann\" } }"];
    let broken = "broken by bob touches a via merge";
    assert_eq!(told(&Ground::of(&git, plan(&checks)).fresh(), 0), ["made true by start", broken]);
    git.write(".mailmap", "Ann <ann@example.org> <bob@example.org>\n").commit("mailmap");
    let life = Ground::of(&git, plan(&checks)).fresh();
    assert_eq!(told(&life, 0), ["made true by start", broken, "true again by mailmap"]);
}

#[test]
fn a_ring_of_grafts_ends() {
    let git = Git::new();
    for n in ["1", "2", "3"] {
        git.write("a.txt", n).commit(n);
    }
    let [tip, middle] = ["HEAD", "HEAD~1"].map(|rev| git.git(&["rev-parse", rev]));
    git.write(".git/info/grafts", format!("{middle} {tip}\n"));
    let life = Ground::of(&git, plan(&["{ text = { files = \"a.txt\", contains = \"3\" } }"])).fresh();
    assert_eq!(life.steps.len(), 2);
    assert_eq!(told(&life, 0), ["made true by 3"]);
}
