//! What people did to a block.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::base::{Base, Recorded};
use super::block::Block;
use super::ids;
use super::wanted::Wanted;
use crate::linear::{Attachment, Issue};

/// The evidence that an issue carries for a plan, by the plan's uid.
pub(super) fn evidence<'i>(plan: &str, wanted: &Wanted, issue: &'i Issue) -> Option<&'i Attachment> {
    let address = ids::address(plan, &wanted.id);
    issue.attachments.iter().find(|one| one.url.raw() == address)
}

/// The boxes of a block that people ticked or unticked; `None` when nobody has touched it: it certifies itself, or it
/// came back from Linear just so.
pub(super) fn by_hand(wanted: &Wanted, found: &Block, evidence: Option<&Attachment>) -> Option<Vec<(String, bool)>> {
    let recorded = evidence.map(|evidence| Base::recorded(&evidence.metadata));
    let returned = match &recorded {
        Some(Recorded::Known { base, .. }) => base.returned.as_ref(),
        _ => None,
    };
    if found.is_certified() || returned == Some(&found.bytes) {
        return None;
    }
    // The block was written with the verdicts of the evidence; the repository may say something else by now.
    let written = evidence.map(|evidence| verdicts(&evidence.metadata)).unwrap_or_default();
    let now = |id: &str| wanted.lines.iter().find(|own| own.id == id).map(|own| own.ticked);
    let edited = found.lines.iter().filter_map(|line| {
        let before = written.get(&line.id).copied().or_else(|| now(&line.id))?;
        (now(&line.id).is_some() && line.ticked != before).then(|| (line.id.clone(), line.ticked))
    });
    Some(edited.collect())
}

/// Which tasks held when the evidence was written.
fn verdicts(metadata: &Map<String, Value>) -> BTreeMap<String, bool> {
    let pieces = metadata.get("evidence").and_then(Value::as_array).into_iter().flatten();
    let holds = |piece: &Value| {
        let text = |key: &str| piece.get(key).and_then(Value::as_str);
        Some((text("task")?.to_owned(), text("verdict")? == "holds"))
    };
    pieces.filter_map(holds).collect()
}
