//! What the image of a Dockerfile is: what instructions see, what a RUN runs and where that stands, who it runs as;
//! and that no bytes make any of it panic, hang or point outside its files.

use trueup::checks::{Reason, Verdict};
use trueup::repo::RepoPath;
use trueup::semantics::files::{Files, Parses};
use trueup::semantics::image::{
    Accounts, Given, Owners, Target, Timeline, Trouble, User, Walk, absolute, covers, effective_user, presence, targets,
};

use crate::checks::judge;
use crate::memory::Memory;
use crate::mutation::{mutations, mutations_of};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

/// Each command of each RUN of the last stage's chain: `path:lines|argument|argument`, `?` before one that is not
/// sure, `-` for an argument without a known value.
fn commands(tree: &Memory) -> Vec<String> {
    let parses = Parses::default();
    let files = Files::new(tree, &parses);
    let walk = Walk::of(&files, &path("Dockerfile"), Given::default()).unwrap();
    let image = walk.image(None).unwrap();
    let mut lines = Vec::new();
    for step in &image.steps {
        let run = walk.run(&files, step);
        for ran in run.commands {
            let range = ran.place().lines();
            let words: Vec<&str> = ran.command.argv.iter().map(|arg| arg.text.as_deref().unwrap_or("-")).collect();
            let doubt = if ran.doubt().is_some() { "?" } else { "" };
            lines.push(format!(
                "{doubt}{}:{}-{}|{}",
                ran.file.path.shown().raw(),
                range.line,
                range.end_line,
                words.join("|")
            ));
        }
        for hidden in run.hidden {
            lines.push(format!(
                "!{}:{} {}",
                hidden.place.file.path.shown().raw(),
                hidden.place.lines().line,
                hidden.what
            ));
        }
    }
    lines
}

fn of(dockerfile: &str) -> Vec<String> {
    commands(&Memory::with(&[("Dockerfile", dockerfile)]))
}

#[test]
fn commands_stand_where_they_are_written() {
    let plain = "FROM a\nRUN one \\\n  # a comment\n  && two x \\\n\n  && three\n";
    assert_eq!(of(plain), ["Dockerfile:2-2|one", "Dockerfile:4-4|two|x", "Dockerfile:6-6|three"]);
    let heredoc = "FROM a\nRUN <<-EOF\n\tone\n\n\t\ttwo x\nEOF\nRUN last";
    assert_eq!(of(heredoc), ["Dockerfile:3-3|one", "Dockerfile:5-5|two|x", "Dockerfile:7-7|last"]);
    let fed = "FROM a\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN bash <<'EOF'\none\ntwo\nEOF";
    let found = of(fed);
    assert!(found.contains(&"Dockerfile:4-4|one".to_owned()), "{found:?}");
    assert!(found.contains(&"Dockerfile:5-5|two".to_owned()), "{found:?}");
    let exec = "FROM a\nRUN [\"one\", \\\n  \"$X\", \\\n  \"it's\"]";
    assert_eq!(of(exec), ["Dockerfile:2-4|one|$X|it's"]);
    let crlf = "FROM a\r\nRUN one && \\\r\n  two\r\nRUN three\r\n";
    assert_eq!(of(crlf), ["Dockerfile:2-2|one", "Dockerfile:3-3|two", "Dockerfile:4-4|three"]);
}

#[test]
fn what_a_test_lets_run_has_run_when_the_image_is_there() {
    let found = of("FROM a\nRUN [ -f x ] && one\nRUN [ -f x ] && two; three");
    assert!(found.contains(&"Dockerfile:2-2|one".to_owned()), "{found:?}");
    assert!(found.contains(&"?Dockerfile:3-3|two".to_owned()), "{found:?}");
}

#[test]
fn scripts_are_followed_with_their_own_places() {
    let tree = Memory::with(&[
        ("Dockerfile", "FROM a\nWORKDIR /w\nCOPY s/ ./\nRUN if [ -f x ]; then X=7 ./a.sh one; fi"),
        ("s/a.sh", "#!/bin/sh\nfirst \"$1\" $X\nsh ./b.sh\n"),
        ("s/b.sh", "second $1\n"),
    ]);
    let found = commands(&tree);
    assert!(found.contains(&"?s/a.sh:2-2|first|one|7".to_owned()), "{found:?}");
    assert!(
        found.contains(&"?s/b.sh:1-1|second".to_owned()) || found.contains(&"?s/b.sh:1-1|second|-".to_owned()),
        "{found:?}"
    );
    // A script that starts itself ends at a bound.
    let tree = Memory::with(&[("Dockerfile", "FROM a\nCOPY a.sh /\nRUN sh /a.sh"), ("a.sh", "sh /a.sh\nsh /a.sh\n")]);
    let found = commands(&tree);
    assert!(found.iter().any(|line| line.contains("over the bound")), "{found:?}");
}

