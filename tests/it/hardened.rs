//! The whole 64-task plan on a sample in which everything that files can show is true, and on that sample with one
//! thing changed: just the tasks that the change is about may change their verdict.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use trueup::checks::Verdict;
use trueup::plan::load;
use trueup::repo::{Commit, Person, RepoPath};
use trueup::semantics::files::Parses;
use trueup::source::Outside;
use trueup::verify::{Judge, Prepared};

use crate::memory::{Commits, Memory};

/// Tasks that only a command or a person can decide.
const OPEN: &[&str] = &["1.6", "1.7", "1.8", "1.9", "7.3", "T.1", "T.2", "T.3", "T.4", "T.5", "T.7"];

fn sample() -> Memory {
    fn walk(folder: &Path, base: &Path, tree: &mut Memory) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, tree);
            } else {
                tree.add(path.strip_prefix(base).unwrap().to_str().unwrap(), &std::fs::read(&path).unwrap());
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hardened");
    let mut tree = Memory::default();
    walk(&folder, &folder, &mut tree);
    tree
}

fn plan() -> Prepared {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("plan.toml")).unwrap();
    let loaded = load(&source);
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    Prepared::of(Arc::new(loaded.plan.unwrap())).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn linroot() -> Commits {
    let author = Person { name: Outside::from("linroot"), email: Outside::from("Nevalions@gmail.com") };
    Commits(vec![Commit { id: "a".repeat(40), author, time: 0, subject: Outside::from("x"), parents: 1 }])
}

fn verdicts(prepared: &Prepared, parses: &Parses, tree: &Memory) -> BTreeMap<String, (String, String)> {
    let judge = Judge { tree, history: &linroot(), parses, memo: None };
    let ids = prepared.plan.tasks().map(|(_, task)| task.id.clone());
    ids.zip(judge.plan(prepared))
        .map(|(id, outcome)| {
            let verdict = match outcome.verdict() {
                Verdict::Unknown(reason) => format!("unknown {}", reason.word()),
                verdict => verdict.word().to_owned(),
            };
            let evidence: Vec<String> = outcome.evidence().map(crate::checks::shown).collect();
            (id, (verdict, evidence.join("\n      ")))
        })
        .collect()
}

