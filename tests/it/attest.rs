//! What a word makes of a check: while its files are as they were, once they are not, and where it does not count.

use proptest::prelude::*;
use trueup::checks::{Outcome, Reason, Verdict, cover};
use trueup::plan::{EditValue, MOST_MARKS, Word};
use trueup::repo::{RepoPath, Tree};
use trueup::semantics::files::{Files, Parses};
use trueup::verify::{Judge, Memo, Prepared};

use crate::memory::{Commits, Memory};

/// A plan of one task.
fn plan(text: &str, check: &str, word: &str) -> String {
    format!(
        "schema = 1\n[plan]\nuid = 'u'\ntitle = 'p'\n[[policies]]\nid = 'N.1'\ntext = '{text}'\ncheck = {check}\n{word}\n"
    )
}

/// The word that somebody would give on this tree, changed by `edit`.
fn word(text: &str, check: &str, tree: &dyn Tree, edit: impl Fn(&mut Word)) -> String {
    let prepared = prepare(&plan(text, check, ""));
    let asked = prepared.checks[0].asks(text).unwrap();
    let covered = cover(&Files::new(tree, &Parses::default()), &asked.covers, None).unwrap();
    let mut word = Word {
        by: "Ada <ada@example.com>".to_owned(),
        on: "2026-11-28T18:00:00Z".parse().unwrap(),
        commit: "d".repeat(40),
        covers: covered.digest,
        files: covered.marks(),
        about: asked.about,
        except: None,
        note: None,
        until: None,
    };
    edit(&mut word);
    format!("word = {}", EditValue::Table(word.entries()).render())
}

