//! Prints the ratios of the README in one run: `cargo bench --bench ratios`.
//!
//! It makes repositories of 1,100 and of 80,000 commits and 2,000 files with `git fast-import`, then times whole
//! processes with the 64-task plan, alternately with git's own on the same repository, and compares medians. Times are
//! of this machine; only the ratios mean something. `cargo bench --bench ratios -- small` leaves the large one out.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod history;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trueup::checks::{Finding, Outcome};
use trueup::progress::{At, AtKind, Claims, Status, TaskStatus};
use trueup::tui::theme::Theme;
use trueup::tui::view::view;
use trueup::tui::{Model, Msg, update};

const COMMITS: usize = 1_100;
const MANY_COMMITS: usize = 80_000;
const FILES: usize = 2_000;
const ROUNDS: usize = 21;
/// Files on disk are old by then.
const SETTLED: Duration = Duration::from_millis(1_200);
const REST: Duration = Duration::from_secs(3);

const WATCHED: &[&str] = &[
    "Dockerfile.prod",
    "Dockerfile.dev",
    "Dockerfile.test",
    "Dockerfile.migrations",
    "Dockerfile.nginx",
    "Dockerfile.certbot",
    "docker-compose.prod.yml",
    "docker-compose.test.yml",
    ".dockerignore",
    "certbot-entrypoint.sh",
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == ONLY) {
        return println!("{}", own_child_kib(&arguments[at + 1..]));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = World::of(folder.path());
    world.make(COMMITS);
    println!("{COMMITS} commits, {FILES} files, 64 tasks; medians of {ROUNDS} runs of whole processes, warm disk");
    processes(&world);
    history::small(&world);
    screen(&world);
    keys();
    if !arguments.iter().any(|argument| argument == "small") {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = World::of(folder.path());
        world.make(MANY_COMMITS);
        history::large(&world);
    }
}

/// A repository, a home of its own, and the program.
struct World {
    repo: PathBuf,
    home: PathBuf,
    /// A copy, as `cargo install` makes one. The file that the linker left lies in memory in small pieces, and takes a
    /// sixth longer to start.
    program: PathBuf,
}

impl World {
    fn of(folder: &Path) -> Self {
        let program = folder.join("trueup");
        std::fs::copy(env!("CARGO_BIN_EXE_trueup"), &program).expect("a copy of the program");
        Self { repo: folder.join("repo"), home: folder.join("home"), program }
    }

    fn trueup(&self, arguments: &[&str]) -> Command {
        let mut trueup = Command::new(&self.program);
        trueup.args(arguments).arg("--plan").arg(plan()).current_dir(&self.repo).env("HOME", &self.home);
        trueup.env_remove("XDG_CACHE_HOME").env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
        trueup
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(&self.repo).env("HOME", &self.home).env("GIT_CONFIG_NOSYSTEM", "1");
        git
    }

    /// Forgets what earlier runs kept.
    fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.home.join(".cache"));
    }

    /// The largest resident set of a run, in MB.
    fn memory(&self, arguments: &[&str]) -> f64 {
        let own = std::env::current_exe().expect("this program");
        let trueup = self.trueup(arguments);
        let mut again = Command::new(own);
        again.arg(ONLY).arg(&self.program).args(trueup.get_args()).current_dir(&self.repo).env("HOME", &self.home);
        let output = again.output().expect("it runs again");
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().expect("it prints a number") / 1024.0
    }
}

fn plan() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plan.toml")
}

