//! The key of a sync: on no stream, in no file, on no command line.

use std::path::Path;
use std::process::Stdio;

use trueup::twin::{Fault, Gate, Twin, When, Workspace};

use crate::sync_world::Synced;
use crate::world::Run;

const KEY: &str = "lin_api_s3cr3tK3yOfNobody";
const SECRET: &[u8] = b"s3cr3tK3yOfNobody";

fn has(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// The files below a folder that hold the key; there must be some files.
fn files_with_it(folder: &Path) -> Vec<String> {
    fn look(folder: &Path, count: &mut usize, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, count, found);
            } else {
                *count += 1;
                found.extend(has(&std::fs::read(&path).unwrap()).then(|| path.display().to_string()));
            }
        }
    }
    let (mut count, mut found) = (0, Vec::new());
    look(folder, &mut count, &mut found);
    assert!(count > 0);
    found
}

fn keyed() -> Synced {
    let synced = Synced::small();
    synced.twin.with(|linear| linear.key = KEY.to_owned());
    synced
}

#[test]
fn the_key_is_on_no_stream_and_in_no_file() {
    let error =
        Fault::Error { status: 401, code: "AUTHENTICATION_ERROR", message: "no such key lin_api_s3cr3tK3yOfNobody" };
    let faults = [
        None,
        Some(error),
        Some(Fault::Body { status: 200, body: KEY.to_owned() }),
        Some(Fault::Page { status: 403 }),
        Some(Fault::Redirect { to: format!("http://127.0.0.1:9/{KEY}") }),
    ];
    for fault in faults {
        for arguments in [vec!["--yes"], vec!["--yes", "--format", "json"]] {
            let synced = keyed();
            let fails = fault.is_some();
            if let Some(fault) = fault.clone() {
                synced.twin.fault(When::Always, fault);
            }
            let mut command = synced.command(&arguments);
            command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
            let run = Run::of(&command.output().unwrap());
            assert_eq!(run.code, if fails { 3 } else { 0 }, "{}{}", run.err, run.out);
            assert!(!has(run.out.as_bytes()) && !has(run.err.as_bytes()), "{}{}", run.err, run.out);
            assert_eq!(files_with_it(synced.world.path()), Vec::<String>::new());
            // Nor where the settings are told, and what Linear last said.
            for shown in [vec!["config"], vec!["config", "--format", "json"], vec!["status", "--verbose"]] {
                let mut command = synced.world.trueup_command(&shown);
                command.env("LINEAR_API_KEY", KEY).env("LINEAR_API_URL", synced.twin.url());
                let run = Run::of(&command.output().unwrap());
                assert_eq!(run.code, 0, "{}", run.err);
                assert!(!has(run.out.as_bytes()) && !has(run.err.as_bytes()), "{shown:?}\n{}{}", run.err, run.out);
            }
        }
    }
}

#[test]
fn what_is_no_key_is_not_told_either() {
    let synced = Synced::small();
    for wrong in ["lin_api_s3cr3tK3yOfNobody and more", "\"lin_api_s3cr3tK3yOfNobody\"", "lin_api_s3cr3tK3yOfNobodyé"]
    {
        for arguments in [vec!["--yes"], vec!["--yes", "--format", "json"]] {
            let run = Run::of(&synced.command(&arguments).env("LINEAR_API_KEY", wrong).output().unwrap());
            assert_eq!(run.code, 2, "{}{}", run.err, run.out);
            assert!(!has(run.out.as_bytes()) && !has(run.err.as_bytes()), "{}{}", run.err, run.out);
        }
    }
}

#[test]
fn while_a_sync_goes_on_the_key_is_in_no_file_and_on_no_command_line() {
    // At a read and at a write: before anything is stored, and with the values that are about to be sent.
    for when in [When::Request(1), When::Write(1), When::Write(2)] {
        let synced = keyed();
        let gate = Gate::new();
        synced.twin.fault(when.clone(), Fault::WaitAfter(gate.clone()));
        let mut command = synced.command(&["--yes"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if !gate.is_reached_before(|| child.try_wait().unwrap().is_some()) {
            panic!("{when:?}: {:?}", child.wait_with_output());
        }
        assert_eq!(files_with_it(synced.world.path()), Vec::<String>::new(), "{when:?}");
        // What `ps` shows of it, and of every thread: its words and its names.
        let process = Path::new("/proc").join(child.id().to_string());
        let words = std::fs::read(process.join("cmdline")).unwrap();
        assert!(words.windows(4).any(|window| window == b"sync"), "{words:?}");
        assert!(!has(&words));
        for thread in std::fs::read_dir(process.join("task")).unwrap() {
            let thread = thread.unwrap().path();
            for file in ["comm", "cmdline"] {
                assert!(!has(&std::fs::read(thread.join(file)).unwrap()), "{file} of {}", thread.display());
            }
        }
        // Nobody was started who got the key in their surroundings.
        let children = std::fs::read_to_string(process.join(format!("task/{}/children", child.id())));
        assert_eq!(children.unwrap_or_default().trim(), "", "{when:?}");
        gate.open();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        assert!(!has(&output.stdout) && !has(&output.stderr));
    }
}

#[test]
fn the_key_is_sent_to_this_machine_or_over_tls_only() {
    let synced = Synced::small();
    let run = |url: &str| Run::of(&synced.command(&["--yes"]).env("LINEAR_API_URL", url).output().unwrap());
    let plain = run("http://linear.example/graphql");
    assert_eq!(plain.code, 2, "{}{}", plain.err, plain.out);
    assert!(plain.err.contains("https"), "{}", plain.err);
    let other = Twin::start(Workspace::default()).unwrap();
    synced.twin.fault(When::Always, Fault::Redirect { to: other.url() });
    assert_eq!(synced.sync(&["--yes"]).code, 3);
    assert!(other.log().is_empty());
    let none = Run::of(&synced.command(&["--yes"]).env_remove("LINEAR_API_KEY").output().unwrap());
    assert_eq!(none.code, 2);
    assert!(none.err.contains("LINEAR_API_KEY"), "{}", none.err);
}