#[test]
fn instructions_see_what_stands_before_them() {
    let dockerfile = "ARG G=global\nARG H=hidden\nFROM a AS base\nARG G\nARG L=local\nENV A=1 B=$A C=${G}-$L\nENV A=2\n\
                      WORKDIR /srv\nWORKDIR app/../x\nARG A=late\nFROM base\nENV D=$A$L$H\nONBUILD ENV E=1\nUSER u";
    let tree = Memory::with(&[("Dockerfile", dockerfile)]);
    let parses = Parses::default();
    let files = Files::new(&tree, &parses);
    let given = Given { args: vec![("G".into(), "given".into())], context: None };
    let walk = Walk::of(&files, &path("Dockerfile"), given).unwrap();
    let image = walk.image(None).unwrap();
    let last = image.steps.last().unwrap();
    let env = last.before.env();
    let value = |name: &str| env.get(name).map(String::as_str);
    // ENV goes before ARG, wherever the ARG stands; values of one ENV see the environment before it, where A has
    // no value yet.
    assert_eq!((value("A"), value("B"), value("C")), (Some("2"), None, Some("given-local")));
    assert_eq!(value("L"), Some("local"));
    // A global ARG that the stage does not declare has no value in it.
    assert_eq!((value("H"), value("D"), value("E")), (None, None, None));
    assert_eq!(last.before.workdir.path.as_deref(), Some("/srv/x"));
    assert_eq!(image.end.runtime_env().keys().map(String::as_str).collect::<Vec<_>>(), ["A", "C"]);
}

#[test]
fn a_service_gets_the_user_of_its_target_and_arguments() {
    let dockerfile = "FROM a AS base\nARG WHO=root\nUSER $WHO:$GROUP\nFROM base AS Dev\nFROM b AS prod\nUSER 0";
    let tree = Memory::with(&[("Dockerfile", dockerfile), ("Broken", "FROM a\nUSR x\n"), ("Empty", "")]);
    let parses = Parses::default();
    let files = Files::new(&tree, &parses);
    let user = |target: Option<&str>, args: &[(&str, &str)]| {
        let args: Vec<(String, String)> = args.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        effective_user(&files, &path("Dockerfile"), target, &args).unwrap()
    };
    assert_eq!(user(None, &[]).user, User::Root);
    assert_eq!(user(Some("dev"), &[]).user, User::Root);
    assert_eq!(user(Some("dev"), &[("WHO", "app")]).user, User::Other("app".into()));
    assert_eq!(user(Some("0"), &[("WHO", "1000")]).place.lines().line, 3);
    let trouble = |name: &str, target| effective_user(&files, &path(name), target, &[]).unwrap_err();
    assert!(matches!(trouble("Dockerfile", Some("nope")), Trouble::NoTarget(name) if name == "nope"));
    assert!(matches!(trouble("Broken", None), Trouble::Broken(place, _) if place.lines().line == 2));
    assert!(matches!(trouble("Empty", None), Trouble::NoStage));
    assert!(matches!(trouble("Missing", None), Trouble::Absent));
}

#[test]
fn paths_are_cleaned_and_cover_by_name() {
    assert_eq!(absolute(Some("/a/b"), "../c/./d//"), Some("/a/c/d".into()));
    assert_eq!(absolute(None, "/../.."), Some("/".into()));
    assert_eq!(absolute(None, "a"), None);
    assert!(covers("/", "/x") && covers("/a", "/a") && covers("/a", "/a/b"));
    assert!(!covers("/a", "/ab") && !covers("/a/b", "/a"));
}

/// Asks everything that can be asked of a Dockerfile, and looks whether each finding stands inside its file.
fn ask_everything(bytes: &[u8]) {
    let files = "files = \"Dockerfile\"";
    ask(
        bytes,
        &[
            format!("final_user = {{ {files} }}"),
            format!("account = {{ {files}, user = \"app\", uid = 1000, gid = 1000 }}"),
            format!("package = {{ {files}, name = \"curl\" }}"),
            format!("owner = {{ {files}, user = \"app\", paths = [\"/app\", \"/tmp\"] }}"),
            format!("copy_owner = {{ {files}, user = \"app\" }}"),
            format!("healthcheck = {{ {files}, scheme = \"http\" }}"),
        ],
    );
}

fn ask(bytes: &[u8], checks: &[String]) {
    let mut tree = Memory::default();
    tree.add("Dockerfile", bytes);
    tree.add("setup.sh", b"#!/bin/sh\nuseradd -u 1000 \"$1\"\n");
    let lines = bytes.iter().filter(|b| **b == b'\n').count() as u32 + 1;
    for check in checks {
        let outcome = judge(&format!("check = {{ {check} }}"), &tree);
        match outcome.verdict() {
            Verdict::Holds => assert!(outcome.evidence().next().is_some()),
            Verdict::Fails | Verdict::Unknown(_) => {}
        }
        for finding in outcome.evidence() {
            let (Some(found), Some(range)) = (&finding.path, finding.lines) else { continue };
            if found.raw() == "Dockerfile" {
                assert!(range.line >= 1 && range.end_line <= lines, "{range:?} of {lines}: {finding:?}");
            }
        }
    }
}

