//! What the commands print and how they end.

use crate::world::World;

const PLAN: &str = r#"
schema = 1
[plan]
uid = "00000000-0000-4000-8000-000000000001"
title = "A plan"
claims = "PLAN.md"
[[phases]]
id = "1"
title = "Only"
[[phases.issues]]
id = "1"
title = "One"
linear = "ABC-7"
[[phases.issues.tasks]]
id = "1.1"
text = "Say hello"
check = { text = { files = "README.md", contains = "hello" } }
[[phases.issues.tasks]]
id = "1.2"
text = "Have a licence"
check = { file = { path = "LICENSE" } }
[[phases.issues.tasks]]
id = "1.3"
text = "Somebody likes it"
check = { attest = { covers = "README.md", by = "reviewer" } }
"#;

const CLAIMS: &str = "# A plan\n\n## Phase 1: Only\n\n### Issue 1: One\n\n- [x] Say hello\n- [x] Have a licence\n- [ ] Somebody likes it\n- [~] Half done\n- [x] Something else\n";

fn world() -> World {
    let world = World::new();
    world.write("plan.toml", PLAN).write("PLAN.md", CLAIMS).write("README.md", "one\nhello\n");
    world.commit("Begin");
    world
}

#[test]
fn status_is_the_documented_json() {
    let world = world();
    let document = world.ok(&["status", "--format", "json"]).json();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["plan"]["uid"], "00000000-0000-4000-8000-000000000001");
    assert_eq!(document["at"]["kind"], "worktree");
    assert_eq!(document["at"]["dirty"], false);
    assert_eq!(document["at"]["rev"].as_str().unwrap().len(), 40);
    assert_eq!(document["totals"]["holds"], 1);
    assert_eq!(document["totals"]["fails"], 1);
    assert_eq!(document["totals"]["unknown"], 1);
    assert_eq!(document["phases"][0]["total"], 3);
    assert_eq!(document["issues"][0]["linear"], "ABC-7");
    assert_eq!(document["issues"][0]["claimed"], 2);
    let task = &document["tasks"][0];
    assert_eq!(task["issue"], "1");
    assert_eq!(task["phase"], "1");
    assert_eq!(task["claimed"], true);
    assert_eq!(task["claimed_by"][0]["source"], "markdown");
    assert_eq!(task["claimed_by"][0]["where"], "PLAN.md:7");
    let finding = &task["findings"][0];
    assert_eq!(finding["level"], "proof");
    assert_eq!(finding["path"], "README.md");
    assert_eq!(finding["line"], 2);
    assert_eq!(finding["end_line"], 2);
    assert_eq!(finding["excerpt"], "hello");
    assert_eq!(document["tasks"][1]["verdict"], "fails");
    assert_eq!(document["tasks"][2]["verdict"], "unknown");
    assert_eq!(document["tasks"][2]["reason"], "needs_person");
    assert_eq!(document["tasks"][2]["claimed"], false);
    let unmatched: Vec<_> =
        document["claims"]["unmatched"].as_array().unwrap().iter().map(|b| b["line"].clone()).collect();
    assert_eq!(unmatched, [10, 11]);
}

#[test]
fn the_exit_code_says_whether_all_hold() {
    let world = world();
    assert_eq!(world.trueup(&["status"]).code, 0);
    assert_eq!(world.trueup(&["status", "--exit-code"]).code, 1);
    assert_eq!(world.trueup(&["status", "--exit-code", "--task", "1.1"]).code, 0);
    assert_eq!(world.trueup(&["status", "--task", "1.9"]).code, 2);
}