fn prepare(plan: &str) -> Prepared {
    Prepared::read(plan.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{plan}"))
}

fn judged(prepared: &Prepared, tree: &dyn Tree, memo: Option<&Memo>) -> Outcome {
    Judge { tree, history: &Commits::default(), parses: &Parses::default(), memo }.check(&prepared.checks[0])
}

const STALE: Verdict = Verdict::Unknown(Reason::Stale);
const ATTEST: &str = "{ attest = { covers = ['src/**', 'a.md'] } }";

fn tree() -> Memory {
    Memory::with(&[("src/a", "a"), ("src/b", "b"), ("a.md", "x"), ("other", "o")])
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

#[test]
fn a_word_counts_while_the_covered_files_are_as_they_were() {
    type Edit = fn(&mut Memory);
    let cases: &[(&str, Edit, Option<&str>)] = &[
        ("nothing", |_| {}, None),
        ("another file", |tree| tree.add("other", b"changed"), None),
        ("a new file elsewhere", |tree| tree.add("lib/new", b"n"), None),
        ("a file's text", |tree| tree.add("src/a", b"changed"), Some("src/a changed")),
        ("a new file", |tree| tree.add("src/new", b"n"), Some("src/new is new")),
        ("a file gone", |tree| drop(tree.files.remove(&path("src/b"))), Some("one that it covered is gone")),
        (
            "a file renamed",
            |tree| {
                let text = tree.files.remove(&path("src/b")).unwrap();
                tree.files.insert(path("src/c"), text);
            },
            Some("src/c is new, one that it covered is gone"),
        ),
        (
            "two files that swap their texts",
            |tree| {
                tree.add("src/a", b"b");
                tree.add("src/b", b"a");
            },
            Some("src/a changed, src/b changed"),
        ),
        (
            "a file that became a link",
            |tree| {
                tree.files.remove(&path("src/a"));
                tree.links.insert(path("src/a"), b"a".to_vec());
            },
            Some("src/a changed"),
        ),
        ("a pattern without a file", |tree| drop(tree.files.remove(&path("a.md"))), Some("no file matches a.md")),
    ];
    let prepared = prepare(&plan("x", ATTEST, &word("x", ATTEST, &tree(), |_| {})));
    for (what, edit, wanted) in cases {
        let mut tree = tree();
        edit(&mut tree);
        let outcome = judged(&prepared, &tree, None);
        let Some(wanted) = wanted else {
            assert_eq!(outcome.verdict(), Verdict::Holds, "{what}");
            let finding = outcome.word().unwrap();
            assert_eq!(finding.label(), "word");
            assert_eq!(finding.by.as_ref().unwrap().raw(), "Ada <ada@example.com>");
            continue;
        };
        assert_eq!(outcome.verdict(), STALE, "{what}");
        assert!(outcome.word().is_none());
        let text = outcome.reason_text().unwrap();
        assert!(text.raw().contains(wanted), "{what}: {text:?}");
        assert!(text.raw().starts_with("the word of Ada <ada@example.com>, 2026-11-28 at commit dddddddddd "));
    }
}

#[test]
fn of_many_files_the_digest_alone_is_kept() {
    let mut tree = Memory::default();
    (0..=MOST_MARKS).for_each(|number| tree.add(&format!("src/{number}"), b"x"));
    let check = "{ attest = { covers = 'src/**' } }";
    let word = word("x", check, &tree, |word| assert!(word.files.is_empty()));
    assert!(word.len() < 250, "{word}");
    let prepared = prepare(&plan("x", check, &word));
    assert_eq!(judged(&prepared, &tree, None).verdict(), Verdict::Holds);
    tree.add("src/7", b"y");
    let text = judged(&prepared, &tree, None).reason_text().unwrap();
    assert!(text.raw().ends_with("covers files that are not as they were"), "{text:?}");
}

#[test]
fn what_cannot_be_read_is_no_proof() {
    use trueup::repo::ReadError;
    let prepared = prepare(&plan("x", ATTEST, &word("x", ATTEST, &tree(), |_| {})));
    let mut broken = tree();
    let missing = ReadError::MissingObject { id: "1".repeat(40), why: String::new() };
    broken.unreadable.insert(path("src/a"), missing);
    assert_eq!(judged(&prepared, &broken, None).verdict(), Verdict::Unknown(Reason::MissingObject));
}

#[test]
fn a_word_is_over_after_its_last_day() {
    let text = plan("x", ATTEST, &word("x", ATTEST, &tree(), |word| word.until = Some("2027-01-31".parse().unwrap())));
    let memo = Memo::default();
    for (now, wanted) in [
        ("2026-11-28T18:00:00Z", Verdict::Holds),
        ("2027-01-31T23:59:59Z", Verdict::Holds),
        ("2027-02-01T00:00:00Z", STALE),
        ("2027-01-31T12:00:00Z", Verdict::Holds),
        ("2030-01-01T00:00:00Z", STALE),
    ] {
        let prepared = Prepared::read_at(text.as_bytes(), now.parse().unwrap()).unwrap_or_else(|_| unreachable!());
        assert_eq!(judged(&prepared, &tree(), Some(&memo)).verdict(), wanted, "{now}");
    }
    // Without a time nobody knows, and what nobody knows does not hold.
    let unknown = judged(&prepare(&text), &tree(), Some(&memo));
    assert_eq!(unknown.verdict(), STALE);
    assert!(unknown.reason_text().unwrap().raw().contains("counts until 2027-01-31"));
}

#[test]
fn a_word_counts_for_what_it_was_given_for() {
    let given = word("x", ATTEST, &tree(), |_| {});
    let verdict = |text: &str, check: &str| judged(&prepare(&plan(text, check, &given)), &tree(), None).verdict();
    assert_eq!(verdict("x", ATTEST), Verdict::Holds);
    assert_eq!(verdict("something else", ATTEST), STALE);
    assert_eq!(verdict("x", "{ attest = { covers = ['src/**', 'a.md'], by = 'ops' } }"), STALE);
    // The same files by other patterns, and other files.
    assert_eq!(verdict("x", "{ attest = { covers = ['src/?', 'a.md', 'src/a'] } }"), Verdict::Holds);
    assert_eq!(verdict("x", "{ attest = { covers = 'src/**' } }"), STALE);
    assert_eq!(verdict("x", "{ attest = { covers = ['src/**', 'a.md', 'none/*'] } }"), STALE);

    let command = |run: &str, timeout: u32| {
        format!("{{ command = {{ run = {run}, inputs = ['src/**', 'a.md'], timeout = {timeout} }} }}")
    };
    let given = word("x", &command("['make', 'test']", 5), &tree(), |_| {});
    for (check, wanted) in [
        (command("['make', 'test']", 5), Verdict::Holds),
        (command("['make', 'test']", 6), Verdict::Holds),
        (command("['make', 'check']", 5), STALE),
        (command("['make test']", 5), STALE),
        (ATTEST.to_owned(), STALE),
    ] {
        let outcome = judged(&prepare(&plan("x", &check, &given)), &tree(), None);
        assert_eq!(outcome.verdict(), wanted, "{check}");
        if wanted == Verdict::Holds {
            assert!(outcome.word().unwrap().message.raw().starts_with("`make test` answers as it should, by the word"));
        }
    }
}

#[test]
fn one_word_answers_every_question_of_a_task_and_nothing_else() {
    let file = |name: &str| format!("{{ file = {{ path = '{name}' }} }}");
    let asks = "{ attest = { covers = 'src/a' } }, { command = { run = 'x', inputs = 'a.md', timeout = 1 } }";
    for (check, wanted) in [
        (format!("{{ all = [{asks}, {}] }}", file("other")), Verdict::Holds),
        (format!("{{ all = [{asks}, {}] }}", file("none")), Verdict::Fails),
        (format!("{{ any = [{}, {{ all = [{asks}] }}] }}", file("none")), Verdict::Holds),
    ] {
        let given = word("x", &check, &tree(), |word| assert_eq!(word.files.len(), 2));
        let prepared = prepare(&plan("x", &check, &given));
        assert_eq!(judged(&prepared, &tree(), None).verdict(), wanted, "{check}");
        // What either question covers counts for both.
        for changed in ["src/a", "a.md"] {
            let mut tree = tree();
            tree.add(changed, b"changed");
            assert_ne!(judged(&prepared, &tree, None).verdict(), Verdict::Holds, "{check}");
        }
        // It is part of what the check is, from the inside out.
        assert_ne!(prepared.checks[0].digest, prepare(&plan("x", &check, "")).checks[0].digest);
    }
}

#[test]
fn no_word_makes_a_check_hold_that_decides_by_itself() {
    let given = word("x", ATTEST, &tree(), |_| {});
    for (check, kinds) in [
        ("{ file = { path = 'none' } }", "`file`"),
        ("{ all = [{ file = { path = 'none' } }, { text = { files = 'a.md', contains = 'y' } }] }", "`file`, `text`"),
    ] {
        let mistakes = Prepared::read(plan("x", check, &given).as_bytes()).err().unwrap();
        let message = format!("nobody's word counts for task `N.1`: {kinds} decides it");
        assert_eq!(mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>(), [message]);
        assert!(mistakes[0].help.as_ref().unwrap().contains("trueup attest N.1 --revoke"));
    }
}

#[test]
fn a_word_that_is_none_is_a_mistake_in_its_place() {
    let good = word("x", ATTEST, &tree(), |word| word.until = Some("2027-01-31".parse().unwrap()));
    for (from, to, wanted) in [
        ("2026-11-28T18:00:00Z", "yesterday", "`on` of a word is a time with its zone"),
        ("dddddddddd", "d", "`commit` of a word is a commit's whole id"),
        ("covers = \"", "covers = \"0", "`covers` of a word is 32 hex digits"),
        ("about = \"", "about = \"g", "`about` of a word is 16 hex digits"),
        ("files = \"", "files = \"0 ", "`files` of a word is at most 64 marks"),
        ("2027-01-31", "soon", "`until` of a word is a date"),
        ("until = \"2027-01-31\"", "except = \"../x\"", "`except` of a word is the plan's path"),
        ("until = \"2027-01-31\"", "untill = \"2027-01-31\"", "a word has no key `untill`"),
        ("by = \"Ada <ada@example.com>\", ", "", "a word lacks `by`"),
        ("by = \"Ada <ada@example.com>\"", "by = \"\"", "`by` is empty"),
        ("by = \"Ada", "by = \"A\\nda", "`by` of a word is a name with an address"),
        ("by = \"Ada <ada@example.com>\"", "by = 1", "`by` takes a text, not a whole number"),
    ] {
        let broken = good.replacen(from, to, 1);
        assert_ne!(broken, good);
        let mistakes = Prepared::read(plan("x", ATTEST, &broken).as_bytes()).err().unwrap();
        assert_eq!(mistakes.len(), 1, "{to}: {mistakes:?}");
        assert!(mistakes[0].message.starts_with(wanted), "{to}: {mistakes:?}");
    }
    assert!(Prepared::read(plan("x", ATTEST, "word = 'Ada'").as_bytes()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Over any walk of edits: with the memo and without the same evidence, also when the word changes on the way;
    /// it holds just where the covered files are those of the word.
    #[test]
    fn a_word_and_the_memo_agree(
        edits in prop::collection::vec(
            (prop::sample::select(vec!["src/a", "src/b", "src/c", "a.md", "other"]), prop::option::of("[ab]"), 0..4_u8),
            1..30,
        ),
    ) {
        let memo = Memo::default();
        let mut tree = tree();
        let until = |word: &mut Word| word.until = Some("2027-01-31".parse().unwrap());
        let (mut given_on, mut given) = (tree.clone(), word("x", ATTEST, &tree, until));
        for (at, text, act) in edits {
            match text {
                Some(text) => tree.add(at, text.as_bytes()),
                None => drop(tree.files.remove(&path(at))),
            }
            let covered = |tree: &Memory| -> Vec<(RepoPath, Vec<u8>)> {
                let files = tree.files.iter().filter(|(path, _)| path.as_bytes() != b"other");
                files.map(|(path, text)| (path.clone(), text.clone())).collect()
            };
            let whole = covered(&tree).len() > 1 && tree.files.contains_key(&path("a.md"));
            if act == 0 && whole {
                (given_on, given) = (tree.clone(), word("x", ATTEST, &tree, until));
            }
            let over = act == 1;
            let now = if over { "2027-02-01T00:00:00Z" } else { "2027-01-01T00:00:00Z" };
            let text = plan("x", ATTEST, &given);
            let prepared = Prepared::read_at(text.as_bytes(), now.parse().unwrap()).unwrap_or_else(|_| unreachable!());
            let afresh = judged(&prepared, &tree, None);
            prop_assert_eq!(&judged(&prepared, &tree, Some(&memo)), &afresh);
            let holds = !over && covered(&tree) == covered(&given_on);
            prop_assert_eq!(afresh.verdict(), if holds { Verdict::Holds } else { STALE });
        }
    }
}
