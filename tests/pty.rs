//! The interface in a real terminal. One serial file: each test waits on a condition with a deadline.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A screen that has not come by then does not come.
const DEADLINE: Duration = Duration::from_secs(60);

static SERIAL: Mutex<()> = Mutex::new(());

/// Ends the program when a test fails before it has.
struct Running(Box<dyn Child + Send + Sync>);

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

struct Terminal {
    child: Running,
    master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    _serial: MutexGuard<'static, ()>,
}

impl Terminal {
    fn start(arguments: &[&str], folder: &Path, (columns, lines): (u16, u16)) -> Self {
        let serial = SERIAL.lock().unwrap_or_else(PoisonError::into_inner);
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", folder);
        command.env("TMPDIR", folder);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.cwd(folder);
        let child = Running(pair.slave.spawn_command(command).unwrap());
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let input = pair.master.take_writer().unwrap();
        let screen = parser(lines, columns);
        Self { child, master: pair.master, input, output, screen, _serial: serial }
    }

    fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Reads until the screen fits, or the deadline passes.
    fn wait_for(&mut self, what: &str, fits: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !fits(self.screen.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no {what} on the screen:\n{}", self.contents()),
                Err(RecvTimeoutError::Disconnected) => {
                    assert!(fits(self.screen.screen()), "it ended without {what}:\n{}", self.contents());
                }
            }
        }
    }

    fn wait_for_text(&mut self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    fn keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Lets it run again, as `fg` does, until the text is there. It may not have stopped yet: it is told until it runs.
    fn carry_on(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        while !(self.screen.screen().alternate_screen() && self.contents().contains(text)) {
            assert!(Instant::now() < deadline, "no {text} on the screen:\n{}", self.contents());
            self.signal("-CONT");
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(50)) {
                self.screen.process(&bytes);
            }
        }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.0.process_id().unwrap();
        let sent = std::process::Command::new("kill").args([signal, &id.to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code, once all output was read; the terminal must be as it was.
    fn ended(mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.contents()),
            }
        }
        let status = self.child.0.wait().unwrap();
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.bracketed_paste(), "bracketed paste was not switched off");
        assert!(!screen.hide_cursor(), "the cursor was not shown again");
        status.exit_code()
    }
}

fn parser(lines: u16, columns: u16) -> vt100::Parser {
    vt100::Parser::new(lines.try_into().unwrap(), columns.try_into().unwrap(), 0)
}

fn demo(folder: &Path, size: (u16, u16)) -> Terminal {
    Terminal::start(&["demo", "--now", "2026-03-02T09:00:00Z"], folder, size)
}

#[test]
fn the_demo_shows_false_claims_and_their_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("n");
    terminal.wait_for_text("fault:");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_filter_narrows_the_tree_and_escape_takes_it_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("/certbot renewal");
    terminal.wait_for("only the matching issue", |screen| {
        let text = screen.contents();
        text.contains("/certbot renewal") && text.contains("9.4") && !text.contains("1.1 ")
    });
    terminal.keys("\x1b");
    terminal.wait_for("no filter", |screen| !screen.contents().contains("certbot renewal"));
    terminal.keys("g");
    terminal.wait_for_text("1.1 ");
    terminal.keys("?");
    terminal.wait_for_text("any key closes");
    terminal.keys("x");
    terminal.wait_for("no help", |screen| !screen.contents().contains("any key closes"));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_change_on_disk_is_checked_again() {
    let folder = tempfile::tempdir().unwrap();
    let repo = folder.path().join("repo");
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["demo", "--now", "2026-03-02T09:00:00Z", "--dir"])
        .arg(&repo)
        .env("HOME", folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut terminal = Terminal::start(&[], &repo, (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("/read_only\r");
    terminal.wait_for("10.1 holding", |screen| screen.contents().contains("✓ holds   10.1"));
    let file = repo.join("docker-compose.prod.yml");
    let text = std::fs::read_to_string(&file).unwrap().replace("read_only: true", "read_only: false");
    std::fs::write(&file, text).unwrap();
    terminal.wait_for("10.1 failing", |screen| screen.contents().contains("✗ fails   10.1"));
    let plan = std::fs::read_to_string(repo.join("plan.toml")).unwrap();
    std::fs::write(repo.join("plan.toml"), format!("{plan}\nbroken = [\n")).unwrap();
    let place = format!("cannot check: plan.toml:{}: ", plan.lines().count() + 2);
    terminal.wait_for_text(&place);
    std::fs::write(repo.join("plan.toml"), plan).unwrap();
    terminal.wait_for("the plan whole again", |screen| !screen.contents().contains("cannot check"));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_resize_is_followed_and_a_small_terminal_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.screen = parser(10, 30);
    terminal.master.resize(PtySize { rows: 10, cols: 30, pixel_width: 0, pixel_height: 0 }).unwrap();
    terminal.wait_for_text("trueup needs 40×12");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn an_interrupt_and_a_termination_restore_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (100, 30));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 130);

    let mut terminal = demo(folder.path(), (100, 30));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.signal("-TERM");
    assert_eq!(terminal.ended(), 130);
}

