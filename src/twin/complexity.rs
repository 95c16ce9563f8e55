//! What a request costs: 0.1 points a property, 1 an object, and what is in a page as often as the page may hold.

use serde_json::{Map, Value};

use super::graphql::Field;

/// The most that a request may cost.
pub const MOST: f64 = 10_000.0;

/// The size of a page that is not told.
const USUAL_PAGE: f64 = 50.0;

/// The points of what is asked for, rounded up.
pub fn points(fields: &[Field], variables: &Map<String, Value>) -> f64 {
    fields.iter().map(|field| of(field, variables)).sum::<f64>().ceil()
}

fn of(field: &Field, variables: &Map<String, Value>) -> f64 {
    if !field.is_included(variables) {
        return 0.0;
    }
    if field.fields.is_empty() {
        return 0.1;
    }
    let first = field.argument("first", variables).and_then(|first| first.as_f64());
    let inner = |times: f64| {
        let each = field.fields.iter().map(|inner| {
            let times = if inner.name == "nodes" { times } else { 1.0 };
            times * of(inner, variables)
        });
        each.sum::<f64>()
    };
    let is_page = field.fields.iter().any(|inner| inner.name == "nodes");
    1.0 + inner(if is_page { first.unwrap_or(USUAL_PAGE) } else { 1.0 })
}