#[test]
fn the_places_are_told_apart() {
    let world = world();
    world.write("LICENSE", "MIT");
    let verdict = |arguments: &[&str]| world.ok(arguments).verdicts()["1.2"].clone();
    assert_eq!(verdict(&["status", "--format", "json"]), "holds");
    assert_eq!(verdict(&["status", "--format", "json", "--staged"]), "fails");
    assert_eq!(verdict(&["status", "--format", "json", "--at", "HEAD"]), "fails");
    world.git(&["add", "LICENSE"]);
    assert_eq!(verdict(&["status", "--format", "json", "--staged"]), "holds");
    let document = world.ok(&["status", "--format", "json", "--compare", "main"]).json();
    assert_eq!(document["compare"]["flips"][0]["id"], "1.2");
    assert_eq!(document["compare"]["flips"][0]["from"], "fails");
    assert_eq!(document["compare"]["flips"][0]["to"], "holds");
    assert_eq!(document["at"]["dirty"], true);
    // Judged anew, then as it was kept, then clean again.
    let dirty = || world.ok(&["status", "--format", "json"]).json()["at"]["dirty"].clone();
    assert_eq!((dirty(), dirty()), (true.into(), true.into()));
    world.git(&["commit", "-q", "-m", "licence"]);
    assert_eq!((dirty(), dirty()), (false.into(), false.into()));
}

#[test]
fn a_path_that_no_check_reads_makes_nothing_dirty() {
    let world = world();
    world.write("other.txt", "x");
    assert_eq!(world.ok(&["status", "--format", "json"]).json()["at"]["dirty"], false);
}

