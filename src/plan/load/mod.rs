//! From the text of plan.toml to a plan, with every mistake.

mod build;
mod needs;
mod recover;
mod shape;
mod statement;

use super::keys::{DOCUMENT, PlanTable};
use super::{Mistake, Plan, RawCheck, Sets, Toml, TomlValue, parse_toml};
use crate::source::{Lines, Span};
use build::Builder;
use recover::Damage;
use shape::Shape;

/// A plan of more bytes than this is not read: 2 MiB.
pub const LARGEST_PLAN: usize = 2 * 1024 * 1024;

/// The number of the format that is read.
const SCHEMA: i64 = 1;

/// What became of a plan's text.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The plan, when nothing is wrong with it but perhaps its checks, which judgement reads.
    pub plan: Option<Plan>,
    /// Every mistake, in file order, except those inside checks.
    pub mistakes: Vec<Mistake>,
    /// Every check that could be found, in file order, also without a plan: their mistakes belong to the same run.
    pub checks: Vec<RawCheck>,
    /// The sets that checks may name; one whose line cannot be read is there, without patterns.
    pub sets: Sets,
}

impl Loaded {
    fn only(mistake: Mistake) -> Self {
        Self { mistakes: vec![mistake], ..Self::default() }
    }
}

/// Reads a plan as it lies on disk: UTF-8 or a mistake at the first byte that is not.
pub fn load_bytes(bytes: &[u8]) -> Loaded {
    match std::str::from_utf8(bytes) {
        Ok(source) => load(source),
        Err(_) if bytes.len() > LARGEST_PLAN => Loaded::only(too_large(bytes.len())),
        Err(error) => Loaded::only(not_utf8(error, "a plan is")),
    }
}

/// Reads a TOML file whose keys are those of a table, a plan or not: UTF-8, of at most [`LARGEST_PLAN`] bytes. What
/// could be read of it, and every mistake but those of meaning.
pub fn load_table(bytes: &[u8], table: &'static PlanTable) -> (Option<Toml>, Vec<Mistake>) {
    if bytes.len() > LARGEST_PLAN {
        let message = format!("{} has {} bytes; the bound is {LARGEST_PLAN} (2 MiB)", table.what, bytes.len());
        return (None, vec![Mistake::new(Span::default(), message, None)]);
    }
    let source = match std::str::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => return (None, vec![not_utf8(error, "settings are")]),
    };
    let recovered = recover::recover(source);
    let mut mistakes = recovered.mistakes;
    if let Some(root) = &recovered.root {
        mistakes.extend(Shape::check(root, table, source, &recovered.damage));
    }
    (recovered.root, mistakes)
}

fn not_utf8(error: std::str::Utf8Error, what: &str) -> Mistake {
    let at = error.valid_up_to();
    let span = Span::new(at, at + error.error_len().unwrap_or(1));
    Mistake::new(span, format!("this byte is no UTF-8, and {what}"), Some("save the file as UTF-8".to_owned()))
}

/// Reads a plan. The mistakes inside checks are judgement's to find (`verify::Prepared`).
pub fn load(source: &str) -> Loaded {
    if source.len() > LARGEST_PLAN {
        return Loaded::only(too_large(source.len()));
    }
    if !seems_a_plan(source) {
        let (root, _) = parse_toml(source);
        if root.get("schema").is_none() && root.get("plan").is_none() {
            return Loaded::only(not_a_plan());
        }
    }
    let recovered = recover::recover(source);
    let damage = &recovered.damage;
    let mut mistakes = recovered.mistakes;
    let Some(root) = recovered.root else { return Loaded { mistakes, ..Loaded::default() } };
    if let Some(mistake) = other_schema(&root) {
        mistakes.push(mistake);
        mistakes.sort_by_key(|mistake| mistake.span);
        return Loaded { mistakes, ..Loaded::default() };
    }
    mistakes.extend(Shape::check(&root, &DOCUMENT, source, damage));
    let lines = Lines::of(source.as_bytes());
    let mut builder = Builder::new(&lines, damage);
    let plan = builder.plan(&root);
    mistakes.append(&mut builder.mistakes);
    mistakes.extend(needs::check(&builder.needs, damage));
    mistakes.extend(no_tasks(&root, damage));
    mistakes.sort_by_key(|mistake| mistake.span);
    let sets = builder.known_sets(&root);
    Loaded { plan: mistakes.is_empty().then_some(plan), mistakes, checks: builder.checks, sets }
}

fn too_large(bytes: usize) -> Mistake {
    Mistake::new(
        Span::default(),
        format!("the plan has {bytes} bytes; the bound is {LARGEST_PLAN} (2 MiB)"),
        Some("split it into several plans".to_owned()),
    )
}

fn not_a_plan() -> Mistake {
    Mistake::new(
        Span::default(),
        "this is not a trueup plan: it has neither `schema` nor a `[plan]` table",
        Some("`trueup init` starts a plan; `--plan FILE` names one elsewhere".to_owned()),
    )
}

/// Whether a line begins as a plan's must: told from the text, which may be broken.
fn seems_a_plan(source: &str) -> bool {
    source.trim_start_matches('\u{feff}').lines().map(str::trim_start).any(|line| {
        line.starts_with("[plan") || line.strip_prefix("schema").is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}

fn other_schema(root: &Toml) -> Option<Mistake> {
    let schema = root.get("schema")?;
    match schema.value {
        TomlValue::Integer(number) if number != SCHEMA => Some(Mistake::new(
            schema.span,
            format!("this trueup reads schema {SCHEMA}, and the plan is written in schema {number}"),
            Some(if number > SCHEMA {
                "use a newer trueup, or write `schema = 1` if that is what it is".to_owned()
            } else {
                "write `schema = 1`".to_owned()
            }),
        )),
        _ => None,
    }
}

/// A plan without tasks can never be done: nothing holds by emptiness.
fn no_tasks(root: &Toml, damage: &Damage) -> Option<Mistake> {
    fn count(toml: &Toml, key: &str) -> usize {
        let Some(list) = toml.get(key) else { return 0 };
        let TomlValue::List(items) = &list.value else { return 1 };
        match key {
            "phases" => items.iter().map(|phase| count(phase, "issues")).sum(),
            "issues" => items.iter().map(|issue| count(issue, "tasks")).sum(),
            _ => items.len(),
        }
    }
    let tasks: usize = ["phases", "checklist", "policies"].iter().map(|key| count(root, key)).sum();
    if tasks > 0 || !damage.is_none() {
        return None;
    }
    let span = root.get("plan").map_or_else(Span::default, |plan| plan.span);
    let help = "add one: `[[phases]]`, below it `[[phases.issues]]`, below that `[[phases.issues.tasks]]` with \
                `id`, `text` and `check`";
    Some(Mistake::new(span, "the plan has no tasks", Some(help.to_owned())))
}
