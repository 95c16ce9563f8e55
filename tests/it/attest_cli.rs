//! `trueup attest`, on real repositories.

use crate::world::World;

const PLAN: &str = r#"# kept
schema = 1
[plan]
uid = "u"
title = "A plan"
[[policies]]
id = "N.1"
text = "Somebody likes it"
check = { attest = { covers = ["src/**", "README.md"], by = "reviewer" } } # why
[[policies]]
id = "N.2"
text = "Tests pass"
check = { all = [
    { file = { path = "README.md" } },
    { command = { run = ["make", "test"], inputs = "**", timeout = 60 } },
] }

[[policies]]
id = "N.3"
text = "It is there"
check = { file = { path = "README.md" } }
"#;

fn world() -> World {
    let world = World::new();
    world.write("plan.toml", PLAN).write("README.md", "hello\n").write("src/a", "a\n").write("src/b", "b\n");
    world.commit("Begin");
    world.git(&["config", "user.name", "Ada Lovelace"]);
    world.git(&["config", "user.email", "ada@example.com"]);
    world
}

/// Verdict and reason of a task.
fn state(world: &World, task: &str, more: &[&str]) -> String {
    let document = world.ok(&[&["status", "--format", "json", "--task", task], more].concat()).json();
    let task = &document["tasks"][0];
    match task["reason"].as_str() {
        Some(reason) => format!("{}: {reason}", task["verdict"].as_str().unwrap()),
        None => task["verdict"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn a_word_is_given_shown_apart_from_proof_and_taken_back() {
    let world = world();
    let totals = |world: &World| world.ok(&["status", "--format", "json"]).json()["totals"].clone();
    assert_eq!((totals(&world)["unknown"].as_u64(), totals(&world)["waiting"].as_u64()), (Some(2), Some(2)));
    assert!(world.ok(&["status"]).out.contains("1 hold · 0 fail · 2 need a command or a person"));

    let head = world.git(&["rev-parse", "HEAD"]);
    let given =
        world.ok(&["attest", "N.1", "--note", "looked  at\nit", "--until", "2999-01-31", "--format", "json"]).json();
    assert_eq!(given["word"]["by"], "Ada Lovelace <ada@example.com>");
    assert_eq!(given["word"]["commit"], head);
    assert_eq!(given["word"]["note"], "looked at it");
    assert_eq!(given["word"]["until"], "2999-01-31");
    assert_eq!(given["word"]["files"], 3);
    assert!(given["word"]["on"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    assert_eq!((&given["verdict"], &given["changed"]), (&"holds".into(), &true.into()));
    // One line more, behind the check, and nobody committed it.
    let plan = world.read("plan.toml");
    let added: Vec<&str> = plan.lines().filter(|line| !PLAN.contains(line)).collect();
    assert_eq!(added.len(), 1);
    assert_eq!(plan.replace(&format!("{}\n", added[0]), ""), PLAN);
    assert!(plan.contains(&format!("# why\n{}\n[[policies]]", added[0])));
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(world.git(&["status", "--porcelain"]), "M plan.toml");

    for place in [&[][..], &["--staged"], &["--at", "HEAD"]] {
        assert_eq!(state(&world, "N.1", place), "holds");
    }
    let document = world.ok(&["status", "--format", "json", "--task", "N.1"]).json();
    let finding = &document["tasks"][0]["findings"][0];
    assert_eq!((&finding["level"], &finding["by"]), (&"proof".into(), &"Ada Lovelace <ada@example.com>".into()));
    assert_eq!((&totals(&world)["by_word"], &totals(&world)["waiting"]), (&1.into(), &1.into()));
    let text = world.ok(&["status"]).out;
    assert!(text.contains("✓ by the word of Ada Lovelace <ada@example.com>"), "{text}");
    assert!(text.contains("2 hold (1 by word) · 0 fail · 1 needs a command or a person"), "{text}");
    let text = world.ok(&["explain", "N.1"]).out;
    assert!(text.contains("word: by the word of Ada Lovelace") && !text.contains("proof"), "{text}");

    for (now, wanted) in [("2999-01-31T23:00:00Z", "holds"), ("2999-02-01T00:00:00Z", "unknown: stale")] {
        assert_eq!(state(&world, "N.1", &["--now", now, "--tz", "Asia/Tokyo"]), wanted);
    }

    let again = world.ok(&["attest", "N.1"]).out;
    assert!(again.starts_with("recorded anew for N.1") && again.contains("changed, not committed"), "{again}");
    assert!(!world.read("plan.toml").contains("looked at it"));
    assert!(world.ok(&["attest", "N.1", "--revoke"]).out.starts_with("took the word of Ada Lovelace"));
    assert_eq!(world.read("plan.toml"), PLAN);
    let none = world.ok(&["attest", "N.1", "--revoke", "--format", "json"]).json();
    assert_eq!((&none["changed"], &none["word"]), (&false.into(), &serde_json::Value::Null));
    assert_eq!(state(&world, "N.1", &[]), "unknown: needs_person");
}

#[test]
fn what_happens_to_the_files_decides_and_not_what_happens_to_the_commits() {
    let world = world();
    world.ok(&["attest", "N.1"]);
    world.commit("My word");
    // A squash of everything into one other commit, and a clone that has only that.
    world.git(&["checkout", "-q", "--orphan", "squashed"]);
    world.commit("All in one");
    world.git(&["branch", "-q", "-D", "main"]);
    assert_eq!(state(&world, "N.1", &["--at", "squashed"]), "holds");
    let url = format!("file://{}", world.repo().display());
    world.git(&["clone", "-q", "--depth", "1", &url, "../shallow"]);
    assert_eq!(state(&world, "N.1", &["--repo", "../shallow", "--plan", "../shallow/plan.toml"]), "holds");

    world.write("docs/x", "not covered");
    assert_eq!(state(&world, "N.1", &[]), "holds");
    let changes: [(&str, &dyn Fn()); 5] = [
        ("src/a changed", &|| {
            let _ = world.write("src/a", "other\n");
        }),
        ("src/new is new", &|| {
            let _ = world.write("src/new", "n\n");
        }),
        ("one that it covered is gone", &|| {
            let _ = world.remove("src/b");
        }),
        ("src/c is new, one that it covered is gone", &|| drop(world.git(&["mv", "src/b", "src/c"]))),
        ("src/a changed", &|| executable(&world, "src/a")),
    ];
    for (wanted, change) in changes {
        change();
        let document = world.ok(&["status", "--format", "json", "--task", "N.1"]).json();
        assert_eq!(document["tasks"][0]["reason"], "stale", "{wanted}");
        let text = document["tasks"][0]["reason_text"].as_str().unwrap();
        assert!(text.ends_with(wanted), "{wanted}: {text}");
        assert!(world.ok(&["status"]).out.contains("2 need a command or a person"));
        world.git(&["reset", "-q", "--hard"]);
        world.git(&["clean", "-q", "-f", "src"]);
        assert_eq!(state(&world, "N.1", &[]), "holds");
    }
}

#[cfg(unix)]
fn executable(world: &World, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(world.repo().join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_word_on_everything_is_not_about_the_plan_that_holds_it() {
    let world = world();
    world.ok(&["attest", "N.2"]);
    assert!(world.read("plan.toml").contains("except = \"plan.toml\""));
    assert_eq!(state(&world, "N.2", &[]), "holds");
    world.commit("My word");
    world.write("plan.toml", format!("{}# more\n", world.read("plan.toml")));
    assert_eq!(state(&world, "N.2", &[]), "holds");
    world.write("lib/x", "new");
    assert_eq!(state(&world, "N.2", &[]), "unknown: stale");
    // What the repository decides is decided by it all the same.
    world.remove("lib/x").remove("README.md");
    assert_eq!(state(&world, "N.2", &[]), "fails");
}

#[test]
fn nothing_is_recorded_that_nobody_could_rely_on() {
    let world = world();
    let broken = PLAN.replace("attest", "atest");
    let uncovered = PLAN.replace("\"README.md\"]", "\"none/*\"]");
    type Change<'c> = &'c dyn Fn(&World);
    let nothing: Change<'_> = &|_| {};
    let long = "x".repeat(501);
    let cases: [(&[&str], Change<'_>, i32, &str); 13] = [
        (&["N.3"], nothing, 2, "nobody's word counts for task `N.3`: `file` decides it"),
        (&["N3"], nothing, 2, "did you mean `N.3`?"),
        (&["N.7", "--revoke"], nothing, 2, "the plan has no task `N.7`"),
        (&["N.1", "--until", "2020-01-01"], nothing, 2, "would be over already"),
        (&["N.1", "--until", "soon"], nothing, 2, "invalid value 'soon'"),
        (&["N.1", "--revoke", "--note", "x"], nothing, 2, "cannot be used with"),
        (&["N.1", "--note", " "], nothing, 2, "the note is empty"),
        (&["N.1", "--note", &long], nothing, 2, "the note has 501 characters"),
        (
            &["N.1"],
            &|world| {
                let _ = world.write("src/a", "x").write("src/n", "x");
            },
            2,
            "differ from HEAD: src/a, src/n",
        ),
        (
            &["N.1"],
            &|world| {
                let _ = world.write("plan.toml", &broken);
            },
            2,
            "there is no kind of check `atest`",
        ),
        (
            &["N.1"],
            &|world| {
                let _ = world.write("plan.toml", &uncovered);
            },
            2,
            "no file matches none/*",
        ),
        (&["N.1"], &|world| drop(world.git(&["config", "--unset", "user.email"])), 3, "`user.email` is not set"),
        (&["N.1"], &|world| drop(world.git(&["checkout", "-q", "--orphan", "new"])), 3, "there is no commit yet"),
    ];
    for (arguments, change, code, wanted) in cases {
        change(&world);
        let before = world.read("plan.toml");
        let run = world.trueup(&[&["attest"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(wanted), "{arguments:?}: {}", run.err);
        let error = world.trueup(&[&["attest", "--format", "json"], arguments].concat()).json();
        assert!(error["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert_eq!(world.read("plan.toml"), before);
        world.git(&["checkout", "-q", "-f", "main"]);
        world.git(&["clean", "-q", "-f", "-d"]);
        world.git(&["config", "user.email", "ada@example.com"]);
    }
    let dry = world.ok(&["attest", "N.1", "--dry-run"]).out;
    assert!(dry.starts_with("would record for N.1") && !dry.contains("not committed"), "{dry}");
    assert_eq!(world.read("plan.toml"), PLAN);
}

#[test]
fn a_bare_repository_has_no_plan_to_write_into() {
    let world = world();
    world.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let run = world.trueup(&["attest", "N.1", "--repo", "../bare", "--plan", "plan.toml"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("is bare"), "{}", run.err);
    assert_eq!(world.read("plan.toml"), PLAN);
}

#[test]
fn a_plan_that_may_not_be_written_is_left_and_what_to_paste_is_said() {
    let world = world();
    let path = world.repo().join("plan.toml");
    let mut mode = std::fs::metadata(&path).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&path, mode).unwrap();
    let run = world.trueup(&["attest", "N.1"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("read-only"), "{}", run.err);
    let (_, line) = run.err.split_once("yourself: ").unwrap();
    assert_eq!(world.read("plan.toml"), PLAN);
    let pasted = PLAN.replace("# why\n", &format!("# why\n{}\n", line.trim()));
    world.write("pasted.toml", pasted);
    assert_eq!(state(&world, "N.1", &["--plan", "pasted.toml"]), "holds");
    assert!(!world.trueup(&["attest", "N.1", "--note", "password=hunter2"]).err.contains("hunter2"));
}

#[test]
fn the_person_is_whom_git_would_name() {
    let world = world();
    let given = |variables: &[(&str, &str)]| {
        let mut command = world.trueup_command(&["attest", "N.1", "--format", "json"]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        document["word"]["by"].as_str().unwrap().to_owned()
    };
    assert_eq!(given(&[]), "Ada Lovelace <ada@example.com>");
    world.git(&["config", "author.name", "Author"]);
    assert_eq!(given(&[]), "Author <ada@example.com>");
    assert_eq!(given(&[("GIT_AUTHOR_NAME", "Env")]), "Env <ada@example.com>");
    assert_eq!(given(&[("GIT_AUTHOR_EMAIL", " <e@x>\n, "), ("GIT_AUTHOR_NAME", "A <b>.")]), "A b <e@x>");
}

/// Escapes, an OSC command, a C1 control and bidirectional overrides.
const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}desrever\u{2066}\u{200b}\"'`{}[]#\\";

#[test]
fn name_and_note_of_anybody_are_only_text() {
    let world = world();
    world.git(&["config", "user.name", &format!("Ada {HOSTILE}")]);
    let note = format!("{HOSTILE} password=hunter2marker");
    let hostile = |c: char| matches!(c, '\u{7}' | '\u{9b}' | '\u{202e}' | '\u{2066}' | '\u{200b}');
    let attest = ["attest", "N.1", "--note", &note];
    for arguments in [
        &[&attest[..], &["--dry-run"]].concat()[..],
        &attest,
        &[&attest[..], &["--format", "json"]].concat(),
        &["status"],
        &["status", "-v"],
        &["status", "--format", "json"],
        &["explain", "N.1"],
        &["lint"],
        &["attest", "N.1", "--revoke"],
    ] {
        let run = world.ok(arguments);
        for text in [&run.out, &run.err] {
            assert!(!text.contains(hostile), "{arguments:?}: {text:?}");
            assert!(!text.contains("\u{1b}]") && !text.contains("\u{1b}[31mred"), "{arguments:?}: {text:?}");
            assert!(!text.contains("hunter2marker"), "{arguments:?}: {text}");
        }
        if arguments.contains(&"status") {
            assert!(run.out.contains("desrever") && run.out.contains("***"), "{arguments:?}: {}", run.out);
        }
    }
    assert_eq!(world.read("plan.toml"), PLAN);
}

#[test]
fn a_word_that_counts_for_nothing_any_more_can_be_taken_out() {
    let world = world();
    world.ok(&["attest", "N.1"]);
    let plan = world.read("plan.toml");
    let start = plan.find("check = { attest").unwrap();
    let end = start + plan[start..].find(" # why").unwrap();
    let decided = format!("{}check = {{ file = {{ path = \"none\" }} }}{}", &plan[..start], &plan[end..]);
    world.write("plan.toml", &decided);
    let run = world.trueup(&["status"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("nobody's word counts for task `N.1`: `file` decides it"), "{}", run.err);
    world.ok(&["attest", "N.1", "--revoke"]);
    assert_eq!(state(&world, "N.1", &[]), "fails");
}

#[test]
fn two_people_give_their_words_on_branches_that_merge() {
    let world = world();
    world.git(&["checkout", "-q", "-b", "one"]);
    world.ok(&["attest", "N.1"]);
    world.commit("One");
    world.git(&["checkout", "-q", "main"]);
    world.ok(&["attest", "N.2"]);
    world.commit("Two");
    world.git(&["merge", "-q", "--no-edit", "one"]);
    for task in ["N.1", "N.2"] {
        assert_eq!(state(&world, task, &["--at", "HEAD"]), "holds");
    }
}
