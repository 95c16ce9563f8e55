//! `trueup attest`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{Attest, Format, Global};
use super::error::{CliError, ErrorKind, git_error};
use super::gather::Session;
use super::{output, plan_file};
use crate::checks::{Asked, Check, Covered, Outcome, Uncovered, cover};
use crate::plan::{
    EditError, EditPlace, EditValue, Editing, LONGEST_NOTE, Plan, Task, Word, edit_file, load_bytes, nearest,
};
use crate::repo::{At, CommitId, Head, RepoError, RepoPath};
use crate::report::attest::{self as report, Attested, Done};
use crate::semantics::files::Files;
use crate::source::mask;
use crate::verify::{Judge, Prepared};

pub(super) fn run(global: &Global, args: &Attest) -> Result<ExitCode, CliError> {
    let file = plan_file::plan_file(global, None)?;
    let before = std::fs::read(&file).map_err(|error| CliError::io(&file, "read", &error))?;
    if args.revoke { revoke(global, args, &file, &before) } else { give(global, args, &file, &before) }?;
    Ok(ExitCode::SUCCESS)
}

fn print(global: &Global, attested: &Attested<'_>) -> Result<(), CliError> {
    match global.format {
        Format::Json => output::print_json(&report::json(attested)),
        Format::Human => output::print(&report::human(attested)),
    }
}

/// Needs no repository, and no check that can be read: a word may stand where it no longer counts for anything.
fn revoke(global: &Global, args: &Attest, file: &Path, before: &[u8]) -> Result<(), CliError> {
    let Some(plan) = load_bytes(before).plan else {
        plan_file::load_plan(file, global.now())?;
        return Err(edit_error(EditError::Changed(file.to_owned()), file, None));
    };
    let (_, task) = find(&plan, &args.task)?;
    write(file, before, None, |editing| editing.remove(EditPlace::Task(&task.id), "word").map(drop))?;
    let done = Done::Revoked(task.word.as_ref().map(|word| word.by.as_str()));
    print(global, &Attested { task: &task.id, path: &file.display().to_string(), done })
}

fn give(global: &Global, args: &Attest, file: &Path, before: &[u8]) -> Result<(), CliError> {
    let session = Session::open(global)?;
    let now = session.now();
    let (index, task) = find(session.plan(), &args.task)?;
    let check = session.prepared.checks.get(index).ok_or_else(|| no_task(session.plan(), &args.task))?;
    let asked = check.asks(&task.text).ok_or_else(|| decided(task, check))?;
    let until = last_day(args.until, now)?;
    let note = note(args.note.as_deref())?;
    let (commit, covered, except) = look(&session, &asked)?;
    let person = session.repo.author(|name| std::env::var_os(name)).map_err(|error| git_error(&error))?;
    let word = Word {
        by: format!("{} <{}>", person.name.raw(), person.email.raw()),
        on: now.round(jiff::Unit::Second).unwrap_or(now),
        commit: commit.to_string(),
        covers: covered.digest,
        files: covered.marks(),
        about: asked.about,
        except,
        note,
        until,
    };
    let value = EditValue::Table(word.entries());
    let set = |editing: &mut Editing| editing.set(EditPlace::Task(&task.id), "word", &value).map(drop);
    let edited = edited(before, set).map_err(|error| edit_error(error, file, None))?;
    let outcome = judge(&session, edited.as_bytes(), index, now)?;
    if !args.dry_run {
        write(file, before, Some((&task.id, &value)), set)?;
    }
    let done = Done::Given {
        word: &word,
        files: covered.files.len(),
        again: task.word.is_some(),
        outcome: &outcome,
        written: !args.dry_run,
    };
    print(global, &Attested { task: &task.id, path: &file.display().to_string(), done })
}

fn find<'p>(plan: &'p Plan, id: &str) -> Result<(usize, &'p Task), CliError> {
    let mut tasks = plan.tasks().map(|(_, task)| task).enumerate();
    tasks.find(|(_, task)| task.id == id).ok_or_else(|| no_task(plan, id))
}

