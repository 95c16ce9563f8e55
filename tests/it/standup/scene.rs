//! Scenes built by hand: a plan, what its tasks went through, and how they stand.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trueup::calendar::Calendar;
use trueup::checks::{Finding, Outcome, Reason, Verdict};
use trueup::progress::{At, AtKind, Claim, Claims, Status, TaskStatus};
use trueup::repo::{CommitId, Person, RepoPath};
use trueup::source::Outside;
use trueup::standup::{LinearSeen, Scene, Wrote};
use trueup::verify::{Change, Deed, Life, Prepared, Start, Step, Transition};

/// Two phases, four issues, a checklist. Issues 3 and 4 need others.
pub const PLAN: &str = r#"
schema = 1
[plan]
uid = "u-1"
title = "Court plan"
[[phases]]
id = "1"
title = "First things"
priority = "urgent"
[[phases.issues]]
id = "1"
title = "Run without root"
linear = "AB-1"
files = ["Dockerfile*"]
[[phases.issues.tasks]]
id = "1.1"
text = "Create `appuser`"
check = { file = { path = "a" } }
[[phases.issues.tasks]]
id = "1.2"
text = "Set USER in every final stage"
check = { file = { path = "b" } }
[[phases.issues.tasks]]
id = "1.3"
text = "Application runs without permission errors"
check = { attest = { covers = "Dockerfile*" } }
[[phases.issues]]
id = "2"
title = "Pin the base images"
linear = "AB-12"
files = ["Dockerfile*"]
[[phases.issues.tasks]]
id = "2.1"
text = "Pin by digest"
check = { file = { path = "c" } }
[[phases]]
id = "2"
title = "Later things"
priority = "high"
[[phases.issues]]
id = "3"
title = "Health checks"
needs = ["1"]
[[phases.issues.tasks]]
id = "3.1"
text = "Add HEALTHCHECK"
check = { file = { path = "d" } }
[[phases.issues]]
id = "4"
title = "Resource limits"
needs = ["3"]
[[phases.issues.tasks]]
id = "4.1"
text = "Set memory limits"
check = { file = { path = "e" } }
[[checklist]]
id = "T.1"
text = "README says how"
check = { file = { path = "README.md" } }
"#;

