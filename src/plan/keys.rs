//! The keys of plan.toml: loader, JSON Schema and documentation derive from these tables.

/// A table of plan.toml: what it is called, and its keys.
#[derive(Debug)]
pub struct PlanTable {
    /// What a message calls it: `the plan`, `a phase`, `an issue`, `a task`.
    pub what: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [PlanKey],
}

/// A key of plan.toml.
#[derive(Debug)]
pub struct PlanKey {
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: KeyType,
    /// Whether it must be there.
    pub required: bool,
    /// What it means, in one line.
    pub doc: &'static str,
}

/// What a key of plan.toml takes.
#[derive(Debug, Clone, Copy)]
pub enum KeyType {
    /// The number of the format: 1.
    Schema,
    /// A text that is not empty.
    Text,
    /// A text, or a list of texts; none empty.
    Texts,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A path below the plan's folder.
    Path,
    /// A file pattern or `@set`, or a list of them.
    Files,
    /// `true` or `false`.
    Flag,
    /// A check: `{ kind = { options } }`; judgement reads it.
    Check,
    /// Names of the writer's own, each with a list of file patterns.
    Sets,
    /// A table.
    Table(&'static PlanTable),
    /// A list of tables: `[[…]]`.
    Tables(&'static PlanTable),
}

impl PlanTable {
    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static PlanKey> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

/// The words of `priority`; [`super::Priority::WORDS`] gives their meaning.
pub const PRIORITIES: &[&str] = &["urgent", "high", "medium", "low", "none"];

const fn required(name: &'static str, takes: KeyType, doc: &'static str) -> PlanKey {
    PlanKey { name, takes, required: true, doc }
}

/// A key that may be left out.
pub const fn optional(name: &'static str, takes: KeyType, doc: &'static str) -> PlanKey {
    PlanKey { name, takes, required: false, doc }
}

/// Every table, from the outside in.
pub static TABLES: &[&PlanTable] =
    &[&DOCUMENT, &PLAN, &SETTINGS, &LINEAR, &PHASE, &ISSUE, &IMPLEMENTATION, &TASK, &WORD];

/// The whole file.
pub static DOCUMENT: PlanTable = PlanTable {
    what: "plan.toml",
    keys: &[
        required("schema", KeyType::Schema, "the number of this format: 1"),
        required("plan", KeyType::Table(&PLAN), "what the plan is"),
        optional("settings", KeyType::Table(&SETTINGS), "what a team shares of its settings"),
        optional("linear", KeyType::Table(&LINEAR), "where the plan stands in Linear"),
        optional("sets", KeyType::Sets, "named lists of file patterns; `@name` stands for one"),
        optional("phases", KeyType::Tables(&PHASE), "the phases, in order"),
        optional("checklist", KeyType::Tables(&TASK), "tasks that every issue shares"),
        optional("policies", KeyType::Tables(&TASK), "rules for the repository as a whole"),
    ],
};

/// `[plan]`.
pub static PLAN: PlanTable = PlanTable {
    what: "the plan",
    keys: &[
        required("uid", KeyType::Text, "random, written by `trueup init`; with an issue's id it makes ids in Linear"),
        required("title", KeyType::Text, "the title"),
        optional("team", KeyType::Text, "the team's name"),
        optional("priority", KeyType::Text, "the plan's priority, in its own words"),
        optional("status", KeyType::Text, "how things stood when the plan was written; what holds now is computed"),
        optional("summary", KeyType::Text, "what the plan is about, in one paragraph"),
        optional("claims", KeyType::Path, "a Markdown plan below the root whose boxes are claims"),
        optional("root", KeyType::Path, "the folder that paths are relative to, seen from the plan's own folder"),
        optional("checklist_title", KeyType::Text, "the checklist's heading"),
        optional("checklist_intro", KeyType::Text, "what stands above the checklist"),
        optional("order", KeyType::Texts, "in which order to go"),
        optional("next_steps", KeyType::Texts, "what to do next"),
        optional("notes", KeyType::Texts, "notes"),
    ],
};

/// `time_zone`, here and in a person's own settings.
pub const TIME_ZONE: PlanKey = optional(
    "time_zone",
    KeyType::Text,
    "where days begin and end: a name of the IANA database (`Europe/Berlin`), `UTC`, a distance to it (`+02:00`), \
     or `local`",
);

/// `workweek`, likewise.
pub const WORKWEEK: PlanKey =
    optional("workweek", KeyType::Texts, "the days that are worked: `mon-fri`, `sun-thu`, or `[\"mon\", \"tue\"]`");

/// `holidays`, likewise.
pub const HOLIDAYS: PlanKey = optional(
    "holidays",
    KeyType::Texts,
    "days that are not worked: `2026-12-25`, or the first and the last of several: `2026-12-24..2026-12-31`",
);

/// `standup_by`, likewise.
pub const STANDUP_BY: PlanKey =
    optional("standup_by", KeyType::OneOf(&["person", "issue"]), "what a standup is ordered by");

/// `[settings]`.
pub static SETTINGS: PlanTable =
    PlanTable { what: "the `settings` table", keys: &[TIME_ZONE, WORKWEEK, HOLIDAYS, STANDUP_BY] };

/// `[linear]`.
pub static LINEAR: PlanTable = PlanTable {
    what: "the `linear` table",
    keys: &[
        optional("team", KeyType::Text, "the team's key, the part of `STAB-155` before the dash"),
        optional("project", KeyType::Text, "a project's name or id; makes phases its milestones"),
        optional("ref", KeyType::Text, "which branch is published; else the remote's default branch"),
        optional(
            "on_claimed_done",
            KeyType::OneOf(&["report", "reopen"]),
            "what happens to an issue that is done in Linear and not in the repository",
        ),
    ],
};

/// `[[phases]]`.
pub static PHASE: PlanTable = PlanTable {
    what: "a phase",
    keys: &[
        required("id", KeyType::Text, "its id, unique among phases"),
        required("title", KeyType::Text, "its title"),
        optional("priority", KeyType::OneOf(PRIORITIES), "its priority, and that of its issues that have none"),
        optional("rationale", KeyType::Text, "why it stands where it does in the order"),
        optional("files", KeyType::Texts, "the files that its issues touch, in the plan's own words"),
        optional("issues", KeyType::Tables(&ISSUE), "its issues, in order"),
    ],
};

/// `[[phases.issues]]`.
pub static ISSUE: PlanTable = PlanTable {
    what: "an issue",
    keys: &[
        required("id", KeyType::Text, "its id, unique among issues"),
        required("title", KeyType::Text, "its title"),
        optional("priority", KeyType::OneOf(PRIORITIES), "its priority; else its phase's"),
        optional("linear", KeyType::Text, "its identifier in Linear, to be shown: `STAB-155`"),
        optional("linear_id", KeyType::Text, "its UUID in Linear, written by `trueup sync`"),
        optional("url", KeyType::Text, "its page"),
        optional("status", KeyType::Text, "how it stood when the plan was written; what holds now is computed"),
        optional("sign", KeyType::Text, "the sign before its heading in the Markdown plan"),
        optional("needs", KeyType::Texts, "the ids of issues that come first"),
        optional("labels", KeyType::Texts, "the names of its labels in Linear"),
        optional("files", KeyType::Files, "the files that it touches"),
        optional("rationale", KeyType::Texts, "why"),
        optional("benefits", KeyType::Texts, "what it brings"),
        optional("expected", KeyType::Texts, "what to expect of it"),
        optional("improvements", KeyType::Texts, "what it improves"),
        optional("implementation", KeyType::Table(&IMPLEMENTATION), "how it may be done"),
        optional("tasks", KeyType::Tables(&TASK), "its tasks, in order"),
    ],
};

/// `implementation` of an issue.
pub static IMPLEMENTATION: PlanTable = PlanTable {
    what: "an implementation",
    keys: &[
        optional("title", KeyType::Text, "its heading, when it has its own"),
        required("lang", KeyType::Text, "the language of the snippet"),
        required("text", KeyType::Text, "the snippet"),
    ],
};

/// `[[phases.issues.tasks]]`, `[[checklist]]` and `[[policies]]`.
pub static TASK: PlanTable = PlanTable {
    what: "a task",
    keys: &[
        required("id", KeyType::Text, "its id, unique in the plan: `1.2`, `T.1`"),
        required("text", KeyType::Text, "what should become true, in Markdown"),
        optional("testing", KeyType::Flag, "true: it is one of its issue's testing boxes"),
        required("check", KeyType::Check, "what makes it true: `{ kind = { options } }`"),
        optional("word", KeyType::Table(&WORD), "a person's word for what the check asks of one"),
    ],
};

/// `word` of a task; `trueup attest` writes it. [`super::Word`] says what each key means.
pub static WORD: PlanTable = PlanTable {
    what: "a word",
    keys: &[
        required("by", KeyType::Text, "whose word it is: `Name <mail>`"),
        required("on", KeyType::Text, "when it was given, as RFC 3339 writes it"),
        required("commit", KeyType::Text, "the commit that was looked at; it is shown and decides nothing"),
        optional("note", KeyType::Text, "what the person said beside it"),
        optional("until", KeyType::Text, "the last day on which it counts, in UTC: `2027-01-31`"),
        required("covers", KeyType::Text, "digest of the covered files; the word counts while they are as they were"),
        optional("files", KeyType::Text, "a mark of each covered file (at most 64), to name what changed"),
        optional("except", KeyType::Path, "the plan itself, when it is among the covered files"),
        required("about", KeyType::Text, "digest of the task's text and of what its check asks"),
    ],
};
