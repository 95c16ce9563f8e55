//! A sync with somebody before the terminal: a question, an interrupt, a way out in its midst.

use trueup::twin::{Fault, Gate, Twin, When, Workspace};

use crate::terminal::Terminal;

/// A repository with a plan of two issues, and an empty workspace of the stand-in.
struct Synced {
    folder: tempfile::TempDir,
    twin: Twin,
}

impl Synced {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = "schema = 1\n[plan]\nuid = \"pty\"\ntitle = \"Small\"\n[linear]\nteam = \"STAB\"\n\
                    [[phases]]\nid = \"1\"\ntitle = \"First\"\n"
            .to_owned();
        let issue = |id: &str| {
            format!(
                "[[phases.issues]]\nid = \"{id}\"\ntitle = \"Do {id}\"\n[[phases.issues.tasks]]\nid = \"{id}.1\"\n\
                 text = \"Write {id}\"\ncheck = {{ file = {{ path = \"{id}\" }} }}\n"
            )
        };
        std::fs::write(folder.path().join("plan.toml"), format!("{plan}{}{}", issue("a"), issue("b"))).unwrap();
        let person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
        for arguments in [&["init", "-q", "-b", "main"][..], &["add", "plan.toml"], &["commit", "-q", "-m", "Plan"]] {
            let mut git = std::process::Command::new("git");
            git.args(person).args(arguments).current_dir(folder.path()).env("HOME", folder.path());
            assert!(git.env("GIT_CONFIG_NOSYSTEM", "1").status().unwrap().success());
        }
        let mut workspace = Workspace::default();
        workspace.add_team("STAB", "StatsboardBack");
        Self { folder, twin: Twin::start(workspace).unwrap() }
    }

    fn start(&self, arguments: &[&str]) -> Terminal {
        let environment = [("LINEAR_API_URL", self.twin.url()), ("LINEAR_API_KEY", self.twin.key())];
        Terminal::start_with(arguments, self.folder.path(), (100, 30), &environment)
    }

    fn titles(&self) -> Vec<String> {
        self.twin.with(|linear| linear.issues.iter().map(|issue| issue.title.clone()).collect())
    }

    fn plan(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("plan.toml")).unwrap()
    }

    /// Goes on from whatever state, and wants both issues once.
    fn goes_on(&self) {
        for last in [false, true] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trueup"));
            command.args(["sync", "--yes"]).current_dir(self.folder.path()).env_clear();
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.folder.path());
            command.env("LINEAR_API_URL", self.twin.url()).env("LINEAR_API_KEY", self.twin.key());
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(!last || String::from_utf8_lossy(&output.stdout).contains("nothing to do"));
        }
        let mut titles = self.titles();
        titles.sort();
        assert_eq!(titles, ["Do a", "Do b"]);
        assert_eq!(self.plan().matches("linear_id = ").count(), 2);
    }
}

#[test]
fn a_sync_asks_and_takes_nothing_but_a_yes_for_one() {
    for (answer, yes) in [
        ("n\r", false),
        ("\r", false),
        ("no\r", false),
        ("yeah\r", false),
        ("\u{4}", false),
        ("y\r", true),
        ("YES\r", true),
    ] {
        let synced = Synced::new();
        let mut terminal = synced.start(&["sync"]);
        terminal.wait_for_text("Proceed? [y/N]");
        assert!(terminal.contents().contains("+ create issue a"), "{}", terminal.contents());
        assert_eq!(synced.titles(), Vec::<String>::new());
        terminal.keys(answer);
        terminal.wait_for_text(if yes { "done: 2 of" } else { "nothing was written" });
        assert_eq!(terminal.ended(), if yes { 0 } else { 1 }, "{answer:?}");
        assert_eq!(synced.titles().len(), if yes { 2 } else { 0 }, "{answer:?}");
        assert_eq!(synced.plan().contains("linear_id"), yes, "{answer:?}");
    }
}

#[test]
fn an_interrupt_at_the_question_writes_nothing() {
    let synced = Synced::new();
    let mut terminal = synced.start(&["sync"]);
    terminal.wait_for_text("Proceed? [y/N]");
    terminal.keys("\u{3}");
    assert_ne!(terminal.ended(), 0);
    assert_eq!(synced.titles(), Vec::<String>::new());
    assert!(!synced.plan().contains("linear_id"));
}

#[test]
fn an_interrupt_in_the_midst_of_a_sync_leaves_what_the_next_one_goes_on_from() {
    for fault in [Fault::WaitBefore, Fault::WaitAfter] {
        let synced = Synced::new();
        let gate = Gate::new();
        synced.twin.fault(When::Write(2), fault(gate.clone()));
        let mut terminal = synced.start(&["sync"]);
        terminal.wait_for_text("Proceed? [y/N]");
        terminal.keys("y\r");
        gate.wait_until_reached();
        terminal.wait_for_text("2 of 2 · issue b");
        terminal.keys("\u{3}");
        assert_ne!(terminal.ended(), 0);
        gate.open();
        synced.goes_on();
    }
}

#[test]
fn the_interface_stops_a_sync_after_the_request_at_hand_and_leaves() {
    let synced = Synced::new();
    let gate = Gate::new();
    synced.twin.fault(When::Write(1), Fault::WaitBefore(gate.clone()));
    let mut terminal = synced.start(&[]);
    terminal.wait_for_text("Do a");
    terminal.keys("5");
    terminal.wait_for_text("never asked");
    terminal.keys("r");
    terminal.wait_for_text("+ create issue a");
    terminal.keys("a");
    terminal.wait_for_text("y: yes");
    terminal.keys("y");
    gate.wait_until_reached();
    terminal.keys("1");
    terminal.wait_for_text("syncing 1 of 2 · q stops");
    terminal.keys("q");
    terminal.wait_for_text("stopping the sync after the request at hand");
    gate.open();
    assert_eq!(terminal.ended(), 0);
    // The one at hand was made, and the plan knows it; the other was not begun.
    assert_eq!(synced.titles(), ["Do a"]);
    assert_eq!(synced.plan().matches("linear_id = ").count(), 1);
    synced.goes_on();
}

#[test]
fn a_second_key_and_an_interrupt_leave_a_sync_at_once() {
    for (keys, code) in [("q", 0), ("\u{3}", 130)] {
        let synced = Synced::new();
        let gate = Gate::new();
        synced.twin.fault(When::Write(2), Fault::WaitBefore(gate.clone()));
        let mut terminal = synced.start(&[]);
        terminal.wait_for_text("Do a");
        terminal.keys("5r");
        terminal.wait_for_text("+ create issue a");
        terminal.keys("ay");
        gate.wait_until_reached();
        terminal.keys("q");
        terminal.wait_for_text("q leaves at once");
        terminal.keys(keys);
        assert_eq!(terminal.ended(), code, "{keys:?}");
        gate.open();
        synced.goes_on();
    }
}
