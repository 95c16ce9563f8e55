//! Prints the ratios of the README in one run: `cargo bench --bench ratios`.
//!
//! It makes a repository of 1,000 commits and 2,000 files with `git fast-import`, then times whole processes:
//! `git status`, `git log -- <the plan's files>` and `trueup status` with the 64-task plan, alternately, and
//! compares medians. Times are of this machine; only the ratios mean something.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COMMITS: usize = 1_000;
const FILES: usize = 2_000;
const ROUNDS: usize = 21;

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
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repo = folder.path();
    make(repo);
    let mut status = Vec::new();
    let mut log = Vec::new();
    let mut trueup = Vec::new();
    for _ in 0..ROUNDS {
        status.push(time(git(repo).args(["status", "--short"])));
        log.push(time(git(repo).args(["log", "--format=%H", "--"]).args(WATCHED)));
        trueup.push(time(
            Command::new(env!("CARGO_BIN_EXE_trueup"))
                .args(["status", "--format", "json", "--repo"])
                .arg(repo)
                .arg("--plan")
                .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("plan.toml"))
                .current_dir(repo),
        ));
    }
    let (status, log, trueup) = (median(status), median(log), median(trueup));
    let base = status + log;
    println!("{COMMITS} commits, {FILES} files, 64 tasks; medians of {ROUNDS} runs, whole processes, warm cache");
    println!("git status                      {status:>10.1?}");
    println!("git log --format=%H -- <files>  {log:>10.1?}");
    println!("trueup status                   {trueup:>10.1?}");
    println!("trueup status / (git status + git log) = {:.2} (bound: 2)", trueup.as_secs_f64() / base.as_secs_f64());
    println!("peak memory of trueup status: {}", memory(repo));
}

fn git(repo: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(repo).env("HOME", repo).env("GIT_CONFIG_NOSYSTEM", "1");
    git
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

/// The largest resident set, as the kernel counts it for a child that has ended.
fn memory(repo: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_trueup");
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("plan.toml");
    let script = "\"$0\" status --plan \"$1\" >/dev/null & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do \
        now=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status 2>/dev/null); \
        [ \"${now:-0}\" -gt $peak ] && peak=$now; done; echo \"$peak kB (sampled)\"";
    let output = Command::new("sh").args(["-c", script, program]).arg(plan).current_dir(repo).output();
    output.map_or_else(|error| error.to_string(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn make(repo: &Path) {
    assert!(git(repo).args(["init", "-q", "-b", "main", "."]).status().expect("git").success());
    let mut stream = String::new();
    let mut mark = 0;
    for commit in 0..COMMITS {
        mark += 1;
        let _ = write!(
            stream,
            "commit refs/heads/main\nmark :{mark}\ncommitter A <a@example.com> {} +0000\ndata 1\nx\n",
            1_700_000_000 + commit * 600
        );
        if commit > 0 {
            let _ = writeln!(stream, "from :{}", mark - 1);
        }
        // The files come with the first commits; later ones change one of them, and 9 % a watched one.
        let files: Vec<String> = if commit < 100 {
            (0..FILES / 100).map(|i| format!("src/m{}/f{}.py", commit % 40, commit * 20 + i)).collect()
        } else {
            vec![format!("src/m{}/f{}.py", commit % 40, (commit % 40) * 20)]
        };
        for file in files {
            file_change(&mut stream, &file, &format!("print({commit})\n"));
        }
        if commit % 11 == 0 {
            let watched = WATCHED[(commit / 11) % WATCHED.len()];
            file_change(&mut stream, watched, &content(watched, commit));
        }
        stream.push('\n');
    }
    let mut import = git(repo).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git fast-import");
    import.stdin.take().expect("its input").write_all(stream.as_bytes()).expect("it reads");
    assert!(import.wait().expect("git fast-import").success());
    assert!(git(repo).args(["checkout", "-q", "main"]).status().expect("git").success());
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
