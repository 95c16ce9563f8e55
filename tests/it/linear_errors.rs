//! Which error an answer is, and what the user is told.

use serde_json::{Value, json};
use trueup::linear::{Error, Find, Sent};
use trueup::twin::{Fault, Twin, When};

use crate::linear_world::{client, issue_id, twin, workspace};

/// The name of an error's variant.
pub fn name(error: &Error) -> String {
    let text = format!("{error:?}");
    text.split([' ', '{', '(']).next().unwrap().to_owned()
}

/// The error of a read that is answered so.
fn of(twin: &Twin, status: u16, body: &str) -> Error {
    twin.fault(When::Always, Fault::Body { status, body: body.to_owned() });
    let (client, _) = client(twin);
    let error = client.issues(&Find::ids([issue_id(1)])).unwrap_err();
    twin.clear_faults();
    error
}

fn error(message: &str, extensions: Value) -> String {
    json!({"errors": [{"message": message, "extensions": extensions}], "data": null}).to_string()
}

#[test]
fn errors_are_told_apart_by_code_then_type_then_message() {
    let twin = twin(workspace());
    // The payload that was captured on the live service.
    let captured = r#"{"errors":[{"message":"usage limit exceeded","path":["issueCreate"],"extensions":{"code":"USAGE_LIMIT_EXCEEDED","statusCode":400,"userError":true,"userPresentableMessage":"You've exceeded the free issue limit for this workspace. Please upgrade or contact sales@linear.app for a free trial.","meta":{"usageMetric":"activeIssueCount"}}}]}"#;
    let limit = of(&twin, 200, captured);
    let Error::UsageLimit { metric, said } = &limit else { panic!("{limit:?}") };
    assert_eq!(metric.as_deref(), Some("activeIssueCount"));
    assert!(said.starts_with("You've exceeded the free issue limit"), "{said}");

    let code = |code: &str| error("it failed", json!({"code": code}));
    let kind = |kind: &str| error("it failed", json!({"type": kind}));
    let table: Vec<(u16, String, &str)> = vec![
        (401, code("AUTHENTICATION_ERROR"), "Authentication"),
        (200, kind("authentication error"), "Authentication"),
        (200, code("FORBIDDEN"), "Forbidden"),
        (403, kind("forbidden"), "Forbidden"),
        (200, kind("feature not accessible"), "Feature"),
        (400, code("RATELIMITED"), "RateLimited"),
        (200, kind("ratelimited"), "RateLimited"),
        (429, error("slow down", json!({})), "RateLimited"),
        (200, kind("usage limit exceeded"), "UsageLimit"),
        (200, kind("lock timeout"), "LockTimeout"),
        (200, code("INTERNAL_SERVER_ERROR"), "Server"),
        (200, kind("internal error"), "Server"),
        (200, kind("network error"), "Server"),
        (200, kind("bootstrap error"), "Server"),
        (503, error("upstream", json!({})), "Server"),
        (200, code("INPUT_ERROR"), "Input"),
        (200, kind("invalid input"), "Input"),
        (200, kind("user error"), "Input"),
        // The code is believed before the type, and the type before the message.
        (200, error("usage limit exceeded", json!({"code": "FORBIDDEN", "type": "invalid input"})), "Forbidden"),
        (200, error("usage limit exceeded", json!({"type": "forbidden"})), "Forbidden"),
        (200, error("usage limit exceeded", json!({"code": "NEW_ONE", "type": "brand new"})), "UsageLimit"),
        // What `invalid input` hides.
        (200, error("Entity not found: Issue", json!({"type": "invalid input"})), "NotFound"),
        (200, error("conflict on insert of Issue", json!({"code": "INPUT_ERROR"})), "Conflict"),
        (
            200,
            error(
                "no",
                json!({"code": "INPUT_ERROR", "userPresentableMessage": "Entity Issue with id x already exists."}),
            ),
            "Conflict",
        ),
        (400, error("Query too complex", json!({"code": "INPUT_ERROR"})), "TooComplex"),
        (400, error("Query too complex", json!({})), "TooComplex"),
        (200, error("something new", json!({"code": "OTHER", "type": "other"})), "Refused"),
        (200, error("something new", json!({"code": 7})), "Refused"),
        (200, r#"{"errors":[{"message":"m"}]}"#.to_owned(), "Refused"),
        (200, r#"{"errors":[{}],"data":{"issues":{"nodes":[]}}}"#.to_owned(), "Refused"),
        // No errors, and no sense.
        (200, r#"{"data":null}"#.to_owned(), "Malformed"),
        (200, r#"{"data":{}}"#.to_owned(), "Malformed"),
        (200, r#"{"data":{"issues":{"nodes":[{}],"pageInfo":{"hasNextPage":false}}}}"#.to_owned(), "Malformed"),
        (200, r#"{"data":{"issues":{"nodes":[],"pageInfo":{"hasNextPage":true}}}}"#.to_owned(), "Malformed"),
        (200, r#"{"data": nonsense}"#.to_owned(), "Malformed"),
        (200, r#"{"data":{"issues":{"no"#.to_owned(), "Network"),
        (200, String::new(), "NotJson"),
        (200, "[1]".to_owned(), "NotJson"),
        (204, String::new(), "NotJson"),
        (404, "not here".to_owned(), "NotJson"),
        (413, String::new(), "TooLarge"),
        (500, String::new(), "Server"),
        (401, String::new(), "Authentication"),
        (429, String::new(), "RateLimited"),
        (307, String::new(), "Redirected"),
    ];
    for (status, body, expected) in table {
        let found = of(&twin, status, &body);
        assert_eq!(name(&found), expected, "{status} {body}");
        assert!(!found.help().is_empty() && !found.to_string().is_empty());
    }
}

#[test]
fn the_message_for_users_is_what_is_said() {
    let twin = twin(workspace());
    let body = error("internal words", json!({"code": "FORBIDDEN", "userPresentableMessage": "Ask Ada."}));
    assert_eq!(of(&twin, 200, &body), Error::Forbidden { said: "Ask Ada.".to_owned() });
    let body = error("the only words", json!({"code": "FORBIDDEN", "userPresentableMessage": ""}));
    assert_eq!(of(&twin, 200, &body), Error::Forbidden { said: "the only words".to_owned() });
    let body = error(&"long ".repeat(1_000), json!({"code": "FORBIDDEN"}));
    let Error::Forbidden { said } = of(&twin, 200, &body) else { panic!() };
    assert_eq!(said.chars().count(), 501, "{said}");
}

#[test]
fn a_page_of_a_proxy_is_told_by_its_title() {
    let twin = twin(workspace());
    for (status, expected) in [(200, "NotJson"), (403, "NotJson"), (407, "NotJson"), (502, "Server"), (504, "Server")] {
        twin.fault(When::Always, Fault::Page { status });
        let (client, _) = client(&twin);
        let error = client.issues(&Find::ids([issue_id(1)])).unwrap_err();
        assert_eq!(name(&error), expected);
        let title = if status == 200 { "Sign in to the network" } else { "Something went wrong" };
        assert!(error.to_string().contains(title), "{error}");
        twin.clear_faults();
    }
}

#[test]
fn a_rate_limit_tells_when_it_begins_anew() {
    let twin = twin(workspace());
    twin.with(|workspace| workspace.limits.requests = 1);
    let (client, waits) = client(&twin);
    client.issues(&Find::ids([issue_id(1)])).unwrap();
    let left = client.rate();
    assert_eq!((left.requests.limit, left.requests.remaining), (Some(1), Some(0)));
    let error = client.issues(&Find::ids([issue_id(1)])).unwrap_err();
    let hour_later = twin.with(|workspace| workspace.now_ms) + 3_600_000;
    let Error::RateLimited { reset_ms, .. } = error else { panic!("{error:?}") };
    assert_eq!(reset_ms, Some(hour_later));
    assert_eq!(*waits.resets.lock().unwrap(), [Some(hour_later)]);
    assert_eq!(client.counts().requests, 2, "it must not be tried again by itself");
    twin.with(|workspace| workspace.advance(3_600_000));
    client.issues(&Find::ids([issue_id(1)])).unwrap();
}

#[test]
fn whether_something_may_have_been_done_is_told() {
    let table = [
        (Error::Network { sent: Sent::No, why: String::new() }, false),
        (Error::Network { sent: Sent::Perhaps, why: String::new() }, true),
        (Error::Server { status: 502, said: String::new() }, true),
        (Error::NotJson { status: 200, said: String::new() }, true),
        (Error::RateLimited { reset_ms: None, said: String::new() }, false),
        (Error::UsageLimit { metric: None, said: String::new() }, false),
        (Error::Input { said: String::new() }, false),
    ];
    for (error, may) in table {
        assert_eq!(error.may_have_been_done(), may, "{error:?}");
    }
}