#[test]
fn errors_are_one_json_document_with_kind_and_help() {
    let world = world();
    for (arguments, kind, code) in [
        (&["status", "--at", "nowhere"][..], "usage", 2),
        (&["status", "--task", "9.9"], "usage", 2),
        (&["status", "--plan", "missing.toml"], "plan", 2),
        (&["status", "--no-such-option"], "usage", 2),
        (&["explain"], "usage", 2),
        (&["checks", "no_such_kind"], "usage", 2),
        (&["inspect", "missing"], "io", 3),
        (&["init"], "usage", 2),
    ] {
        let run = world.trueup(&[arguments, &["--format", "json"]].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
        let error = &run.json()["error"];
        assert_eq!(error["kind"], kind, "{arguments:?}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
        // The same in words, on the other stream, and nothing on this one.
        let run = world.trueup(arguments);
        assert_eq!(run.code, code);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(run.err.contains("error"), "{}", run.err);
    }
}

#[test]
fn a_plan_with_mistakes_lists_them_all() {
    let world = world();
    let broken = PLAN.replace("contains =", "contians =").replace("path = \"LICENSE\"", "path = \"../LICENSE\"");
    world.write("plan.toml", broken);
    let run = world.trueup(&["lint"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("contians") && run.err.contains("did you mean `contains`?"), "{}", run.err);
    assert!(run.err.contains("../LICENSE"), "{}", run.err);
    let document = world.trueup(&["status", "--format", "json"]).json();
    assert!(document["error"]["mistakes"].as_array().unwrap().len() >= 2, "{document}");
    assert!(document["error"]["line"].as_u64().unwrap() > 1);
}

#[test]
fn leftovers_of_the_claims_are_those_of_the_tasks_shown() {
    let world = world();
    let shared = "[[checklist]]\nid = \"T.1\"\ntext = \"Shared\"\ncheck = { file = { path = \"README.md\" } }\n";
    world.write("plan.toml", format!("{PLAN}{shared}"));
    let leftovers = |arguments: &[&str]| world.ok(arguments).out.contains("Tasks without a box: T.1");
    let without_box = world.ok(&["status", "--format", "json"]).json()["claims"]["without_box"].clone();
    assert_eq!(without_box, serde_json::json!(["T.1"]));
    assert!(leftovers(&["status"]));
    assert!(!leftovers(&["status", "--phase", "1"]));
    assert!(!leftovers(&["status", "--quiet"]));
}

#[test]
fn outside_any_repository_the_way_out_is_said() {
    let world = world();
    let home = world.path().join("home");
    let mut command = world.trueup_command(&["status"]);
    let output = command.current_dir(&home).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("repository") && text.contains("help:"), "{text}");
}

#[test]
fn explain_shows_the_source_and_the_help() {
    let world = world();
    let run = world.ok(&["explain", "1.1", "1.2"]);
    assert!(run.out.contains("README.md:2") && run.out.contains("hello"), "{}", run.out);
    assert!(run.out.contains("claimed, not true") && run.out.contains("help"), "{}", run.out);
    let document = world.ok(&["explain", "ABC-7", "--format", "json"]).json();
    assert_eq!(document["tasks"].as_array().unwrap().len(), 3);
}

#[test]
fn init_writes_a_plan_that_works_and_never_over_one() {
    let world = World::new();
    world.commit("Begin");
    for template in ["small", "docker-security"] {
        let run = world.ok(&["init", "--template", template]);
        assert!(run.out.contains("wrote plan.toml"), "{}", run.out);
        world.ok(&["lint"]);
        world.ok(&["status"]);
        assert_eq!(world.trueup(&["init"]).code, 2);
        world.remove("plan.toml");
    }
    let uid = |world: &World| world.ok(&["init", "--format", "json"]).json()["uid"].as_str().unwrap().to_owned();
    let first = uid(&world);
    world.remove("plan.toml");
    assert_ne!(first, uid(&world));
}

#[test]
fn one_thread_and_many_print_the_same_bytes() {
    let world = world();
    let run = |threads: &str| {
        let mut command = world.trueup_command(&["status", "--format", "json", "-v"]);
        command.env("RAYON_NUM_THREADS", threads).output().unwrap().stdout
    };
    let one = run("1");
    assert!(!one.is_empty());
    for threads in ["2", "8"] {
        assert_eq!(one, run(threads));
    }
}

/// Escapes, an OSC command, a C1 control and bidirectional overrides.
const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}desrever\u{2066}\u{200b}";

#[test]
fn a_hostile_text_reaches_no_terminal_raw() {
    let world = World::new();
    let escaped = HOSTILE.chars().map(|c| format!("\\U{:08X}", c as u32)).collect::<String>();
    let plan = PLAN
        .replace("Say hello", &format!("Say hello{escaped}"))
        .replace("title = \"A plan\"", &format!("title = \"A plan{escaped}\""))
        .replace("README.md\", contains", "*.md\", contains");
    world.write("plan.toml", plan);
    world.write("PLAN.md", CLAIMS.replace("Something else", HOSTILE));
    world.write("README.md", format!("hello {HOSTILE}\n"));
    world.write("Dockerfile", format!("FROM a\nRUN echo {HOSTILE}\n"));
    world.write("run.sh", format!("echo {HOSTILE}\n"));
    world.write("compose.yml", format!("services:\n  \"x{}\":\n    image: \"{0}\"\n", "\\u001b[31m"));
    world.write(&format!("{HOSTILE}.md"), "x");
    world.write(".dockerignore", format!("{HOSTILE}\n"));
    world.commit(HOSTILE);
    let hostile = |c: char| matches!(c, '\u{7}' | '\u{9b}' | '\u{202e}' | '\u{2066}' | '\u{200b}');
    for arguments in [
        &["status"][..],
        &["status", "-v"],
        &["status", "--color", "always"],
        &["status", "--format", "json"],
        &["explain", "1"],
        &["inspect", "Dockerfile"],
        &["inspect", "run.sh"],
        &["inspect", "compose.yml"],
        &["inspect", ".dockerignore", "--path", HOSTILE],
        &["status", "--at", HOSTILE],
        &["status", "--task", HOSTILE],
        &["lint", "--plan", HOSTILE],
        &["standup"],
        &["standup", "--format", "markdown"],
        &["standup", "--format", "slack"],
        &["standup", "--format", "json"],
        &["standup", "--since", HOSTILE],
        &["today"],
        &["today", "--format", "markdown"],
        &["today", "--pin", HOSTILE],
        &["next"],
        &["next", "--format", "json"],
    ] {
        let run = world.trueup(arguments);
        for text in [&run.out, &run.err] {
            assert!(!text.contains(hostile), "{arguments:?}: {text:?}");
            assert!(!text.contains("\u{1b}]") && !text.contains("\u{1b}[31mred"), "{arguments:?}: {text:?}");
        }
        assert!(!run.out.is_empty() || !run.err.is_empty());
    }
}

const SECRET: &str = "hunter2marker";

#[test]
fn a_secret_appears_in_no_output() {
    let world = World::new();
    let plan = PLAN.replace(
        "check = { text = { files = \"README.md\", contains = \"hello\" } }",
        "check = { text = { files = [\"Dockerfile\", \"compose.yml\", \"run.sh\", \".env\"], matches = \"(?i)(password|token|secret)\" } }",
    );
    world.write("plan.toml", plan).write("PLAN.md", CLAIMS).write("README.md", "hello\n");
    world.write(
        "Dockerfile",
        format!(
            "FROM a\nENV DB_PASSWORD={SECRET} OTHER=1\nENV API_TOKEN \"{SECRET}\"\nARG SECRET_KEY='{SECRET}'\n\
         LABEL token=\"{SECRET}\"\nRUN curl -u admin:{SECRET} https://admin:{SECRET}@example.com/\n\
         RUN deploy --password {SECRET} --token={SECRET}\nRUN export PASSWORD={SECRET} && x\n\
         RUN <<EOF\nexport API_SECRET={SECRET}\nEOF\n"
        ),
    );
    world.write("compose.yml", format!(
        "services:\n  db:\n    image: a\n    environment:\n      POSTGRES_PASSWORD: {SECRET}\n      URL: postgres://u:{SECRET}@db/x\n  \
         web:\n    image: b\n    command: [\"x\", \"--password\", \"{SECRET}\"]\n    environment:\n      - API_TOKEN={SECRET}\n      - \"SECRET_KEY={SECRET}\"\n"
    ));
    world.write(
        "run.sh",
        format!(
            "#!/bin/sh\nPASSWORD={SECRET}\nexport TOKEN=\"{SECRET}\"\nlogin --password \"$PASSWORD\" --token {SECRET}\n\
         API_KEY={SECRET} run\ncurl -u me:{SECRET} https://me:{SECRET}@example.com/\n"
        ),
    );
    world.write(".env", format!("PASSWORD={SECRET}\n"));
    world.git(&["add", "-f", "-A"]);
    world.git(&["commit", "-q", "-m", "x"]);
    for arguments in [
        &["status", "-v"][..],
        &["status", "--format", "json"],
        &["explain", "1"],
        &["inspect", "Dockerfile"],
        &["inspect", "run.sh"],
        &["inspect", "compose.yml"],
        &["standup", "--format", "markdown"],
        &["standup", "--format", "json"],
        &["today"],
        &["next", "--count", "9"],
        &["next", "--format", "json"],
    ] {
        let run = world.ok(arguments);
        assert!(!run.out.contains(SECRET), "{arguments:?}: {}", run.out);
        assert!(!run.err.contains(SECRET), "{arguments:?}: {}", run.err);
        assert!(
            run.out.contains("***") || !matches!(arguments[0], "explain" | "inspect"),
            "{arguments:?} masks nothing: {}",
            run.out
        );
    }
}

/// Every check of the eleven issues on files that each hold the secret, in the spellings of their kind.
#[test]
fn a_secret_in_each_file_of_the_docker_plan_appears_in_no_output() {
    let world = World::empty();
    world.ok(&["demo", "--dir", ".", "--now", "2026-03-02T09:00:00Z"]);
    let append = |path: &str, text: String| {
        let before = world.read(path);
        world.write(path, before + &text);
    };
    for file in ["prod", "dev", "test", "migrations", "nginx", "certbot"] {
        append(
            &format!("Dockerfile.{file}"),
            format!(
                "\nENV DB_PASSWORD={SECRET} API_TOKEN=\"{SECRET} x\"\nARG SECRET_KEY={SECRET}\n\
                 RUN export MY_SECRET={SECRET} && curl -u a:{SECRET} https://user:{SECRET}@host/ && x --password={SECRET}\n\
                 HEALTHCHECK CMD API_KEY={SECRET} curl https://user:{SECRET}@host/ || true\n\
                 COPY --chown=root:root TOKEN={SECRET} /app\n"
            ),
        );
    }
    let compose = world.read("docker-compose.prod.yml");
    assert!(compose.contains("    environment:\n"), "{compose}");
    let compose = compose.replacen(
        "    environment:\n",
        &format!("    environment:\n      SECOND_SECRET: {SECRET}\n      THIRD_TOKEN: ${{THIRD_TOKEN:-{SECRET}}}\n"),
        1,
    );
    world.write("docker-compose.prod.yml", compose);
    append(
        "certbot-entrypoint.sh",
        format!(
            "\nexport DB_PASSWORD={SECRET}\nSECRET_TOKEN='{SECRET}' certbot renew --key {SECRET}\nset -x # token={SECRET}\n"
        ),
    );
    append(".env.example", format!("DATABASE_PASSWORD={SECRET}\n"));
    append(".dockerignore", format!("!PASSWORD={SECRET}\n"));
    append("README.md", format!("PASSWORD={SECRET} docker-compose.prod.yml\n"));
    append("PLAN.md", format!("\n- [x] Set PASSWORD={SECRET}\n- [~] Set API_TOKEN={SECRET}\n"));
    world.commit(&format!("Use TOKEN={SECRET}"));
    for arguments in [
        &["status", "-v"][..],
        &["status", "--format", "json"],
        &["status", "--compare", "HEAD~1"],
        &["explain", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "T.1", "T.6", "T.8", "N.1"],
        &["explain", "1", "3", "9", "11", "T.1", "N.1", "--format", "json"],
        &["inspect", "Dockerfile.prod"],
        &["inspect", "docker-compose.prod.yml"],
        &["inspect", "certbot-entrypoint.sh"],
        &["inspect", ".dockerignore"],
    ] {
        let run = world.trueup(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        for text in [&run.out, &run.err] {
            let at = text.lines().find(|line| line.contains(SECRET));
            assert_eq!(at, None, "{arguments:?}");
        }
    }
}

#[test]
fn inspect_follows_a_compose_file_inside_its_repository() {
    let world = World::new();
    world.write("a/c.yml", "services: {web: {extends: {file: ../b.yml, service: x}}}\nvolumes:\n");
    let document = world.ok(&["inspect", "a/c.yml"]).json();
    assert_eq!(document["kind"], "compose");
    assert_eq!(document["errors"][0]["line"], 1);
    world.write("b.yml", "services: {x: {image: y}}");
    let document = world.ok(&["inspect", "a/c.yml"]).json();
    assert_eq!((&document["services"]["web"]["image"], &document["errors"]), (&"y".into(), &serde_json::json!([])));
    let mut command = world.trueup_command(&["inspect", "c.yml"]);
    let output = command.current_dir(world.repo().join("a")).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"image\": \"y\""));
}

