//! What a request is answered with: refusals first, then its fields one after the other.

use serde_json::{Map, Value, json};

use super::change;
use super::complexity;
use super::graphql::Operation;
use super::http::{Received, Response};
use super::refusal::Refusal;
use super::resolve::Reader;
use super::validator::{Request, Validator};
use super::workspace::Workspace;

/// What is asked for.
pub(super) struct Asked<'a> {
    pub request: &'a Request,
    pub operation: Option<&'a Operation>,
    pub points: f64,
    /// Whether the server breaks behind the first field.
    pub breaks: bool,
}

/// An answer.
pub(super) struct Answered {
    pub response: Response,
    /// The code of the refusal, if it is one.
    pub refused: Option<String>,
}

/// A refusal, and the field of the operation that was refused.
type Refused = Box<(Refusal, Option<String>)>;

fn refused(refusal: Refusal) -> Refused {
    Box::new((refusal, None))
}

/// Carries a request out.
pub(super) fn carry_out(
    workspace: &mut Workspace,
    validator: &dyn Validator,
    mistakes: &mut Vec<String>,
    received: &Received,
    asked: &Asked<'_>,
) -> Answered {
    let answer = judge(workspace, validator, mistakes, received, asked).and_then(|operation| {
        let done = execute(workspace, operation, asked);
        if !operation.writes {
            // A read that does not find it yet is one of those that it takes.
            workspace.issues.iter_mut().for_each(|issue| issue.unseen_for = issue.unseen_for.saturating_sub(1));
        }
        done
    });
    let mut response = match &answer {
        Ok(data) => Response::json(200, &json!({"data": data})),
        Err(refused) => error(&refused.0, refused.1.as_deref()),
    };
    if received.too_large {
        response = Response::page(413);
        response.stays = false;
    }
    let (limits, (requests, spent)) = (workspace.limits, workspace.spent());
    let left = |limit: u64, spent: u64| limit.saturating_sub(spent).to_string();
    let reset = workspace.spent.2.to_string();
    response.headers.extend([
        ("x-complexity", asked.points.to_string()),
        ("x-ratelimit-requests-limit", limits.requests.to_string()),
        ("x-ratelimit-requests-remaining", left(limits.requests, requests)),
        ("x-ratelimit-requests-reset", reset.clone()),
        ("x-ratelimit-complexity-limit", limits.points.to_string()),
        ("x-ratelimit-complexity-remaining", left(limits.points, spent as u64)),
        ("x-ratelimit-complexity-reset", reset),
    ]);
    Answered { response, refused: answer.err().map(|refused| refused.0.code()) }
}

fn error(refusal: &Refusal, path: Option<&str>) -> Response {
    let mut error = Map::new();
    error.insert("message".to_owned(), json!(refusal.message));
    if let Some(path) = path {
        error.insert("path".to_owned(), json!([path]));
    }
    error.insert("extensions".to_owned(), refusal.extensions.clone());
    Response::json(refusal.status, &json!({"errors": [error]}))
}

/// Whether a request may be carried out at all: the key, the limits, the schema, its cost.
fn judge<'a>(
    workspace: &mut Workspace,
    validator: &dyn Validator,
    mistakes: &mut Vec<String>,
    received: &Received,
    asked: &Asked<'a>,
) -> Result<&'a Operation, Refused> {
    let (given, key) = (received.authorization.as_str(), &workspace.key);
    let expected = if key.starts_with("lin_api_") { key.clone() } else { format!("Bearer {key}") };
    if given != expected {
        return Err(refused(Refusal::key(given)));
    }
    if received.too_large || received.method != "POST" {
        return Err(refused(Refusal::invalid("only a POST of bounded length is understood")));
    }
    workspace.advance(0);
    let limits = workspace.limits;
    if workspace.spent.0 >= limits.requests {
        return Err(refused(Refusal::rate_limited(&format!("{} requests", limits.requests))));
    }
    if workspace.spent.1 + asked.points > limits.points as f64 {
        return Err(refused(Refusal::rate_limited(&format!("{} points of complexity", limits.points))));
    }
    workspace.spent.0 += 1;
    workspace.spent.1 += asked.points;
    if let Err(why) = validator.check(asked.request) {
        mistakes.push(format!("{}: {why}", asked.request.operation));
        return Err(refused(Refusal::invalid(&why)));
    }
    if asked.points > complexity::MOST {
        return Err(refused(Refusal::too_complex(asked.points)));
    }
    asked.operation.ok_or_else(|| refused(Refusal::invalid("Syntax Error")))
}

/// Carries out the fields of an operation one after the other. None of them may be null, so the first that fails
/// takes the whole answer with it; what was written before it stays written.
fn execute(workspace: &mut Workspace, operation: &Operation, asked: &Asked<'_>) -> Result<Value, Refused> {
    let variables = &asked.request.variables;
    let mut data = Map::new();
    for field in operation.fields.iter().filter(|field| field.is_included(variables)) {
        let answer = if asked.breaks && !data.is_empty() {
            Err(Refusal::broken())
        } else if operation.writes {
            change::mutation(workspace, field, variables)
        } else {
            Reader { workspace, variables }.query(field)
        };
        let value = answer.map_err(|refusal| Box::new((refusal, Some(field.key.clone()))))?;
        data.insert(field.key.clone(), value);
    }
    Ok(Value::Object(data))
}
