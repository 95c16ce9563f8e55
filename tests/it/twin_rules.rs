//! The stand-in is as unkind as Linear was seen to be.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};
use trueup::linear::document::{self, Document};
use trueup::twin::{Twin, Workspace};
use uuid::Uuid;

use crate::linear_world::{PREFIX, twin, v4, workspace};

/// Sends any body with any key, and gives the head and the body of the answer.
fn raw(twin: &Twin, key: &str, body: &str) -> (String, Value) {
    let address = twin.url().replace("http://", "").replace("/graphql", "");
    let mut connection = TcpStream::connect(&address).unwrap();
    let length = body.len();
    let head = format!("POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nContent-Length: {length}\r\n\r\n");
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(body.as_bytes()).unwrap();
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null))
}

fn ask(twin: &Twin, document: &Document, variables: Value) -> Value {
    let body = json!({"query": document.text, "operationName": document.name, "variables": variables});
    raw(twin, "lin_api_twin", &body.to_string()).1
}

fn said(answer: &Value) -> String {
    let error = &answer["errors"][0];
    format!("{} / {}", error["message"].as_str().unwrap_or_default(), error["extensions"]["userPresentableMessage"])
}

fn create(twin: &Twin, input: Value) -> Value {
    ask(twin, &document::ISSUE_CREATE, json!({"input": input, "prefix": PREFIX}))
}

fn update(twin: &Twin, id: &str, input: Value) -> Value {
    ask(twin, &document::ISSUE_UPDATE, json!({"id": id, "input": input, "prefix": PREFIX}))
}

fn team(workspace: &Workspace) -> Uuid {
    workspace.team("STAB").unwrap().id
}

#[test]
fn the_full_workspace_answers_as_it_was_captured() {
    let mut workspace = workspace();
    workspace.issue_limit = Some(0);
    let team = team(&workspace);
    let twin = twin(workspace);
    let answer = create(&twin, json!({"teamId": team, "title": "t"}));
    let captured = r#"{"errors":[{"message":"usage limit exceeded","path":["issueCreate"],"extensions":{"code":"USAGE_LIMIT_EXCEEDED","statusCode":400,"userError":true,"userPresentableMessage":"You've exceeded the free issue limit for this workspace. Please upgrade or contact sales@linear.app for a free trial.","meta":{"usageMetric":"activeIssueCount"}}}]}"#;
    assert_eq!(answer, serde_json::from_str::<Value>(captured).unwrap());
}

#[test]
fn completed_issues_count_towards_the_limit_and_archived_ones_do_not() {
    let mut workspace = workspace();
    workspace.add_issue("STAB", "a").unwrap();
    workspace.set_state("STAB-1", "completed").unwrap();
    workspace.issue_limit = Some(1);
    let team = team(&workspace);
    let twin = twin(workspace);
    assert!(create(&twin, json!({"teamId": team, "title": "t"}))["errors"].is_array());
    // Everything else goes on working.
    assert!(update(&twin, "STAB-1", json!({"title": "b"}))["errors"].is_null());
    twin.with(|workspace| workspace.archive("STAB-1").unwrap());
    assert!(create(&twin, json!({"teamId": team, "title": "t"}))["errors"].is_null());
}

