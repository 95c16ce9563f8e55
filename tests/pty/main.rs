//! The interface in a real terminal. One serial binary: each test waits on a condition with a deadline.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod sync;
mod terminal;

use std::path::Path;
use std::time::Instant;

use portable_pty::PtySize;

use crate::terminal::{DEADLINE, Terminal, parser};

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
    terminal.wait_for_text("· pinned");
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
    terminal.wait_for_text("Claimed, not true");
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
    terminal.wait_for_text("· pinned");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