/// `git status` + `git log` against `trueup status`, without and with what an earlier run kept.
fn processes(world: &World) {
    let mut times = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(time(&mut world.git(&["status", "--short"])));
        times[1].push(time(world.git(&["log", "--format=%H", "--"]).args(WATCHED)));
        times[2].push(time(&mut world.trueup(&["status", "--format", "json", "--no-cache"])));
        times[3].push(time(&mut world.trueup(&["status", "--format", "json"])));
    }
    let [status, log, fresh, kept] = times.map(median);
    println!("git status                      {status:>10.1?}");
    println!("git log --format=%H -- <files>  {log:>10.1?}");
    println!("trueup status, no memo          {fresh:>10.1?}");
    println!("trueup status, nothing new      {kept:>10.1?}");
    println!("trueup status / (git status + git log) = {:.2} (bound: 2)", ratio(fresh, status + log));
    println!("trueup status with the memo and nothing new / git status = {:.2} (bound: 1)", ratio(kept, status));
    println!("largest resident set of trueup status: {:.1} MB (bound: 40)", world.memory(&["status", "--no-cache"]));
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// First paint, and processor time at rest, in a real terminal.
fn screen(world: &World) {
    let mut paints = Vec::new();
    let mut rest = Duration::ZERO;
    for round in 0..ROUNDS {
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(&world.program);
        command.arg("--plan");
        command.arg(plan());
        command.cwd(&world.repo);
        command.env("HOME", &world.home);
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let mut writer = pair.master.take_writer().expect("its input");
        let begin = Instant::now();
        let mut child = pair.slave.spawn_command(command).expect("trueup starts");
        let mut seen = Vec::new();
        let mut buffer = [0; 65536];
        while !seen.windows(5).any(|part| part == b"Phase") {
            let count = reader.read(&mut buffer).expect("it paints");
            assert!(count > 0, "it ended before it painted");
            seen.extend_from_slice(&buffer[..count]);
        }
        paints.push(begin.elapsed());
        let drain = std::thread::spawn(move || while matches!(reader.read(&mut buffer), Ok(1..)) {});
        if round == 0 {
            std::thread::sleep(Duration::from_secs(1));
            let before = cpu(child.process_id());
            std::thread::sleep(REST);
            rest = cpu(child.process_id()).saturating_sub(before);
        }
        writer.write_all(b"q").expect("it reads keys");
        assert!(child.wait().expect("it ends").success());
        drop((writer, pair));
        drain.join().expect("the reader ends");
    }
    println!("interface: first paint {:.1?} (bound: 50 ms), from the start of the process", median(paints));
    println!("interface: {rest:.0?} of processor time in {REST:.0?} at rest (bound: 0)");
}