/// One change of the sample and what it does: `path`, what stands there, what comes instead (an empty `from` puts
/// the text in front; an empty path list removes nothing), and the tasks that change, with their new verdict.
struct Change(&'static str, &'static [(&'static str, &'static str, &'static str)], &'static str);

/// Removes the file.
const GONE: &str = "\0gone";

const CHANGES: &[Change] = &[
    Change(
        "a system group without an id",
        &[("Dockerfile.dev", "groupadd --gid 1000 appuser", "groupadd -r appuser")],
        "1.1 fails",
    ),
    Change(
        "no group at all",
        &[(
            "Dockerfile.test",
            "groupadd --gid 1000 appuser \\\n    && useradd --uid 1000 --gid 1000",
            "useradd --uid 1000 -U",
        )],
        "1.1 fails",
    ),
    Change(
        "the ids come from arguments",
        &[
            ("Dockerfile.prod", "RUN groupadd --gid 1000 appuser", "ARG ID=1000\nRUN groupadd --gid ${ID} appuser"),
            ("Dockerfile.prod", "useradd --uid 1000", "useradd --uid $ID"),
        ],
        "",
    ),
    Change(
        "an argument without a value",
        &[("Dockerfile.prod", "RUN groupadd --gid 1000 appuser", "ARG ID\nRUN groupadd --gid ${ID} appuser")],
        "1.1 unknown unresolved",
    ),
    Change(
        "curl is taken out again",
        &[("Dockerfile.prod", "USER appuser\n", "RUN apt-get purge -y curl\nUSER appuser\n")],
        "1.2 fails; 3.5 fails",
    ),
    Change(
        "curl only in the build stage",
        &[
            ("Dockerfile.dev", "apt-get install -y --no-install-recommends curl", "true"),
            (
                "Dockerfile.dev",
                "RUN pip install poetry",
                "RUN apt-get update && apt-get install -y curl\nRUN pip install poetry",
            ),
        ],
        "1.2 fails; 3.5 fails",
    ),
    Change(
        "/tmp is not handed over",
        &[("Dockerfile.prod", "chown -R appuser:appuser /app /tmp", "chown -R appuser:appuser /app")],
        "1.3 fails",
    ),
    Change(
        "root again at the end",
        &[("Dockerfile.dev", "USER appuser\n", "USER appuser\nUSER 0:0\n")],
        "1.4 fails; T.6 fails",
    ),
    Change("no USER", &[("Dockerfile.migrations", "USER appuser\n", "")], "1.4 fails"),
    Change(
        "the user is a variable without a value",
        &[("Dockerfile.prod", "USER appuser\n", "ARG WHO\nUSER $WHO\n")],
        "1.4 unknown unresolved; T.6 unknown unresolved",
    ),
    Change(
        "a COPY without --chown",
        &[
            ("Dockerfile.migrations", "COPY --chown=appuser:appuser pyproject.toml", "COPY pyproject.toml"),
            (
                "Dockerfile.migrations",
                "RUN chown -R appuser /app && chown appuser /tmp",
                "RUN mkdir -p /app/x && chown appuser /app /tmp",
            ),
        ],
        "1.5 fails",
    ),
    Change(
        "a relative WORKDIR",
        &[("Dockerfile.prod", "FROM python:3.12.3-slim\nWORKDIR /app", "FROM python:3.12.3-slim\nWORKDIR app")],
        "1.5 fails",
    ),
    Change(
        "an ignored COPY source",
        &[(
            "Dockerfile.migrations",
            "COPY --chown=appuser:appuser pyproject.toml poetry.lock ./",
            "COPY --chown=appuser:appuser pyproject.toml poetry.lock README.md ./",
        )],
        "1.7 fails; T.1 fails",
    ),
    Change(
        "a missing COPY source",
        &[("Dockerfile.nginx", "nginx/static.conf", "nginx/statik.conf")],
        "1.7 fails; T.1 fails",
    ),
    Change(
        "certbot latest",
        &[("Dockerfile.certbot", "certbot/certbot:v2.8.0", "certbot/certbot:latest")],
        "2.1 fails; 2.5 fails; T.8 fails",
    ),
    Change(
        "the certbot tag without v",
        &[("Dockerfile.certbot", "certbot/certbot:v2.8.0", "docker.io/certbot/certbot:2.8.0")],
        "2.1 fails",
    ),
    Change(
        "another postgres",
        &[("docker-compose.test.yml", "postgres:17.2-alpine", "postgres:17")],
        "2.2 fails; T.8 fails",
    ),
    Change(
        "python by another name",
        &[("Dockerfile.prod", "FROM python:3.12.3-slim\n", "FROM docker.io/library/python:3.12.3-slim\n")],
        "",
    ),
    Change(
        "python by an ARG default",
        &[(
            "Dockerfile.dev",
            "# python 3.12.3: the newest 3.12 that asyncpg has wheels for\nFROM python:3.12.3-slim AS build",
            "# python 3.12.3: the newest\nARG TAG=3.12.3-slim\nFROM python:${TAG} AS build",
        )],
        "",
    ),
    Change(
        "python in one stage only",
        &[("Dockerfile.prod", "FROM python:3.12.3-slim AS build", "FROM python:3.12-slim AS build")],
        "2.3 fails; 2.5 fails",
    ),
    Change(
        "nginx unpinned",
        &[("Dockerfile.nginx.ssl", "nginx:1.27.3-alpine", "nginx:alpine")],
        "2.4 fails; 2.5 fails; T.8 fails",
    ),
    Change(
        "the version comment is gone",
        &[("Dockerfile.nginx", "# nginx 1.27.3: mainline, for its fix of slow handshakes\n", "")],
        "2.5 fails",
    ),
    Change("https", &[("Dockerfile.prod", "curl -f http://localhost", "curl -fk https://localhost")], "3.1 fails"),
    Change(
        "the probe is commented out",
        &[("Dockerfile.prod", "HEALTHCHECK --interval=30s --timeout=3s --retries=3 \\\n  CMD", "# HEALTHCHECK CMD")],
        "3.1 fails",
    ),
    Change("|| true", &[("Dockerfile.dev", "|| exit 1", "|| true")], "3.2 fails"),
    Change(
        "HEALTHCHECK NONE",
        &[(
            "Dockerfile.test",
            "USER appuser\nHEALTHCHECK --interval=30s --timeout=3s --retries=3 \\\n  CMD [\"python\", \"-c\", \"import courtside.main\"]",
            "USER appuser\nHEALTHCHECK NONE",
        )],
        "3.3 fails",
    ),
    Change(
        "|| exit 0",
        &[("Dockerfile.migrations", "pg_isready -h db || exit 1", "pg_isready -h db || exit 0")],
        "3.4 fails",
    ),
    Change("caches at the root only", &[(".dockerignore", "**/.ruff_cache", ".ruff_cache")], "4.2 fails"),
    Change("all .env files", &[(".dockerignore", "!.env.example\n", "")], "4.3 fails"),
    Change("documents kept", &[(".dockerignore", "docs/\n", "")], "4.4 fails"),
    Change("git kept", &[(".dockerignore", ".gitignore\n", "")], "4.1 fails"),
    Change("tests come back", &[(".dockerignore", ".coverage\n", ".coverage\n!tests/x.py\n")], "4.5 fails"),
    Change("editors kept", &[(".dockerignore", ".idea/\n", "")], "4.6 fails"),
    Change("logs at the root only", &[(".dockerignore", "**/*.log\n", "*.log\n")], "4.7 fails"),
    Change(
        "no .dockerignore",
        &[(".dockerignore", "", GONE)],
        "4.1 fails; 4.2 fails; 4.3 fails; 4.4 fails; 4.5 fails; 4.6 fails; 4.7 fails",
    ),
    Change(
        "the app from the context",
        &[(
            "Dockerfile.dev",
            "COPY --from=build --chown=appuser:appuser /app /app",
            "COPY --from=build --chown=appuser:appuser /app/.venv /app/.venv\nCOPY --chown=appuser:appuser src /app/src",
        )],
        "5.6 fails",
    ),
    Change(
        "installed in the final stage too",
        &[("Dockerfile.test", "USER appuser\n", "RUN pip install poetry && poetry install\nUSER appuser\n")],
        "5.4 fails",
    ),
    Change(
        "development dependencies in production",
        &[("Dockerfile.prod", "poetry install --only main", "poetry install --without dev")],
        "5.5 fails",
    ),
    Change(
        "a compiler in production",
        &[("Dockerfile.prod", "--no-install-recommends curl", "--no-install-recommends curl build-essential")],
        "5.5 fails",
    ),
    Change(
        "sources first",
        &[(
            "Dockerfile.migrations",
            "COPY --chown=appuser:appuser pyproject.toml poetry.lock ./\n",
            "COPY --chown=appuser:appuser . .\n",
        )],
        "6.1 fails; 6.2 fails; 6.3 fails",
    ),
    Change(
        "poetry-cache",
        &[("docker-compose.prod.yml", "volumes:\n  certificates:\n", "volumes:\n  certificates:\n  poetry-cache:\n")],
        "7.1 fails",
    ),
    Change(
        "poetry-cache mounted in long form",
        &[(
            "docker-compose.prod.yml",
            "    read_only: true\n",
            "    read_only: true\n    volumes: [{type: volume, source: poetry-cache, target: /c}]\n",
        )],
        "7.2 fails; 7.3 fails",
    ),
    Change("an undeclared volume", &[("docker-compose.prod.yml", "volumes:\n  certificates:\n", "")], "7.3 fails"),
    Change(
        "a reservation over its limit",
        &[(
            "docker-compose.prod.yml",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n    deploy:\n      resources:\n        limits: { cpus: \"0.5\", memory: 512M }",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n    deploy:\n      resources:\n        limits: { cpus: \"0.5\", memory: 128M }",
        )],
        "8.3 fails",
    ),
    Change("tracing", &[("certbot-entrypoint.sh", "set -eu", "set -eux")], "9.1 fails"),
    Change(
        "no validation",
        &[("certbot-entrypoint.sh", "    openssl x509", "    test -n x509 # openssl")],
        "9.2 fails",
    ),
    Change("a silent failure", &[("certbot-entrypoint.sh", "    log \"no certificate\" >&2\n", "")], "9.3 fails"),
    Change("no time limit", &[("certbot-entrypoint.sh", "timeout 300 certbot renew", "certbot renew")], "9.4 fails"),
    Change(
        "a literal address",
        &[("certbot-entrypoint.sh", "\"$CERTBOT_EMAIL\"", "ops@courtside.example")],
        "9.5 fails",
    ),
    Change("writable", &[("docker-compose.prod.yml", "read_only: true", "read_only: false")], "10.1 fails"),
    Change("the plan's own snippet", &[("docker-compose.prod.yml", "- /run\n", "- /var/tmp:noexec\n")], "10.2 fails"),
    Change("/var/run", &[("docker-compose.prod.yml", "- /run\n", "- /var/run:size=1m\n")], ""),
    Change(
        "one nginx keeps its capabilities",
        &[(
            "docker-compose.prod.yml",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [ALL]\n",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [NET_RAW]\n",
        )],
        "10.3 fails",
    ),
    Change(
        "new privileges",
        &[(
            "docker-compose.prod.yml",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n",
            "      dockerfile: Dockerfile.nginx\n    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:false\"]\n",
        )],
        "10.4 fails",
    ),
    Change(
        "the env file is back",
        &[(
            "docker-compose.prod.yml",
            "    read_only: true\n",
            "    read_only: true\n    env_file: [{ path: ./.env.prod, required: false }]\n",
        )],
        "11.1 fails",
    ),
    Change(
        "a literal secret",
        &[("docker-compose.prod.yml", "${DATABASE_PASSWORD:?}", "${DATABASE_PASSWORD:-letmein}")],
        "11.2 fails",
    ),
    Change(
        "an undocumented variable",
        &[("docker-compose.prod.yml", "LOG_LEVEL: ${LOG_LEVEL:-info}", "LOG_LEVEL: ${LOGGING:-info}")],
        "11.3 fails",
    ),
    Change(
        "no deployment document",
        &[("docs/deployment.md", "docker-compose.prod.yml", "docker-compose.yml")],
        "11.4 fails",
    ),
    Change(
        "a database that only names its image",
        &[("docker-compose.dev.yml", "    user: postgres\n", "")],
        "T.6 unknown unresolved",
    ),
    Change("a Dockerfile that does not parse", &[("Dockerfile.nginx", "USER nginx", "USR nginx")], "*"),
    Change(
        "no production file",
        &[("Dockerfile.prod", "", GONE)],
        "1.1 fails; 1.2 fails; 1.3 fails; 1.4 fails; 1.5 fails; 2.3 fails; 2.5 fails; 3.1 fails; 3.5 fails; 5.1 fails; 5.4 fails; 5.5 fails; 5.6 fails; 6.1 fails; 6.2 fails; 6.3 fails; T.6 *",
    ),
];

fn apply(tree: &Memory, change: &Change) -> Memory {
    let mut tree = tree.clone();
    for (path, from, to) in change.1 {
        let path = RepoPath::parse(path).unwrap();
        if *to == GONE {
            assert!(tree.files.remove(&path).is_some(), "{}: no {path:?}", change.0);
            continue;
        }
        let text = String::from_utf8(tree.files[&path].clone()).unwrap();
        assert!(text.contains(from), "{}: {path:?} has no {from:?}", change.0);
        tree.files.insert(path, text.replacen(from, to, 1).into_bytes());
    }
    tree
}

#[test]
fn everything_that_files_can_show_is_true_of_the_hardened_sample() {
    let found = verdicts(&plan(), &Parses::default(), &sample());
    assert_eq!(found.len(), 64);
    let mut wrong = String::new();
    for (id, (verdict, evidence)) in &found {
        let fits = if OPEN.contains(&id.as_str()) { verdict.starts_with("unknown needs_") } else { verdict == "holds" };
        if !fits {
            writeln!(wrong, "{id} {verdict}\n      {evidence}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn one_change_moves_just_the_tasks_it_is_about() {
    let (prepared, parses, base) = (plan(), Parses::default(), sample());
    let before = verdicts(&prepared, &parses, &base);
    let mut wrong = String::new();
    for change in CHANGES {
        let after = verdicts(&prepared, &parses, &apply(&base, change));
        let expected: BTreeMap<&str, &str> = change.2.split("; ").filter_map(|part| part.split_once(' ')).collect();
        for (id, (verdict, evidence)) in &after {
            let wanted = expected.get(id.as_str()).copied().unwrap_or(before[id].0.as_str());
            let anything = wanted == "*" || change.2 == "*";
            if !anything && wanted != verdict {
                writeln!(wrong, "{}: {id} is {verdict}, not {wanted}\n      {evidence}", change.0).unwrap();
            }
        }
        if change.2 == "*" {
            let flipped = after.iter().filter(|(id, (verdict, _))| before[*id].0 != *verdict).count();
            assert!(flipped > 0, "{}: nothing changed", change.0);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
