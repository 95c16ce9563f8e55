//! The walk over history: what it says is what judging each commit afresh says, and the credit goes to the work.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use trueup::checks::Verdict;
use trueup::repo::{At, CommitId, EntryKind, People, Repo, RepoPath, Tree};
use trueup::semantics::files::Parses;
use trueup::store::{Cache, Rows};
use trueup::verify::{Change, Judge, Life, LifeKey, Memo, Prepared, Start, Walk};

use crate::git::{Git, path, resolve};

/// Tasks of every kind of question: a file, a list of files, what an image is made of, the history, and joins.
const CHECKS: &[&str] = &[
    "{ text = { files = \"a.txt\", contains = \"good\" } }",
    "{ text = { files = [\"docs/**/*.md\"], lacks = \"bad\" } }",
    "{ file = { path = \"deep/er/file\" } }",
    "{ final_user = { files = \"Dockerfile*\", name = \"app\" } }",
    "{ copy_sources = { files = \"Dockerfile\" } }",
    "{ any = [{ file = { path = \"b\" } }, { text = { files = \"a.txt\", matches = \"^g\" } }] }",
    "{ all = [{ file = { path = \"b\" } }, { commits = { paths = [\"a.txt\", \"b\"], author = \"Ann\" } }] }",
    "{ commits = { paths = [\"docs/**\", \"Dockerfile\"], email = \"ann@example.org\" } }",
    "{ attest = { covers = \"b\", by = \"reviewer\" } }",
];