#[test]
fn a_root_that_is_not_there_proves_nothing() {
    let world = world();
    let check = "check = { file = { path = \".env\", absent = true } }";
    let plan = PLAN
        .replace("claims = ", "root = \"nosuch\"\nclaims = ")
        .replace("check = { file = { path = \"LICENSE\" } }", check);
    world.write("plan.toml", &plan);
    for arguments in [&["status"][..], &["status", "--at", "HEAD"], &["status", "--staged"]] {
        let run = world.trueup(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains("root `nosuch` is no folder") && run.err.contains("help:"), "{}", run.err);
    }
    world.write("nosuch/x", "x");
    assert_eq!(world.ok(&["status", "--format", "json"]).verdicts()["1.2"], "holds");
}

#[test]
fn a_secret_in_the_plans_own_words_is_masked() {
    let world = world();
    let plan = PLAN
        .replace("Say hello", &format!("Set DB_PASSWORD={SECRET}"))
        .replace("\"One\"", &format!("\"token: {SECRET}\""));
    world.write("plan.toml", plan);
    for arguments in [&["status"][..], &["status", "-v"], &["status", "--format", "json"], &["explain", "1"]] {
        let run = world.ok(arguments);
        assert!(!run.out.contains(SECRET) && run.out.contains("***"), "{arguments:?}: {}", run.out);
    }
}

#[test]
fn completions_and_manual_name_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(world.ok(&["completions", shell]).out.contains("explain"));
    }
    let manual = world.ok(&["man"]).out;
    for command in ["STATUS", "EXPLAIN", "ATTEST", "CHECKS", "INSPECT", "LINT", "INIT", "DEMO", "COMPLETIONS"] {
        assert!(manual.contains(&format!("TRUEUP {command}")), "{command}");
    }
    assert!(!manual.contains("trueup\\-status(1)"), "it names a page that is not there");
    assert!(manual.contains("Exit codes"), "{manual}");
}