#[test]
fn refusals() {
    let mut workspace = workspace();
    let team = team(&workspace);
    let other = workspace.add_team("WEB", "Web");
    let (foreign_state, foreign_label) = (workspace.state(other, "started"), workspace.add_label(Some(other), "css"));
    let project = workspace.add_project(other, "Site");
    workspace.add_issue("STAB", "one").unwrap();
    workspace.add_issue("STAB", "gone").unwrap();
    workspace.archive("STAB-2").unwrap();
    let gone = workspace.issue("STAB-2").unwrap().id;
    let twin = twin(workspace);
    let taken = v4(9);
    assert!(create(&twin, json!({"id": taken, "teamId": team, "title": "t"}))["errors"].is_null());
    let attachment = json!({"input": {"issueId": gone, "url": "trueup://x", "title": "t", "metadata": {}}});
    let table = [
        (create(&twin, json!({"id": taken, "teamId": team, "title": "t"})), "conflict on insert of Issue"),
        (create(&twin, json!({"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "teamId": team, "title": "t"})), "UUID v4"),
        (create(&twin, json!({"teamId": v4(8), "title": "t"})), "Entity not found: Team"),
        (create(&twin, json!({"teamId": team})), "title must not be empty"),
        (create(&twin, json!({"teamId": team, "title": "t", "stateId": foreign_state})), "workflow state"),
        (create(&twin, json!({"teamId": team, "title": "t", "labelIds": [foreign_label]})), "label cannot"),
        (create(&twin, json!({"teamId": team, "title": "t", "projectId": project})), "project does not belong"),
        (create(&twin, json!({"teamId": team, "title": "t", "projectMilestoneId": v4(3)})), "milestone does not"),
        (update(&twin, "STAB-2", json!({"title": "x"})), "Archived issues"),
        (update(&twin, "STAB-1", json!({"priority": 5})), "priority"),
        (update(&twin, "STAB-77", json!({"title": "x"})), "Entity not found: Issue"),
        (ask(&twin, &document::ATTACHMENT_CREATE, attachment), "Archived issues"),
        (ask(&twin, &document::COMMENT_CREATE, json!({"input": {"issueId": gone, "body": "b"}})), "Archived issues"),
    ];
    for (answer, expected) in &table {
        assert!(said(answer).contains(expected), "{expected}: {answer}");
    }
    // What was refused left nothing behind.
    assert_eq!(twin.with(|workspace| workspace.issues.len()), 3);
}

#[test]
fn archived_issues_are_hidden_unless_they_are_asked_for() {
    let mut workspace = workspace();
    let id = workspace.add_issue("STAB", "a").unwrap();
    let before = workspace.issues[0].updated_at.clone();
    workspace.archive("STAB-1").unwrap();
    assert_eq!(workspace.issues[0].updated_at, before, "archiving does not renew the time");
    let twin = Twin::start_with(workspace, Box::new(Anything)).unwrap();
    let count = |archived: &str| {
        let query = format!(
            "query Q {{ issues(filter: {{ id: {{ in: [\"{id}\"] }} }}, {archived}first: 5) {{ nodes {{ id }} }} }}"
        );
        let body = json!({"query": query, "operationName": "Q", "variables": {}}).to_string();
        raw(&twin, "lin_api_twin", &body).1["data"]["issues"]["nodes"].as_array().unwrap().len()
    };
    assert_eq!((count(""), count("includeArchived: true, ")), (0, 1));
}

/// Accepts everything, so that the rules below the validator are seen.
struct Anything;

impl trueup::twin::Validator for Anything {
    fn check(&self, _: &trueup::twin::Request) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn a_page_holds_fifty_and_250_at_most() {
    let mut workspace = workspace();
    for n in 0..60 {
        workspace.add_issue("STAB", &n.to_string()).unwrap();
    }
    let twin = Twin::start_with(workspace, Box::new(Anything)).unwrap();
    let page = |arguments: &str| {
        let query =
            format!("query Q {{ issues{arguments} {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}");
        raw(&twin, "lin_api_twin", &json!({"query": query, "operationName": "Q"}).to_string()).1
    };
    let first = page("");
    assert_eq!(first["data"]["issues"]["nodes"].as_array().unwrap().len(), 50);
    let cursor = first["data"]["issues"]["pageInfo"]["endCursor"].as_str().unwrap();
    let second = page(&format!("(after: \"{cursor}\")"));
    assert_eq!(second["data"]["issues"]["nodes"].as_array().unwrap().len(), 10);
    assert_eq!(second["data"]["issues"]["pageInfo"]["hasNextPage"], false);
    assert!(said(&page("(first: 251)")).contains("250"));
    assert!(said(&page("(first: 0)")).contains("250"));
    assert!(said(&page("(after: \"nonsense\")")).contains("cursor"));
}

#[test]
fn too_complex_a_query_is_refused() {
    let twin = Twin::start_with(workspace(), Box::new(Anything)).unwrap();
    let query = "query Q { issues(first: 250) { nodes { relations(first: 250) { nodes { id } } } } }";
    let (head, answer) = raw(&twin, "lin_api_twin", &json!({"query": query, "operationName": "Q"}).to_string());
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert!(said(&answer).starts_with("Query too complex"), "{answer}");
}

#[test]
fn limits_are_told_in_headers_and_refused_with_400() {
    let mut workspace = workspace();
    workspace.limits.requests = 1;
    let twin = twin(workspace);
    let body =
        json!({"query": document::COMMENT.text, "operationName": "Comment", "variables": {"id": "x"}}).to_string();
    let (head, _) = raw(&twin, "lin_api_twin", &body);
    let reset = twin.with(|workspace| workspace.now_ms) + 3_600_000;
    for header in
        ["x-complexity: ", "x-ratelimit-requests-remaining: 0", &format!("x-ratelimit-requests-reset: {reset}")]
    {
        assert!(head.contains(header), "{header}: {head}");
    }
    let (head, answer) = raw(&twin, "lin_api_twin", &body);
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RATELIMITED");
    twin.with(|workspace| {
        workspace.limits.requests = 1_000;
        workspace.limits.points = 1;
    });
    let (_, answer) = raw(&twin, "lin_api_twin", &body);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RATELIMITED");
}

#[test]
fn a_wrong_key_is_refused_with_401() {
    let twin = twin(workspace());
    for key in ["lin_api_other", "Bearer lin_api_twin", ""] {
        let (head, answer) = raw(&twin, key, "{}");
        assert!(head.starts_with("HTTP/1.1 401"), "{head}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUTHENTICATION_ERROR");
    }
}

#[test]
fn an_attachment_replaces_the_one_of_its_url() {
    let mut workspace = workspace();
    let id = workspace.add_issue("STAB", "a").unwrap();
    let twin = twin(workspace);
    let attach = |url: &str, n: u32| {
        let input = json!({"issueId": id, "url": url, "title": "t", "metadata": {"n": {"deep": [n]}}});
        ask(&twin, &document::ATTACHMENT_CREATE, json!({"input": input}))["data"]["attachmentCreate"]["attachment"]
            .clone()
    };
    let (first, second, other) = (attach("trueup://a", 1), attach("trueup://a", 2), attach("trueup://b", 3));
    assert_eq!(first["id"], second["id"]);
    assert_ne!(first["id"], other["id"]);
    twin.with(|workspace| {
        let own = &workspace.issues[0].attachments;
        assert_eq!(own.iter().map(|one| one.url.as_str()).collect::<Vec<_>>(), ["trueup://a", "trueup://b"]);
        assert_eq!(own[0].metadata["n"], json!({"deep": [2]}));
    });
}

#[test]
fn a_pair_has_one_relation_and_the_last_replaces() {
    let mut workspace = workspace();
    let (a, b) = (workspace.add_issue("STAB", "a").unwrap(), workspace.add_issue("STAB", "b").unwrap());
    workspace.relate(b, "related", a);
    let twin = twin(workspace);
    let input = json!({"input": {"issueId": a, "relatedIssueId": b, "type": "blocks"}});
    assert!(ask(&twin, &document::RELATION_CREATE, input)["errors"].is_null());
    twin.with(|workspace| {
        let kinds: Vec<_> = workspace.relations.iter().map(|one| (one.kind.as_str(), one.issue)).collect();
        assert_eq!(kinds, [("blocks", a)], "a person's relation is gone");
    });
}

#[test]
fn identifiers_change_and_are_remembered() {
    let mut workspace = workspace();
    workspace.add_team("WEB", "Web");
    let id = workspace.add_issue("STAB", "a").unwrap().to_string();
    workspace.move_to("STAB-1", "WEB").unwrap();
    workspace.rename_team("WEB", "SITE").unwrap();
    let twin = twin(workspace);
    let find = |id: &str| ask(&twin, &document::ISSUE, json!({"id": id, "prefix": PREFIX}));
    let issue = &find(&id)["data"]["issue"];
    assert_eq!(issue["identifier"], "SITE-1");
    assert_eq!(issue["previousIdentifiers"], json!(["STAB-1", "WEB-1"]));
    assert_eq!(issue["team"]["key"], "SITE");
    assert!(said(&find("STAB-1")).starts_with("Entity not found"), "whether they are found is unconfirmed");
    twin.with(|workspace| workspace.finds_previous_identifiers = true);
    assert_eq!(find("STAB-1")["data"]["issue"]["id"], id.as_str());
}

#[test]
fn a_new_issue_is_not_found_at_once() {
    let mut workspace = workspace();
    workspace.lag = 1;
    let team = team(&workspace);
    let twin = twin(workspace);
    let id = v4(1).to_string();
    assert!(create(&twin, json!({"id": id, "teamId": team, "title": "t"}))["errors"].is_null());
    // Writes find it at once, reads do not.
    assert!(update(&twin, &id, json!({"title": "u"}))["errors"].is_null());
    let read = || ask(&twin, &document::ISSUE, json!({"id": id, "prefix": PREFIX}));
    assert!(said(&read()).starts_with("Entity not found"));
    assert_eq!(read()["data"]["issue"]["title"], "u");
}

#[test]
fn what_people_do_is_seen() {
    let mut workspace = workspace();
    workspace.add_issue("STAB", "a").unwrap();
    workspace.describe("STAB-1", |_| "- [ ] one\n- [ ] two".to_owned()).unwrap();
    workspace.tick("STAB-1", "two", true).unwrap();
    let first = workspace.issues[0].clone();
    assert_eq!(first.description.as_deref(), Some("* [ ] one\n\n* [X] two"));
    workspace.set_state("STAB-1", "completed").unwrap();
    assert!(workspace.issues[0].completed_at.is_some());
    workspace.set_state("STAB-1", "canceled").unwrap();
    assert!(workspace.issues[0].completed_at.is_none() && workspace.issues[0].canceled_at.is_some());
    workspace.trash("STAB-1").unwrap();
    assert!(workspace.issues[0].trashed && workspace.issues[0].archived_at.is_some());
    workspace.restore("STAB-1").unwrap();
    assert!(!workspace.issues[0].trashed && workspace.issues[0].archived_at.is_none());
    assert!(workspace.issues[0].updated_at > first.updated_at);
    let id = workspace.issues[0].id;
    workspace.erase("STAB-1").unwrap();
    assert!(workspace.issues.is_empty() && workspace.phantoms.contains(&id));
    assert!(workspace.tick("STAB-9", "x", true).is_err() && workspace.retitle("STAB-9", "x").is_err());
}

#[test]
fn the_shipped_validator_knows_the_documents_and_their_types() {
    let mut begun = workspace();
    let id = begun.add_issue("STAB", "a").unwrap();
    let twin = Twin::start(begun).unwrap();
    let good = json!({"id": id, "input": {"title": "b", "priority": 1}, "prefix": PREFIX});
    assert!(ask(&twin, &document::ISSUE_UPDATE, good.clone())["errors"].is_null());
    let with = |pointer: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let mut extra = good.clone();
    extra["more"] = json!(1);
    let table = [
        (json!({"id": id, "prefix": PREFIX}), "$input"),
        (with("/id", json!(7)), "no String"),
        (with("/input", json!("text")), "no IssueUpdateInput"),
        (with("/input", json!({"titel": "b"})), "\"titel\" is not defined"),
        (with("/input/priority", json!("high")), "no Int"),
        (with("/input/priority", json!(1.5)), "no Int"),
        (with("/input", json!({"addedLabelIds": [null]})), "missing"),
        (extra, "$more"),
    ];
    for (variables, expected) in table {
        let answer = ask(&twin, &document::ISSUE_UPDATE, variables);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
        assert!(said(&answer).contains(expected), "{expected}: {answer}");
    }
    let unknown = Document { name: "IssueUpdate", text: "mutation IssueUpdate { issueDelete { id } }", writes: true };
    assert!(said(&ask(&twin, &unknown, json!({}))).contains("not the one that is known"));
    let relation = json!({"input": {"issueId": id, "relatedIssueId": id, "type": "hugs"}});
    assert!(said(&ask(&twin, &document::RELATION_CREATE, relation)).contains("no IssueRelationType"));
    assert_eq!(twin.mistakes().len(), 10);
}
