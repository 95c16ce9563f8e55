//! A repository with a plan, a workspace of the stand-in, and the program between them.

use std::process::Command;

use serde_json::Value;
use trueup::progress;
use trueup::repo::{At, GitEnv, OpenAt, Repo, RepoPath};
use trueup::semantics::files::Parses;
use trueup::sync::Publication;
use trueup::twin::{Issue, Twin, Workspace};
use trueup::verify::Prepared;
use uuid::Uuid;

use crate::world::{Run, World};

pub struct Synced {
    pub world: World,
    pub twin: Twin,
}

/// A plan of two phases; each task asks for a file.
pub const SMALL: &str = r#"schema = 1
[plan]
uid = "3f2c8c5e-0000-4000-8000-000000000001"
title = "Small"
[linear]
team = "STAB"
[[phases]]
id = "1"
title = "First"
priority = "high"
[[phases.issues]]
id = "a"
title = "Do a"
[[phases.issues.tasks]]
id = "a.1"
text = "Write `a1` for _everybody_"
check = { file = { path = "a1" } }
[[phases.issues.tasks]]
id = "a.2"
text = "Write a2, see https://example.org/a_b and name.sh"
check = { file = { path = "a2" } }
[[phases]]
id = "2"
title = "Second"
[[phases.issues]]
id = "b"
title = "Do b"
priority = "low"
needs = ["a"]
[[phases.issues.tasks]]
id = "b.1"
text = "Write b1"
check = { file = { path = "b1" } }
"#;

impl Synced {
    /// The small plan, committed with nothing done, and an empty workspace with team STAB.
    pub fn small() -> Self {
        let world = World::new();
        world.write("plan.toml", SMALL).write("README.md", "x");
        world.commit("Add the plan");
        let mut workspace = Workspace::default();
        workspace.add_team("STAB", "StatsboardBack");
        Self { world, twin: Twin::start(workspace).unwrap() }
    }

    /// The sample's story: eleven issues, STAB-155 exists, the workspace has room for three more.
    pub fn seed() -> Self {
        let world = World::empty();
        world.ok(&["demo", "--now", "2026-03-02T09:00:00Z", "--dir", ".", "--format", "json"]);
        let mut workspace = Workspace::default();
        workspace.add_team("STAB", "StatsboardBack");
        workspace.teams[0].next_number = 155;
        workspace.add_issue("STAB", "Add non-root user to all Python Dockerfiles").unwrap();
        workspace.describe("STAB-155", |_| "What people wrote, _with_ name.sh\n\n- [x] theirs".to_owned()).unwrap();
        workspace.issue_limit = Some(workspace.unarchived() + 3);
        Self { world, twin: Twin::start(workspace).unwrap() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(&self.world, arguments)
    }

    pub fn command_in(&self, world: &World, arguments: &[&str]) -> Command {
        let mut command = world.trueup_command(&[&["sync"], arguments].concat());
        command.env("LINEAR_API_URL", self.twin.url()).env("LINEAR_API_KEY", self.twin.key());
        command
    }

    pub fn sync(&self, arguments: &[&str]) -> Run {
        self.sync_in(&self.world, arguments)
    }

    pub fn sync_in(&self, world: &World, arguments: &[&str]) -> Run {
        self.twin.clear_log();
        Run::of(&self.command_in(world, arguments).output().unwrap())
    }

    /// Syncs with a yes in advance and wants exit code 0; answers the document.
    pub fn yes(&self) -> Value {
        self.with(&["--yes"])
    }

    pub fn with(&self, arguments: &[&str]) -> Value {
        let run = self.sync(&[arguments, &["--format", "json"]].concat());
        assert_eq!(run.code, 0, "{}{}", run.err, run.out);
        assert_eq!(self.twin.mistakes(), Vec::<String>::new());
        run.json()
    }

    /// Syncs once more and wants it to do nothing, with reads only, `most` of them.
    pub fn settled(&self, most: usize) {
        let document = self.yes();
        assert_eq!(document["actions"], serde_json::json!([]), "{document:#}");
        let log = self.twin.log();
        assert!(log.iter().all(|one| !one.writes), "{log:#?}");
        assert!(log.len() <= most, "{} requests", log.len());
    }

    pub fn issue(&self, name: &str) -> Issue {
        self.twin.with(|workspace| workspace.issue(name).unwrap_or_else(|| panic!("no {name}")).clone())
    }

    pub fn identifier(&self, title: &str) -> String {
        self.twin.with(|workspace| {
            let issue = workspace.issues.iter().find(|issue| issue.title == title).unwrap();
            workspace.identifier(issue)
        })
    }

    /// The type of an issue's state.
    pub fn state(&self, name: &str) -> String {
        self.twin.with(|workspace| {
            let state = workspace.issue(name).unwrap().state;
            let states = workspace.teams.iter().flat_map(|team| &team.states);
            states.clone().find(|one| one.id == state).unwrap().kind.clone()
        })
    }

    pub fn team(&self) -> Uuid {
        self.twin.with(|workspace| workspace.teams[0].id)
    }

    /// Titles of all issues, each as often as it is there.
    pub fn titles(&self) -> Vec<String> {
        titles(&self.twin)
    }
}

/// Titles of all issues, each as often as it is there.
pub fn titles(twin: &Twin) -> Vec<String> {
    let mut titles: Vec<String> =
        twin.with(|workspace| workspace.issues.iter().map(|issue| issue.title.clone()).collect());
    titles.sort();
    titles
}

/// The kinds of a document's actions, with how often each is there.
pub fn kinds(document: &Value) -> std::collections::BTreeMap<String, usize> {
    let mut kinds = std::collections::BTreeMap::new();
    for action in document["actions"].as_array().unwrap() {
        *kinds.entry(action["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    kinds
}

/// The actions of a kind on one issue: field → (from, to).
pub fn fields(document: &Value, kind: &str, issue: &str) -> std::collections::BTreeMap<String, (Value, Value)> {
    let actions = document["actions"].as_array().unwrap().iter();
    actions
        .filter(|action| action["kind"] == kind && action["issue"] == issue)
        .flat_map(|action| action["fields"].as_array().unwrap())
        .map(|field| (field["name"].as_str().unwrap().to_owned(), (field["from"].clone(), field["to"].clone())))
        .collect()
}

/// The notes of a kind: issue and message.
pub fn notes(document: &Value, kind: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let notes = document["notes"].as_array().unwrap().iter();
    notes.filter(|note| note["kind"] == kind).map(|note| (text(&note["issue"]), text(&note["message"]))).collect()
}

/// What the head of a world's repository publishes.
pub fn published(world: &World) -> Publication {
    let folder = world.repo();
    let home = world.path().join("home");
    let env = GitEnv::of(&folder, |name| (name == "HOME").then(|| home.clone().into_os_string()));
    let repo = Repo::open(&OpenAt::Path(folder.clone(), env)).unwrap();
    let prepared =
        Prepared::read(&std::fs::read(folder.join("plan.toml")).unwrap()).unwrap_or_else(|e| panic!("{e:?}"));
    let head = repo.head().unwrap().commit().unwrap();
    let plan = RepoPath::parse("plan.toml").unwrap();
    let view = repo.view(At::Commit(head), &RepoPath::root(), Some(&plan)).unwrap();
    let (status, _) = progress::judge(&prepared, &view, &Parses::default(), None, None);
    Publication::of(&status, None).unwrap()
}