pub fn person(name: &str) -> Person {
    Person { name: name.into(), email: format!("{}@example.org", name.to_lowercase()).into() }
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a scene owns.
pub struct Owned {
    pub prepared: Prepared,
    pub life: Life,
    pub head: Vec<Verdict>,
    pub here: Option<Vec<Verdict>>,
    pub claimed: Vec<usize>,
    pub calendar: Calendar,
    pub now: Timestamp,
    pub branch: Option<String>,
    pub dirty: Vec<RepoPath>,
    pub me: Option<Person>,
    pub wrote: Vec<Wrote>,
    pub plan_since: Option<i64>,
    pub linear: Option<LinearSeen>,
    pub message: String,
}

impl Owned {
    /// All tasks fail, nothing happened, it is `now` in UTC.
    pub fn at(now: &str) -> Self {
        Self::of(PLAN, now)
    }

    pub fn of(plan: &str, now: &str) -> Self {
        let prepared = Prepared::read(plan.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let tasks = prepared.plan.tasks().count();
        let life = Life {
            plan: Arc::clone(&prepared.plan),
            steps: Vec::new(),
            transitions: Vec::new(),
            planned: None,
            start: Start::Root,
            verdicts: Vec::new(),
            first: Vec::new(),
        };
        Self {
            prepared,
            life,
            head: vec![Verdict::Fails; tasks],
            here: None,
            claimed: Vec::new(),
            calendar: Calendar::plain(TimeZone::UTC),
            now: time(now),
            branch: Some("main".to_owned()),
            dirty: Vec::new(),
            me: None,
            wrote: Vec::new(),
            plan_since: None,
            linear: None,
            message: "it is not so".to_owned(),
        }
    }

    pub fn zone(mut self, name: &str) -> Self {
        self.calendar.zone = TimeZone::get(name).unwrap();
        self
    }

    /// The index of a task.
    pub fn task(&self, id: &str) -> usize {
        self.prepared.plan.tasks().position(|(_, task)| task.id == id).unwrap()
    }

    /// A commit of somebody that leads tasks to verdicts.
    pub fn commit(&mut self, by: &str, at: &str, to: &[(&str, Verdict)]) -> &mut Self {
        let deed = deed(self.life.steps.len(), by, at);
        self.land(Arc::new(deed), None, to)
    }

    /// Lands a deed with a step of its own.
    pub fn land(&mut self, deed: Arc<Deed>, merge: Option<Arc<Deed>>, to: &[(&str, Verdict)]) -> &mut Self {
        let last = merge.as_ref().unwrap_or(&deed);
        let step = self.life.steps.len();
        self.life.steps.push(Step {
            id: last.id,
            time: last.time,
            author: Arc::new(last.author.clone()),
            holds: 0,
            fails: 0,
            unknown: 0,
            claimed: 0,
        });
        for (id, to) in to {
            let task = self.task(id);
            let from = self.head[task];
            let held = from == Verdict::Holds
                || self.life.transitions.iter().any(|t| t.task == task && t.to == Verdict::Holds);
            let change = Change::of(Some(from), *to, held).unwrap();
            self.head[task] = *to;
            self.life.transitions.push(Transition {
                task,
                change,
                from: Some(from),
                to: *to,
                deed: Arc::clone(&deed),
                merge: merge.clone(),
                step,
            });
        }
        self
    }

    fn status(&self, kind: AtKind, verdicts: &[Verdict]) -> Status {
        let tasks = self.prepared.plan.tasks().zip(verdicts).enumerate().map(|(index, ((_, task), verdict))| {
            let claim = Claim {
                source: "markdown",
                place: format!("PLAN.md:{}", index + 10).into(),
                line: Some(index as u32 + 10),
                value: "[x]".into(),
                done: Some(true),
            };
            let claims = if self.claimed.contains(&index) { vec![claim] } else { Vec::new() };
            TaskStatus { id: task.id.clone(), outcome: outcome(*verdict, &self.message), claims }
        });
        let rev = self.life.steps.last().map(|step| step.id.to_string());
        let at = At { kind, rev, dirty: !self.dirty.is_empty() };
        Status { plan: Arc::clone(&self.prepared.plan), at, tasks: tasks.collect(), claims: Claims::default() }
    }

    /// Looks at it.
    pub fn see<T>(&self, look: impl FnOnce(&Scene<'_>) -> T) -> T {
        let head = self.status(AtKind::Commit, &self.head);
        let here = self.status(AtKind::Worktree, self.here.as_ref().unwrap_or(&self.head));
        look(&Scene {
            life: &self.life,
            head: &head,
            here: &here,
            calendar: &self.calendar,
            now: self.now,
            branch: self.branch.as_deref(),
            dirty: &self.dirty,
            me: self.me.as_ref(),
            wrote: &self.wrote,
            plan_since: self.plan_since,
            linear: self.linear.as_ref(),
        })
    }
}

pub fn id(number: usize) -> CommitId {
    // Ids come only out of repositories: the builder of one names them.
    ids()[number]
}

/// The ids of 40 commits of a real repository, made once.
fn ids() -> &'static [CommitId] {
    static IDS: std::sync::OnceLock<Vec<CommitId>> = std::sync::OnceLock::new();
    IDS.get_or_init(|| {
        let folder = tempfile::TempDir::new().unwrap();
        let mut builder = trueup::repo::RepoBuilder::create(&folder.path().join("r"), "main").unwrap();
        let by = person("Ann");
        (0..40)
            .map(|n| {
                let path = RepoPath::parse("n").unwrap();
                builder.write(&path, n.to_string().as_bytes()).unwrap();
                builder.commit(&trueup::repo::NewCommit::by(&by, 1_700_000_000 + n, format!("{n}"))).unwrap()
            })
            .collect()
    })
}

pub fn deed(number: usize, by: &str, at: &str) -> Deed {
    Deed {
        id: id(number),
        time: time(at).as_second(),
        author: person(by),
        co_authors: Vec::new(),
        subject: Outside::from(format!("Work {number}")),
        names: Vec::new(),
    }
}

fn outcome(verdict: Verdict, message: &str) -> Outcome {
    let mut outcome = Outcome::default();
    match verdict {
        Verdict::Holds => outcome.push(Finding::proof("it is so")),
        Verdict::Fails => {
            let path = RepoPath::parse("Dockerfile").unwrap();
            outcome.push(Finding::fault(message).path(&path).help("make it so"));
        }
        Verdict::Unknown(reason) => outcome.doubt(reason, Finding::note("needs somebody's word")),
    }
    outcome
}

pub const HOLDS: Verdict = Verdict::Holds;
pub const FAILS: Verdict = Verdict::Fails;
pub const WORD: Verdict = Verdict::Unknown(Reason::NeedsPerson);
pub const STALE: Verdict = Verdict::Unknown(Reason::Stale);
