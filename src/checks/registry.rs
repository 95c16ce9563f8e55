//! The registry: one line a kind. Parser, reference pages and schema derive from it.

use super::kind::{Check, Kind, Mistakes};
use super::{Args, kinds};
use crate::plan::{Mistake, RawCheck, Sets, Toml, nearest};

/// Every kind, in the order of the reference page.
pub const KINDS: &[&Kind] = &[
    &kinds::account::KIND,
    &kinds::package::KIND,
    &kinds::owner::KIND,
    &kinds::copy_owner::KIND,
    &kinds::final_user::KIND,
    &kinds::healthcheck::KIND,
    &kinds::image_tag::KIND,
    &kinds::pinned::KIND,
    &kinds::documented_base::KIND,
    &kinds::stages::KIND,
    &kinds::dependency_install::KIND,
    &kinds::runtime_dependencies::KIND,
    &kinds::code_from_stage::KIND,
    &kinds::order::KIND,
    &kinds::copy_sources::KIND,
    &kinds::dockerignore::KIND,
    &kinds::compose::KIND,
    &kinds::compose_user::KIND,
    &kinds::mounts::KIND,
    &kinds::volumes_declared::KIND,
    &kinds::resources::KIND,
    &kinds::tmpfs::KIND,
    &kinds::capabilities::KIND,
    &kinds::no_new_privileges::KIND,
    &kinds::env_file::KIND,
    &kinds::environment::KIND,
    &kinds::documented_variables::KIND,
    &kinds::deployment_document::KIND,
    &kinds::xtrace::KIND,
    &kinds::certificate_validation::KIND,
    &kinds::failure_reports::KIND,
    &kinds::time_limit::KIND,
    &kinds::configurable::KIND,
    &kinds::commits::KIND,
    &kinds::text::KIND,
    &kinds::file::KIND,
    &kinds::data::KIND,
    &kinds::command::KIND,
    &kinds::attest::KIND,
    &kinds::all::KIND,
    &kinds::any::KIND,
];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name).copied()
}

/// Makes a task's check; reports every mistake in it.
pub fn compile(raw: &RawCheck, sets: &Sets) -> Result<Check, Mistakes> {
    compile_table(&raw.table, sets)
}

/// `{ kind = { options } }`.
pub(super) fn compile_table(table: &Toml, sets: &Sets) -> Result<Check, Mistakes> {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let (key, options) = match table.entries() {
        Some([(key, options)]) => (key, options),
        Some(entries) => {
            let message = match entries.len() {
                0 => "a check names one kind; this one is empty".to_owned(),
                n => format!("a check names one kind; this one names {n}"),
            };
            let help = "write `{ kind = { options } }`; join several with `all` or `any`".to_owned();
            return Err(vec![Mistake::new(table.span, message, Some(help))]);
        }
        None => {
            let message = format!("a check is a table, not {}", table.type_name());
            return Err(vec![Mistake::new(table.span, message, Some("write `{ kind = { options } }`".into()))]);
        }
    };
    let Some(kind) = kind(&key.name) else {
        let help = match nearest(&key.name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? `trueup checks` lists every kind"),
            None => "`trueup checks` lists every kind".to_owned(),
        };
        return Err(vec![Mistake::new(key.span, format!("there is no kind of check `{}`", key.name), Some(help))]);
    };
    // `all` and `any` take their list without a table around it.
    let wrapped;
    let options = if kind.fields.len() == 1 && kind.fields.iter().all(|f| f.takes == super::FieldType::Checks) {
        wrapped = Toml::table_of(kind.fields.first().map_or("", |f| f.name), options.clone());
        &wrapped
    } else {
        options
    };
    let mut args = Args::new(kind, options, sets);
    let body = if args.is_clean() { (kind.compile)(&mut args) } else { None };
    let ask = args.take_ask();
    let (mut mistakes, digest) = args.finish();
    for mistake in &mut mistakes {
        mistake.help.get_or_insert_with(|| format!("`trueup checks {}` shows what it takes", kind.name));
    }
    match body {
        Some(body) if mistakes.is_empty() => Ok(Check { kind, digest, body, ask }),
        _ => {
            if mistakes.is_empty() {
                mistakes.push(Mistake::new(
                    table.span,
                    format!("`{}` cannot be made of these options", kind.name),
                    None,
                ));
            }
            Err(mistakes)
        }
    }
}