fn no_task(plan: &Plan, id: &str) -> CliError {
    let error = CliError::new(ErrorKind::Usage, format!("the plan has no task `{id}`"));
    error.help(match nearest(id, plan.tasks().map(|(_, task)| task.id.as_str())) {
        Some(near) => format!("did you mean `{near}`? `trueup status` lists them all"),
        None => "`trueup status` lists them all".to_owned(),
    })
}

fn decided(task: &Task, check: &Check) -> CliError {
    let kinds: Vec<String> = check.deciding_kinds().iter().map(|kind| format!("`{kind}`")).collect();
    let message = format!("nobody's word counts for task `{}`: {} decides it", task.id, kinds.join(", "));
    let help = format!("`trueup explain {}` shows why it stands as it does", task.id);
    CliError::new(ErrorKind::Usage, message).help(help)
}

fn last_day(until: Option<Date>, now: Timestamp) -> Result<Option<Date>, CliError> {
    let today = now.to_zoned_datetime(TimeZone::UTC).date();
    match until {
        Some(until) if until < today => {
            let message = format!("a word until {until} would be over already: today is {today} in UTC");
            Err(CliError::new(ErrorKind::Usage, message).help("name a day to come, or leave `--until` out"))
        }
        until => Ok(until),
    }
}

/// The note in one line.
fn note(text: Option<&str>) -> Result<Option<String>, CliError> {
    let Some(text) = text else { return Ok(None) };
    let text = text.replace(char::is_control, " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if length > LONGEST_NOTE {
        let message = format!("the note has {length} characters; it may have {LONGEST_NOTE}");
        return Err(CliError::new(ErrorKind::Usage, message).help("say it shorter, and link to the rest"));
    }
    if text.is_empty() {
        return Err(CliError::new(ErrorKind::Usage, "the note is empty").help("say something, or leave `--note` out"));
    }
    Ok(Some(text))
}

/// What the word covers: the files at HEAD, which the work tree must have as they are there.
fn look(session: &Session, asked: &Asked) -> Result<(CommitId, Covered, Option<RepoPath>), CliError> {
    let failed = |error: RepoError| git_error(&error);
    let repo = &session.repo;
    if repo.work_dir().is_none() {
        let error = RepoError::NoWorkTree { at: repo.git_dir().to_path_buf() };
        return Err(failed(error).help("give your word in a clone with a work tree, and push the commit with it"));
    }
    let head = match repo.head().map_err(failed)? {
        Head::Commit { id, .. } => id,
        Head::Unborn { branch } => {
            let help = "a word is about a commit: commit what it covers first";
            return Err(failed(RepoError::Unborn { branch }).help(help));
        }
    };
    let plan = plan_file::inside(repo, session.plan_file()).and_then(|path| path.strip(&session.root));
    let except = plan.filter(|path| asked.covers.iter().any(|pattern| pattern.matches(path)));
    if except.as_ref().is_some_and(|path| path.as_str().is_none()) {
        let message = "the word would cover the plan itself, whose path is not UTF-8";
        return Err(CliError::new(ErrorKind::Usage, message).help("give the plan's file another name"));
    }
    let at = |at: At| repo.view(at, &session.root, session.plan_path.as_ref()).map_err(failed);
    let (here, there) = (at(At::WorkTree)?, at(At::Commit(head))?);
    let covered = cover(&Files::new(there.tree().as_ref(), &session.parses), &asked.covers, except.as_ref())
        .map_err(|error| uncovered(&error))?;
    let mut paths: BTreeSet<RepoPath> = covered.files.iter().map(|(path, _)| path.clone()).collect();
    for pattern in &asked.covers {
        let what = pattern.as_str().to_owned();
        let found = here.tree().glob(pattern).map_err(|error| uncovered(&Uncovered::Unread { what, error }))?;
        paths.extend(found.into_iter().map(|found| found.path).filter(|path| Some(path) != except.as_ref()));
    }
    let dirty: Vec<&RepoPath> = paths.iter().filter(|path| here.is_dirty([*path], [])).collect();
    if dirty.is_empty() { Ok((head, covered, except)) } else { Err(differs(&dirty)) }
}

