//! `commits`: who wrote the commits that touch files.

use crate::checks::{
    Args, Body, CountedCommits, Field, FieldType, FileSet, Finding, HistoryCheck, Kind, Outcome, Reason, Verdict,
};
use crate::repo::{Commit, History, Pattern, Person, Touching};

/// The kind.
pub const KIND: Kind = Kind {
    name: "commits",
    summary: "every commit that touches files is by one author",
    doc: "\
Looks at the commits, from the judged tree's back, that add, change or remove a file that `paths` matches, since the \
commit that first brought the plan's file into the repository (that one included; all commits, when none did).

* Holds when each has the author: `author` is compared as it stands, `email` without regard to case. Co-authors and \
committers do not count. Names and addresses are taken as the tree's own .mailmap corrects them \
([gitmailmap](https://git-scm.com/docs/gitmailmap)).
* Merge commits are exempt: what they bring is judged by the commits that they merge.
* Fails when one has another author, and when no commit touches the files at all.
* Unknown when the history is cut off (a shallow clone, a graft) before the walk is done, unless a fault was found.",
    example: "check = { commits = { paths = [\"Dockerfile*\"], author = \"Ann\", email = \"ann@example.org\" } }",
    fields: &[
        Field { name: "paths", takes: FieldType::Files, required: true, doc: "the files" },
        Field { name: "author", takes: FieldType::Text, required: false, doc: "the author's name" },
        Field { name: "email", takes: FieldType::Text, required: false, doc: "the author's address" },
    ],
    compile,
};

/// Authors that are named one by one; further ones are only counted.
const MOST_AUTHORS: usize = 10;

/// Commits of one author that are named; further ones are only counted.
const MOST_COMMITS: usize = 5;

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let (author, email) = (args.text("author"), args.text("email"));
    if author.is_none() && email.is_none() {
        args.mistake("paths", "`commits` needs `author`, `email` or both", None);
        return None;
    }
    Some(Body::History(Box::new(Commits { paths: args.files("paths"), author, email })))
}

struct Commits {
    paths: FileSet,
    author: Option<String>,
    email: Option<String>,
}

impl HistoryCheck for Commits {
    fn evaluate(&self, history: &dyn History) -> Outcome {
        let mut outcome = Outcome::default();
        let touching = match history.touching(&self.paths.patterns) {
            Ok(touching) => touching,
            Err(error) => {
                outcome.doubt(Reason::of(&error), Finding::note(format!("the history cannot be read: {error}")));
                return outcome;
            }
        };
        let judged: Vec<&Commit> = touching.commits.iter().filter(|commit| self.judges(commit.parents)).collect();
        let wrong = self.by_others(&judged);
        let span = self.span(&touching);
        for (person, commits) in wrong.iter().take(MOST_AUTHORS) {
            outcome.push(self.fault(person, commits));
        }
        if let Some(more) = wrong.len().checked_sub(MOST_AUTHORS).filter(|more| *more > 0) {
            outcome.push(Finding::note(format!("{more} more authors wrote such commits")));
        }
        if !touching.cut_at.is_empty() {
            outcome.doubt(Reason::Shallow, cut_off(&touching.cut_at));
        } else if judged.is_empty() {
            outcome.push(
                Finding::fault(format!("no commit{span} (merges aside) touches {}", self.shown_paths()))
                    .help("nothing holds by emptiness: commit such a file, or change the paths in the plan"),
            );
        }
        if wrong.is_empty() && !judged.is_empty() {
            let count = match judged.len() {
                1 => "the one commit".to_owned(),
                n => format!("all {n} commits"),
            };
            let latest = judged.first().map(|commit| named(commit)).unwrap_or_default();
            let verb = if judged.len() == 1 { "touches" } else { "touch" };
            outcome.push(Finding::proof(format!(
                "{count}{span} (merges aside) that {verb} {} are by {}; the latest is {latest}",
                self.shown_paths(),
                self.wanted()
            )));
        }
        outcome
    }

    fn paths(&self) -> &[Pattern] {
        &self.paths.patterns
    }

    fn judges(&self, parents: usize) -> bool {
        parents < 2
    }

    fn fits(&self, person: &Person) -> bool {
        let name = self.author.as_deref().is_none_or(|author| author == person.name.raw());
        let email = |email: &str| email.to_lowercase() == person.email.raw().to_lowercase();
        name && self.email.as_deref().is_none_or(email)
    }

    fn verdict(&self, commits: CountedCommits) -> Verdict {
        match commits {
            CountedCommits { others: 1.., .. } => Verdict::Fails,
            CountedCommits { cut: 1.., .. } => Verdict::Unknown(Reason::Shallow),
            CountedCommits { fitting: 0, .. } => Verdict::Fails,
            _ => Verdict::Holds,
        }
    }
}

impl Commits {
    /// Commits that do not fit, by author, in the order of the latest commit of each.
    fn by_others<'c>(&self, commits: &[&'c Commit]) -> Vec<(&'c Person, Vec<&'c Commit>)> {
        let mut others: Vec<(&Person, Vec<&Commit>)> = Vec::new();
        for commit in commits.iter().copied().filter(|commit| !self.fits(&commit.author)) {
            match others.iter_mut().find(|(person, _)| **person == commit.author) {
                Some((_, theirs)) => theirs.push(commit),
                None => others.push((&commit.author, vec![commit])),
            }
        }
        others
    }

    fn fault(&self, person: &Person, commits: &[&Commit]) -> Finding {
        let author = format!("{} <{}>", person.name.raw(), person.email.raw());
        let list: Vec<String> = commits.iter().take(MOST_COMMITS).map(|commit| named(commit)).collect();
        let more = commits.len().saturating_sub(MOST_COMMITS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let count = if commits.len() == 1 { "a commit".to_owned() } else { format!("{} commits", commits.len()) };
        Finding::fault(format!("{count} by {author}, not by {}: {}{more}", self.wanted(), list.join(", "))).help(
            format!(
                "if that is the same person, say so in .mailmap: `{} <{}> {author}`",
                self.author.as_deref().unwrap_or_else(|| person.name.raw()),
                self.email.as_deref().unwrap_or_else(|| person.email.raw()),
            ),
        )
    }

    fn wanted(&self) -> String {
        match (&self.author, &self.email) {
            (Some(author), Some(email)) => format!("{author} <{email}>"),
            (Some(author), None) => author.clone(),
            (None, Some(email)) => format!("<{email}>"),
            (None, None) => String::new(),
        }
    }

    fn shown_paths(&self) -> String {
        self.paths.written.join(", ")
    }

    /// From when on commits were looked at, to be put after "commit".
    fn span(&self, touching: &Touching) -> String {
        match &touching.since {
            Some(birth) => format!(" since {}, which brought the plan in,", short(birth)),
            None => String::new(),
        }
    }
}

fn short(commit: &Commit) -> &str {
    commit.id.get(..8).unwrap_or(&commit.id)
}

fn named(commit: &Commit) -> String {
    format!("{} \"{}\"", short(commit), commit.subject.raw())
}

fn cut_off(at: &[String]) -> Finding {
    let at: Vec<&str> = at.iter().take(MOST_COMMITS).map(|id| id.get(..8).unwrap_or(id)).collect();
    Finding::note(format!("the history is cut off at {}: what lies behind cannot be seen", at.join(", ")))
        .help("git fetch --unshallow brings the rest of a shallow clone; a graft has to be taken away")
}