fn plan() -> Prepared {
    let mut source = String::from(
        "schema = 1\n[plan]\nuid = \"u\"\ntitle = \"t\"\n[linear]\nteam = \"STAB\"\n[[phases]]\nid = \"1\"\ntitle = \"p\"\n\
         [[phases.issues]]\nid = \"1\"\ntitle = \"i\"\nlinear = \"STAB-7\"\n",
    );
    for (n, check) in CHECKS.iter().enumerate() {
        writeln!(source, "[[phases.issues.tasks]]\nid = \"1.{n}\"\ntext = \"t{n}\"\ncheck = {check}").unwrap();
    }
    Prepared::read(source.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// A repository with what a walk over it needs.
pub struct Ground {
    pub repo: Repo,
    pub prepared: Prepared,
    pub tip: CommitId,
    pub root: RepoPath,
    pub plan_file: RepoPath,
    pub claims: RepoPath,
}

impl Ground {
    pub fn of(git: &Git, prepared: Prepared) -> Self {
        Self::of_repo(git.open(), prepared)
    }

    pub fn of_repo(repo: Repo, prepared: Prepared) -> Self {
        let tip = resolve(&repo, "HEAD").unwrap();
        Self { repo, prepared, tip, root: RepoPath::root(), plan_file: path("plan.toml"), claims: path("PLAN.md") }
    }

    pub fn walk(&self, memo: &Memo, rows: Option<&dyn Rows>) -> Life {
        let ancestry = self.repo.ancestry(self.tip).unwrap();
        let tree = self.repo.commit_tree(self.tip).unwrap();
        let mailmap = match tree.entry(&path(".mailmap")).unwrap() {
            Some(entry) if matches!(entry.kind, EntryKind::File { .. }) => tree.bytes(entry.id.unwrap()).unwrap(),
            _ => Arc::from([]),
        };
        let done = AtomicUsize::new(0);
        let progress = |_: usize, total: usize| assert!(done.fetch_add(1, Ordering::Relaxed) < total);
        let life = Walk {
            prepared: &self.prepared,
            ancestry: &ancestry,
            root: &self.root,
            plan_file: Some(&self.plan_file),
            claims: Some(&self.claims),
            people: &People::of(&mailmap),
            memo,
            parses: &Parses::default(),
            rows,
            progress: &progress,
        }
        .life()
        .unwrap();
        assert_eq!(done.load(Ordering::Relaxed), life.steps.len());
        life
    }

    pub fn fresh(&self) -> Life {
        self.walk(&Memo::default(), None)
    }

    /// Every task's verdict at a commit, worked out without any memory.
    fn judge(&self, id: CommitId) -> Vec<Verdict> {
        let view = self.repo.view(At::Commit(id), &self.root, Some(&self.plan_file)).unwrap();
        let (tree, history) = (view.tree(), view.history());
        let judge = Judge { tree: tree.as_ref(), history: history.as_ref(), parses: &Parses::default(), memo: None };
        judge.plan(&self.prepared).iter().map(|outcome| outcome.verdict()).collect()
    }

    /// Compares a life with what each commit says by itself.
    fn assert_true(&self, life: &Life) {
        let all: Vec<Vec<Verdict>> = life.steps.iter().map(|step| self.judge(step.id)).collect();
        let mut expected = Vec::new();
        let mut held = vec![false; self.prepared.checks.len()];
        for (at, verdicts) in all.iter().enumerate() {
            for (task, to) in verdicts.iter().enumerate() {
                let from = at.checked_sub(1).map(|before| all[before][task]);
                if let Some(change) = Change::of(from, *to, held[task]) {
                    expected.push((at, task, change, from, *to));
                }
                held[task] |= *to == Verdict::Holds;
            }
            let count = |word: &str| verdicts.iter().filter(|verdict| verdict.word() == word).count() as u32;
            let step = &life.steps[at];
            assert_eq!((step.holds, step.fails, step.unknown), (count("holds"), count("fails"), count("unknown")));
        }
        let found: Vec<_> = life.transitions.iter().map(|t| (t.step, t.task, t.change, t.from, t.to)).collect();
        assert_eq!(found, expected);
        assert_eq!((Some(&life.first), Some(&life.verdicts)), (all.first(), all.last()));
    }
}

/// What a commit does to a file.
#[derive(Debug, Clone)]
enum Edit {
    Write(&'static str, &'static str),
    Remove(&'static str),
}

#[derive(Debug, Clone)]
struct Made {
    edits: Vec<Edit>,
    author: &'static str,
    /// How many commits back on the branch a side of this many commits begins, when it is a merge.
    side: Option<(usize, Vec<Vec<Edit>>)>,
    /// Whether the merge takes what the side's commits did.
    takes: bool,
    seconds: i64,
}

fn edit() -> impl Strategy<Value = Edit> {
    let paths = prop::sample::select(vec![
        "a.txt",
        "b",
        "b/in",
        "docs/x.md",
        "docs/deep/y.md",
        "deep/er/file",
        "deep/er",
        "Dockerfile",
        "Dockerfile.dev",
        ".dockerignore",
        "src/m.py",
        "plan.toml",
        "PLAN.md",
        ".mailmap",
        "else/where",
    ]);
    let texts = prop::sample::select(vec![
        "good\n",
        "so so\n",
        "bad\n",
        "FROM x\nCOPY src /src\nUSER app\n",
        "FROM x\nCOPY a.txt /\nUSER root\n",
        "*\n!src\n",
        "# t\n## STAB-7: i\n- [x] t0\n- [ ] t1\n- [x] t2\n",
        "Ann <ann@example.org> <bo@example.org>\n",
        "",
    ]);
    prop_oneof![
        4 => (paths.clone(), texts).prop_map(|(path, text)| Edit::Write(path, text)),
        1 => paths.prop_map(Edit::Remove),
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let edits = || prop::collection::vec(edit(), 0..3);
    let side = prop::option::weighted(0.2, (1..4_usize, prop::collection::vec(edits(), 1..4)));
    let authors = prop::sample::select(vec!["Ann <ann@example.org>", "Ann <ann@example.org>", "Bo <bo@example.org>"]);
    let seconds = prop::sample::select(vec![0_i64, 60, 3_600, -7_200]);
    (edits(), authors, side, any::<bool>(), seconds).prop_map(|(edits, author, side, takes, seconds)| Made {
        edits,
        author,
        side,
        takes,
        seconds,
    })
}

/// Builds the history with `git fast-import`.
fn build(story: &[Made]) -> Git {
    let git = Git::new();
    let mut stream = String::new();
    let mut branch: Vec<usize> = Vec::new();
    let (mut mark, mut clock) = (0, 1_790_000_000_i64);
    let mut commit = |stream: &mut String, parents: &[usize], author: &str, edits: &[Edit], clock: i64| {
        mark += 1;
        let message = if mark % 9 == 0 { "Fixes STAB-7" } else { "work" };
        writeln!(stream, "commit refs/heads/main\nmark :{mark}\nauthor {author} {clock} +0000").unwrap();
        writeln!(stream, "committer {author} {clock} +0000\ndata {}\n{message}", message.len()).unwrap();
        match parents.split_first() {
            Some((first, others)) => {
                writeln!(stream, "from :{first}").unwrap();
                others.iter().for_each(|other| writeln!(stream, "merge :{other}").unwrap());
            }
            None if mark > 1 => writeln!(stream, "deleteall").unwrap(),
            None => {}
        }
        for edit in edits {
            match edit {
                Edit::Write(path, text) => {
                    writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
                }
                Edit::Remove(path) => writeln!(stream, "D {path}").unwrap(),
            }
        }
        stream.push('\n');
        mark
    };
    for made in story {
        clock += made.seconds;
        let mut parents: Vec<usize> = branch.last().copied().into_iter().collect();
        let mut edits = made.edits.clone();
        if let (Some((back, side)), false) = (&made.side, branch.is_empty()) {
            let mut at = branch[branch.len().saturating_sub(*back)];
            for step in side {
                at = commit(&mut stream, &[at], "Bo <bo@example.org>", step, clock - 30);
                if made.takes {
                    edits.splice(0..0, step.iter().cloned());
                }
            }
            parents.push(at);
        }
        branch.push(commit(&mut stream, &parents, made.author, &edits, clock));
    }
    let mut import = git.command(git.path());
    let mut import = import.args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    git
}

fn with_threads<R: Send>(count: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_walk_equals_judging_each_commit_afresh(story in prop::collection::vec(made(), 1..200)) {
        let git = build(&story);
        let ground = Ground::of(&git, plan());
        let life = with_threads(1, || ground.fresh());
        ground.assert_true(&life);
        // Memo and store, cold and warm, one thread and many: the same.
        let many = with_threads(7, || ground.fresh());
        prop_assert_eq!(&many, &life);
        let cache = Arc::new(Cache::open(&git.folder().join("cache.db")));
        let rows = cache.as_ref() as &dyn Rows;
        let cold = with_threads(3, || ground.walk(&Memo::with_rows(cache.clone()), Some(rows)));
        prop_assert_eq!(&cold, &life);
        let memo = Memo::with_rows(cache.clone());
        prop_assert_eq!(&ground.walk(&memo, Some(rows)), &life);
        let by_runs = Memo::with_rows(cache.clone());
        prop_assert_eq!(&ground.walk(&by_runs, None), &life);
        prop_assert_eq!(by_runs.evaluated(), 0);
        let key = LifeKey {
            prepared: &ground.prepared,
            tip: ground.tip,
            grafts: ground.repo.grafts_digest().unwrap(),
            root: &ground.root,
            plan_file: Some(&ground.plan_file),
            claims: Some(&ground.claims),
        };
        prop_assert!(key.load(rows).is_none());
        key.save(rows, &life);
        prop_assert_eq!(key.load(rows), Some(life));
        prop_assert_eq!(cache.trouble(), None);
    }
}

/// What a life says of one task: `change by-subject [via merge-subject]`.
pub fn told(life: &Life, task: usize) -> Vec<String> {
    let line = |t: &trueup::verify::Transition| {
        let via = t.merge.as_ref().map(|merge| format!(" via {}", merge.subject.raw())).unwrap_or_default();
        format!("{} by {}{via}", t.change.words(), t.deed.subject.raw())
    };
    life.of_task(task).map(line).collect()
}

#[test]
fn every_kind_of_transition_at_its_commit() {
    let git = Git::new();
    git.write("a.txt", "good\n").commit("already true");
    git.write("plan.toml", "").commit("the plan comes in");
    git.write("a.txt", "so so\n").commit("broken");
    git.write("a.txt", "good\n").commit("mended");
    git.remove("a.txt").commit("removed");
    git.write("Dockerfile", "FROM x\nUSER $WHO\n").commit("unclear");
    git.write("Dockerfile", "FROM x\nUSER app\n").commit("certain");
    git.write("Dockerfile", "FROM x\nUSER ${WHO}\n").commit("doubtful");
    git.write("Dockerfile", "FROM x\nUSER root\n").commit("settled");
    git.git(&["rm", "-q", "plan.toml"]);
    git.commit("the plan is deleted");
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(
        told(&life, 0),
        ["made true by already true", "broken by broken", "true again by mended", "broken by removed"]
    );
    assert_eq!(
        told(&life, 3),
        ["unclear by unclear", "made true by certain", "no longer certain by doubtful", "found false by settled"]
    );
    assert_eq!((life.start, life.steps.len()), (Start::Root, 10));
}

#[test]
fn a_merge_is_credited_to_the_work_that_it_brings() {
    let git = Git::new();
    git.write("x", "").commit("root");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("a.txt", "good\n").commit_by("first try", "Bo <bo@example.org>");
    git.write("a.txt", "bad\n").commit_by("broken on the side", "Bo <bo@example.org>");
    git.write("a.txt", "good\n")
        .commit_by("mended on the side\n\nSTAB-7\nCo-authored-by: Cy <cy@example.org>", "Bo <bo@example.org>");
    git.write("y", "").commit_by("something else", "Bo <bo@example.org>");
    git.git(&["checkout", "-q", "main"]);
    git.write("z", "").commit("meanwhile");
    git.git(&["merge", "-q", "--no-ff", "-m", "merge side", "side"]);
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(told(&life, 0), ["made true by mended on the side via merge side"]);
    let transition = life.of_task(0).next().unwrap();
    let deed = &transition.deed;
    assert_eq!((deed.author.name.raw(), deed.co_authors[0].email.raw()), ("Bo", "cy@example.org"));
    assert_eq!(deed.names, ["STAB-7"]);
    assert_eq!(transition.merge.as_ref().unwrap().author.name.raw(), "Ann");
    assert_eq!(transition.landed(), life.steps[transition.step].time);
}

#[test]
fn a_merge_that_breaks_and_mends_changes_nothing() {
    let git = Git::new();
    git.write("a.txt", "good\n").commit("root");
    git.git(&["checkout", "-q", "-b", "side"]);
    git.write("a.txt", "bad\n").commit("broken on the side");
    git.write("a.txt", "good\n").commit("mended on the side");
    git.git(&["checkout", "-q", "main"]);
    git.git(&["merge", "-q", "--no-ff", "-m", "merge side", "side"]);
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(told(&life, 0), ["made true by root"]);
    assert_eq!(life.steps.len(), 2);
}

#[test]
fn a_merge_in_a_merge_and_one_that_does_the_work_itself() {
    let git = Git::new();
    git.write("a.txt", "so so\n").write("b", "").commit("root");
    git.git(&["checkout", "-q", "-b", "inner"]);
    git.write("a.txt", "good\n").commit("the work");
    git.git(&["checkout", "-q", "-b", "outer", "main"]);
    git.write("o", "").commit("outer work");
    git.git(&["merge", "-q", "--no-ff", "-m", "merge inner", "inner"]);
    git.write("p", "").commit("more outer work");
    git.git(&["checkout", "-q", "main"]);
    git.write("q", "").commit("meanwhile");
    git.git(&["merge", "-q", "--no-ff", "-m", "merge outer", "outer"]);
    git.git(&["checkout", "-q", "-b", "late"]);
    git.write("l", "").commit("no work at all");
    git.git(&["checkout", "-q", "main"]);
    git.git(&["merge", "-q", "--no-ff", "--no-commit", "late"]);
    git.write("a.txt", "bad\n").commit("merge that breaks it by itself");
    // Main breaks, and a merge takes the old state of the side: nobody there made it.
    git.git(&["checkout", "-q", "-b", "old", "HEAD~1"]);
    git.write("m", "").commit("beside");
    git.git(&["checkout", "-q", "main"]);
    git.git(&["merge", "-q", "--no-ff", "--no-commit", "old"]);
    git.write("a.txt", "good\n").commit("merge that takes the old state");
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(
        told(&life, 0),
        [
            "made true by the work via merge outer",
            "broken by merge that breaks it by itself",
            "true again by merge that takes the old state",
        ]
    );
}

#[test]
fn renamed_files_grafts_and_many_parents() {
    let git = Git::new();
    git.write("a.txt", "good\n").write("docs/x.md", "fine\n").commit("root");
    git.git(&["mv", "a.txt", "c.txt"]);
    git.git(&["mv", "docs/x.md", "docs/y.md"]);
    git.commit("renamed");
    git.git(&["mv", "c.txt", "a.txt"]);
    git.commit("back");
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(told(&life, 0), ["made true by root", "broken by renamed", "true again by back"]);
    assert_eq!(told(&life, 1), ["made true by root"], "any file that the pattern matches will do");
    // A thousand parents, one of which brings a file.
    let mut stream = String::new();
    for n in 1..=1_000 {
        let text = if n == 777 { "M 100644 inline deep/er/file\ndata 0\n\n" } else { "" };
        write!(
            stream,
            "commit refs/heads/s{n}\nmark :{n}\ncommitter Bo <bo@example.org> {} +0000\n",
            1_800_000_000 + n
        )
        .unwrap();
        write!(stream, "data 2\ns{}\nfrom refs/heads/main^0\n{text}\n", n % 10).unwrap();
    }
    write!(stream, "commit refs/heads/main\ncommitter Ann <ann@example.org> 1800001000 +0000\ndata 7\noctopus\nfrom refs/heads/main^0\n").unwrap();
    (1..=1_000).for_each(|n| writeln!(stream, "merge :{n}").unwrap());
    stream.push_str("M 100644 inline deep/er/file\ndata 0\n\n");
    let mut import = git.command(git.path()).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    let life = Ground::of(&git, plan()).fresh();
    assert_eq!(told(&life, 2).last().unwrap(), "made true by s7 via octopus");
    assert_eq!(life.of_task(2).last().unwrap().deed.time, 1_800_000_777);
}

#[test]
fn a_shallow_clone_says_where_it_ends() {
    let git = Git::new();
    git.write("a.txt", "good\n").commit("root");
    git.write("b", "").commit("two");
    git.remove("a.txt").commit("three");
    let url = format!("file://{}", git.path().display());
    git.git_in(&git.folder(), &["clone", "-q", "--depth", "2", &url, "shallow"]);
    let repo = git.open_at(&git.folder().join("shallow")).unwrap();
    let tip = resolve(&repo, "HEAD").unwrap();
    let ground = Ground { repo, tip, ..Ground::of(&git, plan()) };
    let life = ground.fresh();
    assert_eq!((life.start.clone(), life.steps.len()), (Start::Cut, 2));
    assert_eq!(told(&life, 0), ["made true by two", "broken by three"]);
    ground.assert_true(&life);
}

#[test]
fn claims_rise_with_ticks_and_messages_and_stay_when_the_file_goes() {
    let git = Git::new();
    git.write("PLAN.md", "# t\n## STAB-7: i\n- [ ] t0\n- [ ] t1\n").commit("plan");
    git.write("PLAN.md", "# t\n## STAB-7: i\n- [x] t0\n- [x] t1\n").commit("ticked");
    git.write("PLAN.md", "# t\n## STAB-7: i\n- [x] t0\n- [ ] t1\n").commit("one unticked");
    git.remove("PLAN.md").commit("gone");
    git.commit("closes nothing: STAB-99, and mentions STAB-7");
    git.commit("Revert \"Fixes STAB-7\"\n\nThis reverts commit 1.");
    git.commit("Fixed stab-9 and STAB-7.");
    let life = Ground::of(&git, plan()).fresh();
    let claimed: Vec<u32> = life.steps.iter().map(|step| step.claimed).collect();
    assert_eq!(claimed, [0, 2, 1, 1, 1, 1, u32::try_from(CHECKS.len()).unwrap()]);
}

#[test]
fn each_distinct_input_is_judged_once() {
    let git = Git::new();
    let mut stream = String::new();
    let texts = ["good\n", "bad\n", "so so\n"];
    for n in 0..1_000_usize {
        write!(
            stream,
            "commit refs/heads/main\ncommitter Ann <ann@example.org> {} +0000\ndata 1\nx\n",
            1_790_000_000 + n
        )
        .unwrap();
        if n % 11 == 0 {
            let text = texts[n / 11 % 3];
            write!(stream, "M 100644 inline a.txt\ndata {}\n{text}", text.len()).unwrap();
        } else {
            write!(stream, "M 100644 inline src/{}\ndata 4\n{n:04}\n", n % 50).unwrap();
        }
        stream.push('\n');
    }
    let mut import = git.command(git.path()).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    let ground = Ground::of(&git, plan());
    for threads in [1, 5] {
        let memo = Memo::default();
        let life = with_threads(threads, || ground.walk(&memo, None));
        assert_eq!(life.steps.len(), 1_000);
        // Three texts of a.txt: two checks ask for it, one more only when `b` is not there; the others once.
        let once = 8;
        assert!(memo.evaluated() <= once + 2 * 2, "{} with {threads} threads", memo.evaluated());
    }
}
