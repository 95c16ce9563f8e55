//! `needs` between issues: each leads to an issue, and none in a circle.

use std::collections::HashMap;

use super::build::Needs;
use super::recover::Damage;
use crate::plan::{Mistake, nearest};
use crate::source::Span;

/// Reports what `needs` names and is not there, and each circle once.
pub(super) fn check(issues: &[Needs], damage: &Damage) -> Vec<Mistake> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (index, issue) in issues.iter().enumerate().filter(|(_, issue)| !issue.id.is_empty()) {
        at.entry(&issue.id).or_insert(index);
    }
    let mut mistakes = Vec::new();
    let mut edges: Vec<Vec<(usize, Span)>> = vec![Vec::new(); issues.len()];
    for (issue, edges) in issues.iter().zip(&mut edges) {
        for (need, span) in issue.needs.iter().filter(|(need, _)| !need.trim().is_empty()) {
            match at.get(need.as_str()) {
                Some(index) => edges.push((*index, *span)),
                None if damage.names_anywhere("id") || damage.names_anywhere("issues") => {}
                None => {
                    let help = match nearest(need, issues.iter().map(|issue| issue.id.as_str())) {
                        Some(near) if !near.is_empty() => format!("did you mean `{near}`?"),
                        _ => "`needs` takes the ids of issues in this plan".to_owned(),
                    };
                    mistakes.push(Mistake::new(*span, format!("there is no issue `{need}`"), Some(help)));
                }
            }
        }
    }
    mistakes.extend(circles(issues, &edges));
    mistakes
}

/// Takes away, again and again, issues that nothing left in the plan is in the way of; what stays either lies on
/// a circle or needs one. Each circle found is taken away as a whole.
fn circles(issues: &[Needs], edges: &[Vec<(usize, Span)>]) -> Vec<Mistake> {
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); issues.len()];
    for (index, edges) in edges.iter().enumerate() {
        for (to, _) in edges {
            if let Some(list) = needed_by.get_mut(*to) {
                list.push(index);
            }
        }
    }
    let mut gone = vec![false; issues.len()];
    let mut ready: Vec<usize> = (0..issues.len()).filter(|index| open.get(*index) == Some(&0)).collect();
    let mut mistakes = Vec::new();
    let mut next = 0;
    loop {
        while let Some(index) = ready.pop() {
            if gone.get(index).copied().unwrap_or(true) {
                continue;
            }
            if let Some(gone) = gone.get_mut(index) {
                *gone = true;
            }
            for above in needed_by.get(index).into_iter().flatten() {
                if let Some(count) = open.get_mut(*above) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.push(*above);
                    }
                }
            }
        }
        while gone.get(next) == Some(&true) {
            next += 1;
        }
        if next >= issues.len() {
            return mistakes;
        }
        let circle = circle_from(next, edges, &gone);
        mistakes.extend(describe(&circle, issues, edges));
        if circle.is_empty() {
            ready.push(next);
        }
        ready.extend(circle);
    }
}

/// Follows what is left from one issue until it comes to one that it has seen.
fn circle_from(start: usize, edges: &[Vec<(usize, Span)>], gone: &[bool]) -> Vec<usize> {
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut way = Vec::new();
    let mut at = start;
    loop {
        if let Some(from) = seen.get(&at) {
            return way.split_off(*from);
        }
        seen.insert(at, way.len());
        way.push(at);
        let next = edges.get(at).into_iter().flatten().find(|(to, _)| gone.get(*to) == Some(&false));
        match next {
            Some((to, _)) => at = *to,
            None => return Vec::new(),
        }
    }
}

fn describe(circle: &[usize], issues: &[Needs], edges: &[Vec<(usize, Span)>]) -> Option<Mistake> {
    let (first, last) = (*circle.first()?, *circle.last()?);
    // The circle's last step is the one that closes it.
    let (_, span) = edges.get(last)?.iter().find(|(to, _)| *to == first)?;
    let mut ids: Vec<&str> =
        circle.iter().chain([&first]).filter_map(|index| issues.get(*index)).map(|issue| issue.id.as_str()).collect();
    if ids.len() == 2 {
        let message = format!("issue `{}` needs itself", ids.first()?);
        return Some(Mistake::new(*span, message, Some("take it out".to_owned())));
    }
    // A long circle is shown by its ends.
    const MOST: usize = 12;
    if ids.len() > MOST {
        let tail = ids.split_off(ids.len() - MOST / 2);
        ids.truncate(MOST / 2);
        ids.push("…");
        ids.extend(tail);
    }
    let message = format!("`needs` goes in a circle: {}", ids.join(" → "));
    Some(Mistake::new(*span, message, Some("take one of these needs out".to_owned())))
}