#[test]
fn a_stopped_interface_gives_the_terminal_back_and_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (100, 30));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("\x1a");
    terminal.wait_for("the shell's screen", |screen| !screen.alternate_screen() && !screen.bracketed_paste());
    terminal.carry_on("CLAIMED, NOT TRUE");
    terminal.keys("?");
    terminal.wait_for_text("┌ Keys ·");
    terminal.keys("x");
    terminal.wait_for("no help", |screen| !screen.contents().contains("┌ Keys ·"));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn the_demo_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let names = || -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    let mut terminal = demo(folder.path(), (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("2");
    terminal.wait_for_text("Ready (");
    terminal.keys("p");
    terminal.wait_for_text("Pinned (1)");
    terminal.keys("4");
    terminal.wait_for_text("Commits 0/13");
    // A pin is kept by now; home and the folder for temporary files are this one.
    let there = names();
    assert!(matches!(there.as_slice(), [sample] if sample.starts_with("trueup-demo-")), "{there:?}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(names(), [""; 0]);
}

/// Base64 without padding characters; what is no digit of it ends it.
fn decoded(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for digit in text.bytes().map_while(|c| DIGITS.iter().position(|digit| *digit == c)) {
        (held, bits) = (held << 6 | digit as u32, bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

#[test]
fn a_standup_is_copied_through_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["demo", "--dir", "repo", "--now", "2026-03-02T09:00:00Z"])
        .env_clear()
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let arguments = ["standup", "--copy", "--format", "slack", "--repo", "repo", "--now", "2026-03-02T09:00:00Z"];
    let terminal = Terminal::start(&arguments, folder.path(), (100, 30));
    let deadline = Instant::now() + DEADLINE;
    let mut raw = Vec::new();
    while let Ok(bytes) = terminal.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        raw.extend(bytes);
    }
    let raw = String::from_utf8_lossy(&raw).replace("\r\n", "\n");
    let (shown, copied) = raw.split_once("\u{1b}]52;c;").unwrap_or_else(|| panic!("nothing was copied: {raw:?}"));
    assert!(shown.starts_with('*'), "{shown:?}");
    assert_eq!(String::from_utf8(decoded(copied)).unwrap(), shown);
}

#[test]
fn keys_go_through_the_panes_and_the_cursor_moves_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = demo(folder.path(), (120, 40));
    terminal.wait_for_text("CLAIMED, NOT TRUE");
    terminal.keys("2");
    terminal.wait_for_text("Ready (");
    terminal.keys("3");
    terminal.wait_for_text("Claimed, not proven");
    terminal.keys("o");
    terminal.wait_for_text("Standup · by issue");
    terminal.keys("4");
    terminal.wait_for_text("Commits 0/13");
    terminal.keys("jjj");
    terminal.wait_for("the past", |screen| {
        let text = screen.contents();
        text.contains("THE PAST") && text.contains("Commits 3/13") && !text.contains("checking…")
    });
    terminal.keys("G\r");
    terminal.wait_for("the first commit in the tree", |screen| {
        let text = screen.contents();
        text.contains("Evidence") && text.contains("THE PAST") && text.contains("0/5 3 Enable healthchecks")
    });
    terminal.keys("w");
    terminal.wait_for("the work tree", |screen| {
        let text = screen.contents();
        text.contains("work tree of") && text.contains("CLAIMED, NOT TRUE")
    });
    // The demo's stand-in for Linear: one issue is adopted, three are made, seven have no room.
    terminal.keys("5");
    terminal.wait_for_text("never asked");
    terminal.keys("r");
    terminal.wait_for_text("adopt STAB-155");
    terminal.keys("a");
    terminal.wait_for_text("y: yes");
    terminal.keys("y");
    terminal.wait_for_text("parked: 7 of 10 new issues, 3 made");
    terminal.keys("2p");
    terminal.wait_for_text("Pinned (1)");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
