//! Writing into plan.toml.

use trueup::plan::{EditError, EditPlace, EditValue, Editing, edit_file, parse_toml, replace_file};

use crate::plan::DOCKER;

fn text(value: &str) -> EditValue {
    EditValue::Text(value.to_owned())
}

/// The lines that differ, `-old` and `+new`.
fn changes(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[same..].iter().rev().zip(new[same..].iter().rev()).take_while(|(old, new)| old == new).count();
    let gone = old[same..old.len() - tail].iter().map(|line| format!("-{line}"));
    gone.chain(new[same..new.len() - tail].iter().map(|line| format!("+{line}"))).collect()
}

const UUID: &str = "9d1c2e6a-1b7e-4c0d-8f43-0a4b5c6d7e8f";

#[test]
fn a_value_is_set_where_it_stands_or_beside_its_neighbours() {
    let mut editing = Editing::of(DOCKER).unwrap();
    assert!(editing.set(EditPlace::Issue("1"), "linear_id", &text(UUID)).unwrap());
    assert_eq!(changes(DOCKER, editing.text()), [format!("+linear_id = \"{UUID}\"\n")]);
    assert!(editing.text().contains(&format!("linear = \"STAB-155\"\nlinear_id = \"{UUID}\"\n")));
    assert!(!editing.set(EditPlace::Issue("1"), "linear_id", &text(UUID)).unwrap());

    let mut editing = Editing::of(DOCKER).unwrap();
    editing.set(EditPlace::Issue("11"), "linear", &text("STAB-165")).unwrap();
    assert_eq!(changes(DOCKER, editing.text()), ["+linear = \"STAB-165\"\n"]);
    assert!(editing.text().contains("priority = \"medium\"\nlinear = \"STAB-165\"\nsign = \"📋\"\n"));

    let mut editing = Editing::of(DOCKER).unwrap();
    editing.set(EditPlace::Task("T.8"), "text", &text("\"Pinned\"\\ only")).unwrap();
    assert_eq!(
        changes(DOCKER, editing.text()),
        ["-text = \"Images use pinned versions only\"\n", "+text = '\"Pinned\"\\ only'\n"]
    );
    editing.set(EditPlace::Plan, "uid", &text("other")).unwrap();
    editing.set(EditPlace::Phase("2"), "priority", &text("low")).unwrap();
    editing.set(EditPlace::Issue("3"), "needs", &EditValue::Texts(vec!["1".into(), "2".into()])).unwrap();
    assert!(editing.text().contains("needs = [\"1\", \"2\"]\n"));
}

#[test]
fn every_other_byte_stays() {
    let plan = "\u{feff}# top\r\nschema=1 # one\r\nplan.uid = 'u'\r\nplan.title = \"t\"\r\n\r\n  [[phases]] # p\r\n  id = '1'\r\n  title = '''\r\nx'''   # after\r\n  issues = [ { id = '1', title='x' , tasks = [] }, # first\r\n  ]\r\n[[policies]]\r\n\tid='N'\r\n\ttext='x'\r\n\tcheck={}\r\n# the end, without a line break";
    let mut editing = Editing::of(plan).unwrap();
    editing.set(EditPlace::Issue("1"), "linear", &text("A-1")).unwrap();
    assert_eq!(editing.text(), plan.replace("title='x' ,", "title='x', linear = \"A-1\" ,"));

    let mut editing = Editing::of(plan).unwrap();
    editing.set(EditPlace::Phase("1"), "priority", &text("high")).unwrap();
    assert_eq!(editing.text(), plan.replace("# after\r\n", "# after\r\n  priority = \"high\"\r\n"));

    let mut editing = Editing::of(plan).unwrap();
    editing.set(EditPlace::Plan, "title", &text("new")).unwrap();
    assert_eq!(editing.text(), plan.replace("\"t\"", "\"new\""));

    let tail = "schema = 1\n[[policies]]\nid = 'N'\ntext = 'x'\ncheck = {}\n[plan]\nuid = 'u'\ntitle = 't' # x";
    let mut editing = Editing::of(tail).unwrap();
    editing.set(EditPlace::Plan, "team", &text("A")).unwrap();
    assert_eq!(editing.text(), format!("{tail}\nteam = \"A\""));
}

