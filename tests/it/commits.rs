//! The kind `commits`: N.1 of the plan, on real histories.

use trueup::checks::{Check, Outcome, Verdict, compile};
use trueup::plan::{RawCheck, Sets, parse_toml};
use trueup::repo::{At, Commit, History, Pattern, Person, ReadError, Repo, RepoPath, Touching};
use trueup::semantics::files::Parses;
use trueup::verify::Judge;

use crate::checks::shown;
use crate::git::{Git, path, resolve};
use crate::memory::Memory;

const CHECK: &str = "check = { commits = { paths = [\"Dockerfile*\", \"docker-compose*.yml\", \".dockerignore\"], \
                     author = \"linroot\", email = \"nevalions@gmail.com\" } }";
const LINROOT: &str = "linroot <nevalions@gmail.com>";

fn check(text: &str) -> Check {
    let (table, mistakes) = parse_toml(text);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    compile(&RawCheck { table: table.get("check").unwrap().clone() }, &Sets::default()).unwrap()
}

fn judge_on(history: &dyn History) -> Outcome {
    judge_by(CHECK, history)
}

fn judge_by(text: &str, history: &dyn History) -> Outcome {
    let (tree, parses) = (Memory::default(), Parses::default());
    Judge { tree: &tree, history, parses: &parses, memo: None }.check(&check(text))
}

fn judge(repo: &Repo) -> Outcome {
    let at = At::Commit(resolve(repo, "HEAD").unwrap());
    let view = repo.view(at, &RepoPath::root(), Some(&path("plan.toml"))).unwrap();
    judge_on(view.history().as_ref())
}