fn uncovered(error: &Uncovered) -> CliError {
    let error_of = |help: &str| CliError::new(ErrorKind::Usage, format!("a word covers files: {error}")).help(help);
    match error {
        Uncovered::Nothing(_) => error_of("commit such a file, or change what the check in the plan covers"),
        Uncovered::Submodule(_) => error_of("cover other files in the plan's check"),
        Uncovered::Unread { .. } => error_of("`trueup explain TASK` shows the same; mend what it names first"),
    }
}

fn differs(dirty: &[&RepoPath]) -> CliError {
    let named: Vec<String> = dirty.iter().take(5).map(|path| path.shown().raw().to_owned()).collect();
    let more = match dirty.len().checked_sub(named.len()) {
        Some(more @ 1..) => format!(" and {more} more"),
        _ => String::new(),
    };
    let message = format!("covered files differ from HEAD: {}{more}", named.join(", "));
    CliError::new(ErrorKind::Usage, message)
        .help("a word is about a commit that others have: commit these files or put them back, then give it")
}

/// What the task answers in the work tree once the plan reads so.
fn judge(session: &Session, plan: &[u8], index: usize, now: Timestamp) -> Result<Outcome, CliError> {
    let view = session
        .repo
        .view(At::WorkTree, &session.root, session.plan_path.as_ref())
        .map_err(|error| git_error(&error))?;
    let wrong = |message: &str| CliError::new(ErrorKind::Plan, format!("the plan would have a mistake: {message}"));
    let prepared = Prepared::read_at(plan, now)
        .map_err(|mistakes| wrong(mistakes.first().map_or("of its checks", |mistake| mistake.message.as_str())))?;
    let check = prepared.checks.get(index).ok_or_else(|| wrong("the task is gone"))?;
    let (tree, history) = (view.tree(), view.history());
    let judge = Judge { tree: tree.as_ref(), history: history.as_ref(), parses: &session.parses, memo: None };
    Ok(judge.check(check))
}

type Change<'c> = &'c dyn Fn(&mut Editing) -> Result<(), EditError>;

fn edited(before: &[u8], change: impl Fn(&mut Editing) -> Result<(), EditError>) -> Result<String, EditError> {
    let text = std::str::from_utf8(before).map_err(|_| EditError::NotText(PathBuf::new()))?;
    let mut editing = Editing::of(text)?;
    change(&mut editing)?;
    Ok(editing.text().to_owned())
}

/// Writes the change into a plan that still reads as it did, and that its owner may write. `word` is shown to be
/// pasted when it cannot be written.
fn write(
    file: &Path,
    before: &[u8],
    word: Option<(&str, &EditValue)>,
    change: impl Fn(&mut Editing) -> Result<(), EditError>,
) -> Result<(), CliError> {
    let change: Change<'_> = &change;
    let is_read_only = std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().readonly());
    let written = if is_read_only {
        let error = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it is read-only");
        Err(EditError::File { path: file.to_owned(), error })
    } else {
        edit_file(file, |editing| {
            if editing.text().as_bytes() != before {
                return Err(EditError::Changed(file.to_owned()));
            }
            change(editing)
        })
    };
    written.map(drop).map_err(|error| edit_error(error, file, word))
}

fn edit_error(error: EditError, file: &Path, word: Option<(&str, &EditValue)>) -> CliError {
    let kind = match error {
        EditError::File { .. } | EditError::Changed(_) => ErrorKind::Io,
        _ => ErrorKind::Plan,
    };
    let help = match (&error, word) {
        // What would have to be masked cannot be pasted.
        (EditError::File { .. }, Some((_, value))) if mask(&value.render()) != value.render() => {
            "make it writable, and run the command again".to_owned()
        }
        (EditError::File { .. }, Some((task, value))) => {
            format!("make it writable, or put this into task {task} yourself: word = {}", value.render())
        }
        (EditError::File { .. }, None) => "make it writable, or take `word` out of the task yourself".to_owned(),
        (EditError::Changed(_), _) => "run the command again".to_owned(),
        (EditError::Apart(key), _) => format!("write `{key}` in one line, or take it out by hand"),
        _ => "`trueup lint` shows every mistake of a plan".to_owned(),
    };
    CliError::new(kind, error.to_string()).path(file.display().to_string()).help(help)
}