#[test]
fn what_would_not_be_a_plan_is_not_written() {
    let mut editing = Editing::of(DOCKER).unwrap();
    let line = DOCKER.lines().position(|line| line.starts_with("linear = ")).unwrap() + 1;
    let twice = format!("the plan would have a mistake: Linear issue `STAB-155` is already on line {line}");
    let cases = [
        (EditPlace::Issue("12"), "linear", text("A-1"), "there is no issue `12` in the plan"),
        (EditPlace::Issue("2"), "linaer", text("A-1"), "`linaer` of an issue cannot be set so"),
        (EditPlace::Issue("2"), "tasks", text("A-1"), "`tasks` of an issue cannot be set so"),
        (EditPlace::Issue("2"), "title", EditValue::Texts(vec![]), "`title` of an issue cannot be set so"),
        (
            EditPlace::Issue("2"),
            "linear",
            text("nope"),
            "the plan would have a mistake: this is no identifier of a Linear issue",
        ),
        (EditPlace::Issue("2"), "linear", text("STAB-155"), twice.as_str()),
        (EditPlace::Plan, "title", text(" "), "the plan would have a mistake: `title` is empty"),
    ];
    for (place, key, value, wanted) in cases {
        assert_eq!(editing.set(place, key, &value).unwrap_err().to_string(), wanted);
    }
    assert_eq!(editing.text(), DOCKER);
    assert!(matches!(Editing::of("schema = 1\n[plan]\n"), Err(EditError::Broken(_))));
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, DOCKER).unwrap();
    let uid = |editing: &mut Editing| editing.set(EditPlace::Plan, "uid", &text("other")).map(drop);
    assert!(edit_file(&path, uid).unwrap());
    assert!(!edit_file(&path, uid).unwrap());
    let edited = std::fs::read_to_string(&path).unwrap();
    assert_eq!(changes(DOCKER, &edited).len(), 2);

    // Somebody else writes while the edit is being made.
    let race = edit_file(&path, |editing| {
        std::fs::write(&path, "theirs").unwrap();
        editing.set(EditPlace::Plan, "uid", &text("third")).map(drop)
    });
    assert!(matches!(race, Err(EditError::Changed(_))), "{race:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs");
    assert!(matches!(edit_file(&path, |_| Ok(())), Err(EditError::Broken(_))));
    std::fs::write(&path, b"\xff").unwrap();
    assert!(matches!(edit_file(&path, |_| Ok(())), Err(EditError::NotText(_))));
    assert!(matches!(edit_file(&folder.path().join("none"), |_| Ok(())), Err(EditError::File { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn links_and_modes_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.toml"), folder.path().join("plan.toml"));
    std::fs::write(&real, "a").unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", &link).unwrap();
    replace_file(&link, b"a", b"b").unwrap();
    assert_eq!(std::fs::read(&real).unwrap(), b"b");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 40, ..Default::default() })]

    /// Whatever is written comes back, and nothing else changes: neither in the text nor in what it means, by our
    /// own reading and by `toml_edit`'s.
    #[test]
    fn any_text_can_be_written(value in "\\PC{0,20}[a-z]\\PC{0,20}", issue in 1..=11_u32, crlf: bool, key in 0..4_usize) {
        let plan = if crlf { DOCKER.replace('\n', "\r\n") } else { DOCKER.to_owned() };
        let id = issue.to_string();
        let (place, key) = [
            (EditPlace::Plan, "team"),
            (EditPlace::Issue(&id), "title"),
            (EditPlace::Issue(&id), "status"),
            (EditPlace::Task("10.4"), "text"),
        ][key];
        let mut editing = Editing::of(&plan).unwrap();
        editing.set(place, key, &text(&value)).unwrap();
        assert!(!editing.set(place, key, &text(&value)).unwrap());
        assert!(changes(&plan, editing.text()).len() <= 2);
        let edited: toml_edit::DocumentMut = editing.text().parse().unwrap();
        let mut wanted = parse_toml(&plan).0.to_json();
        let slot = match place {
            EditPlace::Plan => &mut wanted["plan"],
            EditPlace::Task(_) => &mut wanted["phases"][2]["issues"][1]["tasks"][3],
            _ => {
                let (phase, index) = match issue { 1..=4 => (0, issue - 1), 5..=8 => (1, issue - 5), _ => (2, issue - 9) };
                &mut wanted["phases"][phase]["issues"][index as usize]
            }
        };
        slot[key] = value.clone().into();
        assert_eq!(parse_toml(editing.text()).0.to_json(), wanted);
        assert_eq!(parse_toml(&edited.to_string()).0.to_json(), wanted);
    }
}

fn word(note: &str) -> EditValue {
    let digits = |count: usize| "0".repeat(count);
    EditValue::Table(vec![
        ("by", "Ada <ada@example.com>".to_owned()),
        ("on", "2026-11-28T18:00:00Z".to_owned()),
        ("commit", digits(40)),
        ("note", note.to_owned()),
        ("covers", digits(32)),
        ("about", digits(16)),
    ])
}

/// Plans with a task `N` in every layout that TOML has for it.
const LAYOUTS: &[&str] = &[
    "[[policies]]\nid = 'N'\ntext = 'x'\ncheck = {}\n\n# next\n[[policies]]\nid = 'O'\ntext = 'x'\ncheck = {}\n",
    "[[policies]]\n  check = { all = [\n    {},\n  ] } # kept\n  id = 'N'\n  text = 'x' # last\n# the end",
    "[[policies]]\nid = 'N'\ntext = 'x'\ncheck = {}",
    "[[policies]]\nid = 'N'\ntext = 'x'\ncheck = {} # no line break",
    "[[policies]]\nid = 'N'\ntext = 'x'\n[policies.check.attest]\ncovers = 'x'\n",
    "policies = [ { id = 'N', text = 'x', check = {} }, { id = 'O', text = 'x', check = {} } ]\n",
    "policies = [\n  { id = 'N', text = 'x', check = { any = [ {}, {} ] } , testing = true }, # kept\n]\n",
    "policies = [\n  {\n    id = 'N', # id\n    text = 'x',\n    check = {},\n  },\n]\n",
];

