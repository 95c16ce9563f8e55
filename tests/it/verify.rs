//! Memo and replay: the same answers as judging afresh, for less work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use trueup::checks::{Finding, Outcome, Reason, Recorder, Verdict};
use trueup::repo::{BlobId, Entry, Match, Pattern, ReadError, RepoPath, Tree};
use trueup::semantics::files::Parses;
use trueup::store::Cache;
use trueup::verify::{Judge, Memo, Prepared};

use crate::memory::{Commits, Memory};

/// A tree that counts how many blobs were read.
struct Counting<'t>(&'t Memory, AtomicUsize);

impl Tree for Counting<'_> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.0.entry(path)
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        self.0.glob(pattern)
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.bytes(id)
    }
}

fn plan() -> Prepared {
    let checks = [
        "{ text = { files = \"*.txt\", contains = \"a\" } }",
        "{ text = { files = [\"b.txt\", \"docs/**/*.md\"], lacks = \"z\" } }",
        "{ any = [{ file = { path = \"c\" } }, { text = { files = \"a.txt\", matches = \"^b\" } }] }",
        "{ all = [{ file = { path = \"a.txt\" } }, { final_user = { files = \"Dockerfile\" } }] }",
        "{ copy_sources = { files = \"Dockerfile\" } }",
    ];
    let mut source = String::from("schema = 1\n[plan]\nuid = \"u\"\ntitle = \"t\"\n");
    for (n, check) in checks.iter().enumerate() {
        source.push_str(&format!("[[policies]]\nid = \"N.{n}\"\ntext = \"t{n}\"\ncheck = {check}\n"));
    }
    Prepared::read(source.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn judged(prepared: &Prepared, tree: &dyn Tree, parses: &Parses, memo: Option<&Memo>) -> Vec<Outcome> {
    Judge { tree, history: &Commits::default(), parses, memo }.plan(prepared)
}

/// Removes a path, or writes one of a few texts there.
fn edit() -> impl Strategy<Value = (&'static str, Option<&'static str>)> {
    let paths = prop::sample::select(vec![
        "a.txt",
        "b.txt",
        "c",
        "docs/x.md",
        "docs/deep/y.md",
        "Dockerfile",
        ".dockerignore",
        "src/m.py",
    ]);
    let texts = prop::sample::select(vec![
        "a\n",
        "b\n",
        "z\n",
        "FROM x\nCOPY src /src\nUSER app\n",
        "FROM x\nCOPY a.txt /\nUSER root\n",
        "*\n!src\n",
        "src\n",
        "",
    ]);
    (paths, prop::option::weighted(0.75, texts))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_walk_with_the_memo_equals_judging_each_tree_afresh(edits in prop::collection::vec(edit(), 1..40)) {
        let (prepared, memo, parses) = (plan(), Memo::default(), Parses::default());
        let mut tree = Memory::default();
        for (path, text) in edits {
            match text {
                Some(text) => tree.add(path, text.as_bytes()),
                None => drop(tree.files.remove(&RepoPath::parse(path).unwrap())),
            }
            let remembered = judged(&prepared, &tree, &parses, Some(&memo));
            let afresh = judged(&prepared, &tree, &Parses::default(), None);
            prop_assert_eq!(remembered, afresh);
        }
    }
}

#[test]
fn nothing_is_read_again_when_no_answer_changed() {
    let (prepared, memo, parses) = (plan(), Memo::default(), Parses::default());
    let mut memory = Memory::with(&[("a.txt", "a"), ("b.txt", "b"), ("Dockerfile", "FROM x\nUSER app\n")]);
    let tree = Counting(&memory, AtomicUsize::new(0));
    let first = judged(&prepared, &tree, &parses, Some(&memo));
    assert!(tree.1.load(Ordering::Relaxed) > 0);
    memory.add("unrelated", b"x");
    let tree = Counting(&memory, AtomicUsize::new(0));
    assert_eq!(judged(&prepared, &tree, &parses, Some(&memo)), first);
    assert_eq!(tree.1.load(Ordering::Relaxed), 0);
}

#[test]
fn an_unknown_of_the_machine_is_not_remembered() {
    let (prepared, memo, parses) = (plan(), Memo::default(), Parses::default());
    let mut tree = Memory::with(&[("a.txt", "a"), ("b.txt", "b"), ("docs/x.md", "x")]);
    let missing = ReadError::MissingObject { id: "1".repeat(40), why: String::new() };
    tree.unreadable.insert(RepoPath::parse("b.txt").unwrap(), missing);
    let verdict = |tree: &Memory| judged(&prepared, tree, &parses, Some(&memo))[1].verdict();
    assert_eq!(verdict(&tree), Verdict::Unknown(Reason::MissingObject));
    tree.unreadable.clear();
    assert_ne!(verdict(&tree), Verdict::Unknown(Reason::MissingObject));
}

/// A long history must not fill the memory.
#[test]
fn what_the_store_has_is_forgotten_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let memo = Memo::with_rows(Arc::new(Cache::open(&folder.path().join("cache.db"))));
    let path = RepoPath::parse("a").unwrap();
    let judge = |n: usize| {
        let tree = Memory::with(&[("a", &n.to_string())]);
        let asked = memo.verdict(&[7; 32], &tree, || {
            let recorder = Recorder::new(&tree);
            recorder.entry(&path).unwrap();
            let mut outcome = Outcome::default();
            outcome.push(if n.is_multiple_of(2) { Finding::fault("even") } else { Finding::proof("odd") });
            (recorder.into_trace(), outcome)
        });
        assert_eq!(asked.verdict, if n.is_multiple_of(2) { Verdict::Fails } else { Verdict::Holds });
    };
    for n in 0..5_000 {
        judge(n);
        if n % 100 == 99 {
            memo.save();
            assert!(memo.held() <= 1_500, "{} after {n}", memo.held());
        }
    }
    (0..5_000).for_each(judge);
    assert_eq!(memo.evaluated(), 5_000);
    let alone = Memo::default();
    for n in 0..5_000 {
        let tree = Memory::with(&[("a", &n.to_string())]);
        let recorder = Recorder::new(&tree);
        recorder.entry(&path).unwrap();
        alone.store([7; 32], &recorder.into_trace(), &Outcome::default());
        assert!(alone.held() <= 1_500, "{} after {n}", alone.held());
    }
}