/// User and system time of a process; clock ticks are 10 ms.
fn cpu(process: Option<u32>) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.unwrap_or(0))).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// From a key to the frame, with 10,000 tasks.
fn keys() {
    let mut source =
        String::from("schema = 1\n[plan]\nuid = \"u\"\ntitle = \"Many\"\n[[phases]]\nid = \"1\"\ntitle = \"One\"\n");
    for issue in 0..500 {
        let _ = writeln!(source, "[[phases.issues]]\nid = \"{issue}\"\ntitle = \"Issue {issue}\"");
        for task in 0..20 {
            let _ = writeln!(
                source,
                "[[phases.issues.tasks]]\nid = \"{issue}.{task}\"\ntext = \"Task {task}\"\ncheck = {{ file = {{ path = \"a{issue}\" }} }}"
            );
        }
    }
    let loaded = trueup::plan::load(&source);
    let plan = Arc::new(loaded.plan.unwrap_or_else(|| panic!("{:?}", loaded.mistakes.first())));
    let tasks = plan.tasks().map(|(_, task)| {
        let mut outcome = Outcome::default();
        outcome.push(Finding::fault(format!("there is no {}", task.id)));
        TaskStatus { id: task.id.clone(), outcome, claims: Vec::new() }
    });
    let at = At { kind: AtKind::Worktree, rev: None, dirty: false };
    let status = Status { plan: Arc::clone(&plan), at, tasks: tasks.collect(), claims: Claims::default() };
    let mut model = Model::new(plan, (120, 40), Theme::new(true));
    update(&mut model, Msg::Judged(Ok(Arc::new(status))));
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a buffer");
    for (name, key) in [("j", 'j'), ("G", 'G'), ("v", 'v'), ("/", '/'), ("a letter of the filter", '9')] {
        let begin = Instant::now();
        update(&mut model, Msg::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
        terminal.draw(|frame| view(&model, frame)).expect("it draws");
        println!("interface: {name} to its frame with 10,000 tasks {:.2?} (bound: 5 ms)", begin.elapsed());
    }
}

fn time(command: &mut Command) -> Duration {
    let begin = Instant::now();
    let output = command.stderr(Stdio::inherit()).output().expect("the command runs");
    let took = begin.elapsed();
    assert!(output.status.success(), "{command:?}");
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Asks a copy of this program to start nothing but the program that follows, with these arguments, and to print its
/// memory.
const ONLY: &str = "--only-trueup";

fn own_child_kib(arguments: &[String]) -> i64 {
    let [program, arguments @ ..] = arguments else { panic!("no program") };
    let output = Command::new(program).args(arguments).output().expect("trueup runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel counts").max_rss()
}

impl World {
    fn make(&self, commits: usize) {
        std::fs::create_dir_all(&self.repo).expect("its folder");
        std::fs::create_dir_all(&self.home).expect("its home");
        assert!(self.git(&["init", "-q", "-b", "main", "."]).status().expect("git").success());
        let mut import = self.git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git fast-import");
        let mut input = std::io::BufWriter::new(import.stdin.take().expect("its input"));
        for commit in 0..commits {
            input.write_all(one(commit).as_bytes()).expect("it reads");
        }
        drop(input);
        assert!(import.wait().expect("git fast-import").success());
        assert!(self.git(&["checkout", "-q", "main"]).status().expect("git").success());
        // As a clone would have it.
        assert!(self.git(&["repack", "-adq"]).status().expect("git").success());
        // What changed a moment ago is read again, by git as by trueup; the index is as old as the files at first.
        std::thread::sleep(SETTLED);
        assert!(self.git(&["update-index", "-q", "--really-refresh"]).status().expect("git").success());
        std::thread::sleep(SETTLED);
    }
}

/// One commit. The files come with the first ones; later ones change one of them, and 9 % a watched one.
fn one(commit: usize) -> String {
    let mut stream = String::new();
    let time = 1_500_000_000 + commit * 600;
    let _ = write!(stream, "commit refs/heads/main\ncommitter A <a@example.com> {time} +0000\ndata 1\nx\n");
    let files: Vec<String> = if commit < 100 {
        (0..FILES / 100).map(|i| format!("src/m{}/f{}.py", commit % 40, commit * 20 + i)).collect()
    } else {
        vec![format!("src/m{}/f{}.py", commit % 40, (commit % 40) * 20)]
    };
    for file in files {
        file_change(&mut stream, &file, &format!("print({commit})\n"));
    }
    if commit.is_multiple_of(11) {
        let watched = WATCHED[(commit / 11) % WATCHED.len()];
        file_change(&mut stream, watched, &content(watched, commit));
    }
    stream.push('\n');
    stream
}

fn file_change(stream: &mut String, path: &str, text: &str) {
    let _ = writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len());
}

fn content(path: &str, commit: usize) -> String {
    if path.starts_with("Dockerfile.") {
        format!(
            "# python 3.12.3, change {commit}\nFROM python:3.12.3-slim AS build\nWORKDIR /app\nCOPY pyproject.toml ./\n\
             RUN apt-get update && apt-get install -y curl\nRUN pip install poetry && poetry install --only main\n\
             FROM python:3.12.3-slim\nRUN groupadd -g 1000 appuser && useradd -u 1000 -g 1000 appuser\n\
             COPY --from=build --chown=appuser /app /app\nUSER appuser\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n"
        )
    } else if path.ends_with(".yml") {
        format!("# {commit}\nservices:\n  statsboards-backend:\n    image: postgres:17.2-alpine\n    read_only: true\n")
    } else if path.ends_with(".sh") {
        format!("#!/bin/sh\nset -e\necho {commit}\ncertbot certonly --email \"$EMAIL\" -d \"$DOMAIN\"\n")
    } else {
        format!("# {commit}\n.git\n**/__pycache__\n")
    }
}