fn evidence(outcome: &Outcome) -> String {
    outcome.evidence().map(shown).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_verdict(wanted: &str, outcome: &Outcome) {
    let verdict = match outcome.verdict() {
        Verdict::Unknown(reason) => format!("unknown: {}", reason.word()),
        verdict => verdict.word().to_owned(),
    };
    assert_eq!(wanted, verdict, "{}", evidence(outcome));
}

#[test]
fn holds_when_every_commit_since_the_plan_is_by_the_author() {
    let git = Git::new();
    git.write("Dockerfile", "1").commit_by("before the plan", "Ann <ann@example.org>");
    git.write("plan.toml", "").write("Dockerfile", "2").commit_by("the plan", "linroot <NEVALIONS@GMAIL.COM>");
    git.write("src/x", "").commit_by("elsewhere", "Ann <ann@example.org>");
    git.write(".dockerignore", ".git").commit_by("ignore\n\nCo-authored-by: Ann <ann@example.org>", LINROOT);
    let outcome = judge(&git.open());
    assert_verdict("holds", &outcome);
    let birth = &git.git(&["rev-parse", "HEAD~2"])[..8];
    let latest = &git.git(&["rev-parse", "HEAD"])[..8];
    assert_eq!(
        format!(
            "proof all 2 commits since {birth}, which brought the plan in, (merges aside) that touch Dockerfile*, \
             docker-compose*.yml, .dockerignore are by linroot <nevalions@gmail.com>; the latest is {latest} \"ignore\""
        ),
        evidence(&outcome)
    );
}

#[test]
fn fails_with_one_fault_an_author() {
    let git = Git::new();
    git.write("plan.toml", "").commit_by("the plan", LINROOT);
    git.write("Dockerfile", "1").commit_by("one", "Ann <ann@example.org>");
    git.write("Dockerfile", "2").commit_by("two", "linroot <other@example.org>");
    git.write("Dockerfile", "3").commit_by("three", "Linroot <nevalions@gmail.com>");
    git.write("docker-compose.prod.yml", "").commit_by("four", "Ann <ann@example.org>");
    git.write("Dockerfile", "4").commit_by("five", LINROOT);
    git.remove("Dockerfile").commit_by("six removes it", "Bob <bob@example.org>");
    let outcome = judge(&git.open());
    assert_verdict("fails", &outcome);
    let found = evidence(&outcome);
    let faults: Vec<&str> = found.lines().collect();
    assert_eq!(4, faults.len(), "{found}");
    assert!(faults[0].starts_with("fault a commit by Bob <bob@example.org>, not by linroot <nevalions@gmail.com>: "));
    assert!(faults[1].starts_with("fault 2 commits by Ann <ann@example.org>") && faults[1].ends_with("\"one\""));
    let help = outcome.findings[0].help.as_ref().unwrap().raw();
    assert!(help.contains("`linroot <nevalions@gmail.com> Bob <bob@example.org>`"), "{help}");
}

#[test]
fn the_mailmap_decides_who_it_was() {
    let git = Git::new();
    git.write("plan.toml", "").write("Dockerfile", "1").commit_by("one", "root <root@localhost>");
    assert_verdict("fails", &judge(&git.open()));
    git.write(".mailmap", format!("{LINROOT} <ROOT@localhost>\n")).commit("mailmap");
    assert_verdict("holds", &judge(&git.open()));
    git.write(".mailmap", format!("{LINROOT} other <root@localhost>\n")).commit("mailmap for another name");
    assert_verdict("fails", &judge(&git.open()));
}

#[test]
fn merges_are_exempt_and_prove_nothing() {
    let git = Git::new();
    git.write("plan.toml", "").commit_by("the plan", LINROOT);
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("x", "").commit("side");
    git.git(&["checkout", "-q", "main"]);
    git.write("y", "").commit("main");
    git.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    git.write("Dockerfile", "smuggled in").add();
    git.git(&["commit", "-q", "-m", "an evil merge"]);
    let outcome = judge(&git.open());
    assert_verdict("fails", &outcome);
    assert!(evidence(&outcome).contains("no commit since"), "{}", evidence(&outcome));
    git.write("Dockerfile", "2").commit_by("mine", LINROOT);
    assert_verdict("holds", &judge(&git.open()));
}

#[test]
fn a_plan_that_never_came_in_means_all_commits() {
    let git = Git::new();
    git.write("Dockerfile", "1").commit("by Ann");
    git.write("Dockerfile", "2").commit_by("mine", LINROOT);
    git.write("plan.toml", "not committed");
    assert_verdict("fails", &judge(&git.open()));
}

#[test]
fn behind_a_shallow_boundary_is_unknown_unless_a_fault_is_seen() {
    let git = Git::new();
    git.write("Dockerfile", "1").commit_by("one", LINROOT);
    git.write("Dockerfile", "2").commit_by("two", LINROOT);
    git.write("Dockerfile", "3").commit_by("three", LINROOT);
    let url = format!("file://{}", git.path().display());
    let clone = |name: &str| {
        let folder = git.folder().join(name);
        git.git(&["clone", "-q", "--depth=2", &url, folder.to_str().unwrap()]);
        judge(&git.open_at(&folder).unwrap())
    };
    assert_verdict("unknown: shallow", &clone("all-right-so-far"));
    git.write("Dockerfile", "4").commit("by Ann");
    assert_verdict("fails", &clone("a-fault-in-sight"));
}

#[test]
fn no_commit_yet_fails() {
    let git = Git::new();
    git.write("Dockerfile", "1").add();
    let view = git.open().view(At::Index, &RepoPath::root(), None).unwrap();
    assert_verdict("fails", &judge_on(view.history().as_ref()));
}

#[test]
fn names_are_compared_as_they_stand_and_addresses_without_case() {
    let commit = Commit {
        id: "0".repeat(40),
        author: Person { name: "linroot".into(), email: "Nevalions@Gmail.com".into() },
        time: 0,
        subject: "s".into(),
        parents: 1,
    };
    let told = Told(Ok(Touching { commits: vec![commit], ..Touching::default() }));
    assert_verdict("holds", &judge_by(&CHECK.replace("nevalions@", "NEVALIONS@"), &told));
    assert_verdict("fails", &judge_by(&CHECK.replace("linroot", "LinRoot"), &told));
}

/// Answers what it is told to.
struct Told(Result<Touching, ReadError>);

impl History for Told {
    fn touching(&self, _: &[Pattern]) -> Result<Touching, ReadError> {
        self.0.clone()
    }
}

#[test]
fn a_history_that_cannot_be_read_is_unknown() {
    let error = ReadError::MissingObject { id: "0".repeat(40), why: String::new() };
    assert_verdict("unknown: missing_object", &judge_on(&Told(Err(error))));
}

#[test]
fn many_authors_and_commits_are_no_wall() {
    let commits = (0..600).map(|n| Commit {
        id: format!("{n:040}"),
        author: Person { name: format!("author {}", n % 30).into(), email: "x@example.org".into() },
        time: 0,
        subject: "s".into(),
        parents: 1,
    });
    let touching = Touching { commits: commits.collect(), since: None, cut_at: Vec::new() };
    let outcome = judge_on(&Told(Ok(touching)));
    assert_verdict("fails", &outcome);
    let found = evidence(&outcome);
    assert_eq!(11, found.lines().count(), "{found}");
    assert!(
        found.lines().next().unwrap().ends_with(" and 15 more")
            && found.ends_with("note 20 more authors wrote such commits")
    );
}

#[test]
fn options_that_say_nothing_are_a_mistake() {
    let (table, _) = parse_toml("check = { commits = { paths = \"Dockerfile\" } }");
    let mistakes = compile(&RawCheck { table: table.get("check").unwrap().clone() }, &Sets::default()).err().unwrap();
    assert_eq!("`commits` needs `author`, `email` or both", mistakes[0].message);
    let only_email = "check = { commits = { paths = \"Dockerfile\", email = \"a@example.org\" } }";
    assert_eq!("commits", check(only_email).kind.name);
}