#[test]
fn no_bytes_make_it_panic_or_point_outside() {
    mutations("dockerfile", 6, ask_everything);
    let own: Vec<Vec<u8>> = [
        "FROM a AS b\nRUN groupadd -g 1000 app && useradd -u 1000 -g app app\nFROM b\nWORKDIR /app\nCOPY --chown=app . .\n\
         RUN chown -R app:app /app /tmp; apt-get install -y curl\nHEALTHCHECK CMD curl -f http://x || exit 1\nUSER app\n",
        "FROM a\nCOPY setup.sh /\nRUN sh /setup.sh app\nRUN <<EOF\nset -e\nadduser -D -u 1000 app\nEOF\n\
         RUN --mount=type=bind,target=/x find / -exec chown app {} +\nONBUILD RUN x\n",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    mutations_of(&own, 60, ask_everything);
}

/// Counted work bounds what a file can cost: each of these would take for ever without.
#[test]
fn a_file_made_to_be_slow_is_bounded() {
    let slow = |bytes: &[u8]| {
        let check = "account = { files = \"Dockerfile\", user = \"app\" }";
        ask(bytes, &[check.to_owned()]);
        let mut tree = Memory::default();
        tree.add("Dockerfile", bytes);
        judge(&format!("check = {{ {check} }}"), &tree).verdict()
    };
    let whole = (1..40).map(|stage| format!("FROM scratch\n{}", format!("COPY --from={} / /\n", stage - 1).repeat(9)));
    let bomb = format!("FROM scratch\nRUN x\n{}", whole.collect::<String>());
    assert_eq!(slow(bomb.as_bytes()), Verdict::Unknown(Reason::TooLarge));
    let files =
        (1..40).map(|stage| format!("FROM scratch\n{}", format!("COPY --from={} /a /a\n", stage - 1).repeat(9)));
    let bomb = format!("FROM scratch\nRUN x\n{}RUN sh /a\n", files.collect::<String>());
    assert_eq!(slow(bomb.as_bytes()), Verdict::Unknown(Reason::TooLarge));
    let passwd = (1..40)
        .map(|stage| format!("FROM scratch\n{}", format!("COPY --from={} /etc/passwd /etc/\n", stage - 1).repeat(3)));
    let bomb = format!("FROM scratch\nRUN x\n{}", passwd.collect::<String>());
    assert_eq!(slow(bomb.as_bytes()), Verdict::Unknown(Reason::TooLarge));
    slow(format!("FROM a\n{}", "COPY x /app/\nRUN /app/x\n".repeat(400)).as_bytes());
    slow(format!("FROM a\n{}", "RUN a\n".repeat(20_000)).as_bytes());
    slow(format!("FROM a\nRUN chown -R app /{}\n", "{a,b}".repeat(40)).as_bytes());
}

#[test]
fn a_copy_writes_folders_whole_and_files_alone() {
    let tree = Memory::with(&[
        (
            "Dockerfile",
            "FROM a\nWORKDIR /app\nCOPY src /app/src\nCOPY run.sh /app\nCOPY a.py b.py lib/\nCOPY *.txt /t/",
        ),
        ("src/x.py", ""),
        ("run.sh", ""),
        ("a.py", ""),
        ("b.py", ""),
    ]);
    let parses = Parses::default();
    let files = Files::new(&tree, &parses);
    let walk = Walk::of(&files, &path("Dockerfile"), Given::default()).unwrap();
    let image = walk.image(None).unwrap();
    let timeline = Timeline::of(&image, &files);
    let copies = image.steps.iter().filter_map(|step| step.copy(&walk));
    let found: Vec<String> = copies
        .flat_map(|copy| targets(&walk, &files, &timeline, &copy))
        .map(|Target { path, whole }| format!("{path}{}", if whole { "/**" } else { "" }))
        .collect();
    assert_eq!(found, ["/app/src/**", "/app/run.sh", "/app/lib/a.py", "/app/lib/b.py", "/t/**"]);
    let accounts = Accounts::of(&image, &timeline, &files);
    let owners = Owners { timeline: &timeline, accounts: &accounts, user: "app" };
    assert!(matches!(
        owners.of(&Target { path: "/app".into(), whole: false }, None),
        trueup::semantics::image::Handed::No(..)
    ));
    assert!(matches!(presence(&timeline, "curl"), trueup::semantics::image::Presence::Never));
}
