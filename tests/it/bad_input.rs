//! What is said to input that is wrong: the place, the cause and what to do, and the exit code that goes with it.

use crate::world::World;

/// A repository with a plan of one task.
fn world() -> World {
    let world = World::new();
    world.write("README.md", "hello\n").write(
        "plan.toml",
        "schema = 1\n[plan]\nuid = \"u\"\ntitle = \"P\"\n[[phases]]\nid = \"1\"\ntitle = \"F\"\n[[phases.issues]]\nid = \"1\"\n\
         title = \"I\"\n[[phases.issues.tasks]]\nid = \"1.1\"\ntext = \"T\"\ncheck = { file = { path = \"README.md\" } }\n",
    );
    world.commit("Add the plan");
    world
}

#[test]
fn each_command_says_what_is_wrong_and_what_to_do() {
    let world = world();
    world.write("words.toml", "schema = 1\njust words\n").write("binary.toml", b"\xff\xfe");
    for (arguments, code, wanted) in [
        ("status --task 9.9", 2, &["the plan has no task `9.9`", "`trueup status` lists"][..]),
        ("status --phase 9", 2, &["no phase `9`", "help:"]),
        ("next --issue x", 2, &["no issue `x`", "help:"]),
        ("explain 9.9", 2, &["no task or issue `9.9`", "help:"]),
        ("history 9.9", 2, &["no task or issue `9.9`", "help:"]),
        ("attest 9.9", 2, &["no task `9.9`", "help:"]),
        ("today --pin 9.9", 2, &["no task `9.9`", "help:"]),
        ("today --unpin 9.9", 2, &["`9.9` is not pinned", "help:"]),
        ("checks filee", 2, &["no kind of check `filee`", "did you mean `file`?"]),
        ("status --at nope", 2, &["no revision `nope`", "`git branch --all`"]),
        ("status --compare nope", 2, &["no revision `nope`", "help:"]),
        ("history --branch nope", 2, &["no revision `nope`", "help:"]),
        ("history --since nope", 2, &["no revision `nope`", "a date is written 2026-11-02"]),
        ("history --until 2026-13-40", 2, &["2026-13-40 is no day of the calendar", "a date is written"]),
        ("standup --since 2026-02-30", 2, &["2026-02-30 is no day of the calendar", "a date is written"]),
        ("status --now yesterday", 2, &["--now", "it is no moment; write it as 2026-11-02T09:00:00Z"]),
        ("attest 1.1 --until soon", 2, &["--until", "no day of the calendar; write it as 2027-01-31"]),
        ("status --tz Mars", 2, &["--tz", "no time zone `Mars`", "Europe/Berlin"]),
        ("status --format slack", 2, &["status does not print `slack`", "human, json"]),
        ("next --format markdown", 2, &["next does not print `markdown`", "human, json"]),
        ("inspect nowhere", 3, &["cannot read nowhere", "a file on disk"]),
        ("inspect .", 3, &["cannot read .", "a file on disk"]),
        ("inspect README.md", 2, &["from its name what README.md is", "--as dockerfile"]),
        ("inspect README.md --as dockerignore --paths nowhere", 3, &["cannot read nowhere", "a path a line"]),
        ("history --svg nowhere/x.svg", 3, &["cannot write nowhere/x.svg", "is nowhere a folder"]),
        ("lint --plan nowhere.toml", 2, &["cannot read nowhere.toml", "`trueup init` starts one"]),
        ("lint --plan words.toml", 2, &["words.toml:2:", "write `name = \"…\"`"]),
        ("lint --plan binary.toml", 2, &["binary.toml:1:1", "save the file as UTF-8"]),
        ("status --claims nowhere.md", 2, &["cannot read nowhere.md", "`--claims` names"]),
        ("sync --dry-run", 2, &["the plan names no team of Linear", "add `[linear]`"]),
        ("init", 2, &["plan.toml is already there", "--plan FILE"]),
        ("demo --dir .", 2, &["is not empty", "name a folder"]),
    ] {
        let run = world.trueup(&arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(run.code, code, "{arguments}: {}{}", run.err, run.out);
        assert_eq!(run.out, "", "{arguments}");
        for wanted in wanted {
            assert!(run.err.contains(wanted), "{arguments}: no `{wanted}` in\n{}", run.err);
        }
        // No name of a file that was there for a moment only, no Rust.
        assert!(!run.err.contains(".trueup-") && !run.err.contains("Err("), "{arguments}: {}", run.err);
    }
}

#[test]
fn settings_that_are_wrong_are_told_with_their_place() {
    let world = world();
    let folder = world.path().join("home/trueup");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "time_zone = \"Mars\"\ncolour = \"auto\"\n").unwrap();
    for arguments in [&["status"][..], &["config"], &["lint"]] {
        let run = world.trueup(arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        for wanted in ["no time zone `Mars`", "config.toml:1:13", "config.toml:2:1", "did you mean `color`?"] {
            assert!(run.err.contains(wanted), "{wanted}: {}", run.err);
        }
    }
    // What prints the command line itself needs none.
    world.ok(&["completions", "bash"]);
}