const HEAD: &str = "schema = 1\nplan = { uid = 'u', title = 't' }\n";

#[test]
fn a_word_is_set_replaced_and_taken_out_in_any_layout() {
    for layout in LAYOUTS {
        for crlf in [false, true] {
            let plan = if crlf { format!("{HEAD}{layout}").replace('\n', "\r\n") } else { format!("{HEAD}{layout}") };
            let mut editing = Editing::of(&plan).unwrap();
            assert!(!editing.remove(EditPlace::Task("N"), "word").unwrap());
            for note in ["one", "another, 'longer' and \"quoted\""] {
                assert!(editing.set(EditPlace::Task("N"), "word", &word(note)).unwrap());
                assert!(!editing.set(EditPlace::Task("N"), "word", &word(note)).unwrap());
                let task = trueup::plan::load(editing.text()).plan.unwrap().policies.remove(0);
                assert_eq!(task.word.unwrap().note.as_deref(), Some(note));
                assert_eq!(editing.text().contains("\r\n"), crlf);
            }
            assert!(editing.remove(EditPlace::Task("N"), "word").unwrap());
            assert_eq!(editing.text(), plan);
        }
    }
}

#[test]
fn what_is_written_otherwise_is_taken_out_too_or_left_alone() {
    let EditValue::Table(entries) = word("x") else { unreachable!() };
    let inline = word("x").render();
    let plan = |word: &str| format!("{HEAD}[[policies]]\nid = 'N'\n{word}\ntext = 'x'\ncheck = {{}}\n");
    for (written, left) in [
        (format!("word = {inline} # mine"), "# mine"),
        (format!("\t'word'={inline}"), ""),
        (format!("word = {}", inline.replace("{ by", "{\n  by")), ""),
    ] {
        let mut editing = Editing::of(&plan(&written)).unwrap();
        assert!(editing.remove(EditPlace::Task("N"), "word").unwrap());
        let wanted = if left.is_empty() { plan("").replace("\n\n", "\n") } else { plan(left) };
        assert_eq!(editing.text(), wanted);
    }
    for (written, left) in [("word = {W}, id = 'N'", "id = 'N'"), ("id = 'N' , word = {W}", "id = 'N'")] {
        let plan = |inside: &str| format!("{HEAD}policies = [ {{ {inside}, text = 'x', check = {{}} }} ]\n");
        let mut editing = Editing::of(&plan(&written.replace("{W}", &inline))).unwrap();
        editing.remove(EditPlace::Task("N"), "word").unwrap();
        assert_eq!(editing.text().replace(" ,", ","), plan(left));
    }
    let dotted: String = entries.iter().map(|(key, text)| format!("word.{key} = '{text}'\n")).collect();
    let header: String = entries.iter().map(|(key, text)| format!("{key} = '{text}'\n")).collect();
    for source in [plan(&dotted), format!("{}[policies.word]\n{header}", plan("").replace("\n\n", "\n"))] {
        let mut editing = Editing::of(&source).unwrap();
        for result in
            [editing.remove(EditPlace::Task("N"), "word"), editing.set(EditPlace::Task("N"), "word", &word("y"))]
        {
            assert!(matches!(result, Err(EditError::Apart(_))), "{result:?}");
        }
        assert_eq!(editing.text(), source);
    }
    // What has to be there is not taken out.
    let mut editing = Editing::of(&plan("")).unwrap();
    assert!(matches!(editing.remove(EditPlace::Task("N"), "text"), Err(EditError::WouldBreak(_))));
    assert!(matches!(editing.remove(EditPlace::Task("M"), "word"), Err(EditError::NoPlace(_))));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 40, ..Default::default() })]

    /// A word with any note, on any task of a long plan: one line more, and without it every byte as before.
    #[test]
    fn any_word_comes_and_goes(note in "\\PC{0,20}[a-z]\\PC{0,20}", task in 0..64_usize, crlf: bool) {
        let plan = if crlf { DOCKER.replace('\n', "\r\n") } else { DOCKER.to_owned() };
        let ids: Vec<String> =
            trueup::plan::load(&plan).plan.unwrap().tasks().map(|(_, task)| task.id.clone()).collect();
        let place = EditPlace::Task(&ids[task]);
        let mut editing = Editing::of(&plan).unwrap();
        editing.set(place, "word", &word(&note)).unwrap();
        let changed = changes(&plan, editing.text());
        proptest::prop_assert!(changed.len() == 1 && changed[0].starts_with("+word = { by = "), "{:?}", changed);
        editing.remove(place, "word").unwrap();
        proptest::prop_assert_eq!(editing.text(), plan);
    }
}
