//! What a client tries again, and what it does not.

use std::time::Duration;

use trueup::linear::{
    Client, CommentCreate, CommentId, Endpoint, Error, Find, IssueId, IssueUpdate, Key, MOST_TRIES, Maybe, Sent, Setup,
};
use trueup::twin::{Fault, Gate, Outcome, Twin, When};

use crate::linear_client::{evidence, filled, new_issue, titled};
use crate::linear_errors::name;
use crate::linear_world::{PREFIX, Waits, client, client_of, issue_id, twin, v4};

/// How often an operation came.
fn times(twin: &Twin, operation: &str) -> usize {
    twin.log().iter().filter(|one| one.operation == operation).count()
}

/// What is done for one write, and whether it is done exactly once after a fault.
fn write(client: &Client, twin: &Twin, operation: &str, a: &IssueId) -> Result<(), Error> {
    match operation {
        "IssueCreate" => client.create_issue(&new_issue(twin, 5)).map(drop),
        "IssueCreateWithEvidence" => {
            client.create_issue_with_evidence(&new_issue(twin, 5), &evidence(&issue_id(5))).map(drop)
        }
        "IssueUpdate" => client.update_issue(a, &titled("New")).map(drop),
        "IssueUpdateWithEvidence" => client.update_issue_with_evidence(a, &titled("New"), &evidence(a)).map(drop),
        "AttachmentCreate" => client.attach(&evidence(a)).map(drop),
        "CommentCreate" => {
            client.comment(&CommentCreate { id: CommentId::new(v4(1)), issue_id: a.clone(), body: "no".to_owned() })
        }
        other => panic!("{other}"),
    }
}

#[test]
fn what_was_lost_is_tried_again_and_done_once() {
    let operations = [
        ("IssueCreate", 2, 0, 0),
        ("IssueCreateWithEvidence", 2, 1, 0),
        ("IssueUpdate", 1, 0, 0),
        ("IssueUpdateWithEvidence", 1, 1, 0),
        ("AttachmentCreate", 1, 1, 0),
        ("CommentCreate", 1, 0, 1),
    ];
    let lock = Fault::Error { status: 200, code: "LOCK_TIMEOUT", message: "busy" };
    let faults = [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Truncated,
        Fault::Halved,
        Fault::Page { status: 502 },
        Fault::PageAfter { status: 504 },
        lock,
    ];
    for (operation, issues, attachments, comments) in operations {
        for fault in &faults {
            let (workspace, ids) = filled(1);
            let twin = twin(workspace);
            let (client, waits) = client(&twin);
            twin.fault(When::first(operation), fault.clone());
            let done = write(&client, &twin, operation, &IssueId::new(ids[0]));
            done.unwrap_or_else(|error| panic!("{operation} {fault:?}: {error}"));
            twin.with(|workspace| {
                let all = &workspace.issues;
                assert_eq!(all.len(), issues, "{operation} {fault:?}");
                assert_eq!(all.iter().map(|issue| issue.attachments.len()).sum::<usize>(), attachments);
                assert_eq!(all.iter().map(|issue| issue.comments.len()).sum::<usize>(), comments);
            });
            assert_eq!(times(&twin, operation), 2, "{operation} {fault:?}");
            assert_eq!(*waits.before_retry.lock().unwrap(), [Duration::from_millis(500)]);
        }
    }
}

#[test]
fn trying_again_ends() {
    let (workspace, ids) = filled(1);
    let twin = twin(workspace);
    for fault in [Fault::CutBefore, Fault::Page { status: 502 }, Fault::Truncated] {
        twin.clear_log();
        twin.fault(When::Always, fault.clone());
        let (client, waits) = client(&twin);
        client.update_issue(&IssueId::new(ids[0]), &titled("x")).unwrap_err();
        assert_eq!(times(&twin, "IssueUpdate"), MOST_TRIES as usize, "{fault:?}");
        let waited = waits.before_retry.lock().unwrap().clone();
        assert_eq!(waited, [500, 1_000, 2_000].map(Duration::from_millis), "{fault:?}");
        twin.clear_faults();
    }
}

#[test]
fn what_will_not_change_is_not_tried_again() {
    let codes = [
        (200, "USAGE_LIMIT_EXCEEDED"),
        (401, "AUTHENTICATION_ERROR"),
        (200, "FORBIDDEN"),
        (200, "INPUT_ERROR"),
        (400, "RATELIMITED"),
        (400, "SOMETHING_NEW"),
    ];
    let mut faults: Vec<_> =
        codes.map(|(status, code)| Fault::Error { status, code, message: "no" }).into_iter().collect();
    faults.extend([Fault::Page { status: 413 }, Fault::Page { status: 200 }, Fault::Page { status: 403 }]);
    for fault in faults {
        let (workspace, ids) = filled(1);
        let twin = twin(workspace);
        twin.fault(When::Always, fault.clone());
        let (client, _) = client(&twin);
        client.update_issue(&IssueId::new(ids[0]), &titled("x")).unwrap_err();
        assert_eq!(twin.log().len(), 1, "{fault:?}");
    }
}

#[test]
fn a_patient_caller_waits_for_the_rate_limit() {
    let (workspace, ids) = filled(1);
    let twin = twin(workspace);
    twin.fault(When::Request(1), Fault::Error { status: 400, code: "RATELIMITED", message: "slow down" });
    let (client, waits) = client_of(&twin.url(), "lin_api_twin", Waits { patient: true, ..Waits::default() });
    client.update_issue(&IssueId::new(ids[0]), &titled("x")).unwrap();
    assert_eq!(waits.resets.lock().unwrap().len(), 1);
    assert_eq!(twin.log().len(), 2);
}

#[test]
fn a_taken_id_is_success_only_when_the_issue_is_found() {
    let (mut workspace, _) = filled(0);
    workspace.phantoms.insert(v4(2));
    let twin = twin(workspace);
    let (client, waits) = client(&twin);
    assert!(client.create_issue(&new_issue(&twin, 1)).unwrap().fresh);
    let again = client.create_issue(&new_issue(&twin, 1)).unwrap();
    assert!(!again.fresh && again.issue.identifier.raw() == "STAB-1");
    let error = client.create_issue(&new_issue(&twin, 2)).unwrap_err();
    assert_eq!(error, Error::PhantomConflict { what: "issue", id: issue_id(2).to_string() });
    assert!(error.help().contains("--recreate"));
    assert_eq!(times(&twin, "IssueCreate"), 3, "the create itself is not tried again");
    assert_eq!(waits.before_retry.lock().unwrap().len(), 3, "what was made a moment ago may not be found yet");
}

#[test]
fn an_issue_that_is_not_found_yet_is_no_phantom() {
    let (mut workspace, _) = filled(0);
    workspace.lag = 2;
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    twin.fault(When::first("IssueCreate"), Fault::CutAfter);
    let created = client.create_issue(&new_issue(&twin, 1)).unwrap();
    assert!(!created.fresh);
    assert_eq!(times(&twin, "Issue"), 3);
    assert_eq!(twin.with(|workspace| workspace.issues.len()), 1);
}

#[test]
fn a_full_workspace_with_the_issue_in_it_is_success() {
    let (mut workspace, _) = filled(0);
    workspace.issue_limit = Some(1);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    twin.fault(When::first("IssueCreate"), Fault::CutAfter);
    assert!(!client.create_issue(&new_issue(&twin, 1)).unwrap().fresh);
    let error = client.create_issue(&new_issue(&twin, 2)).unwrap_err();
    assert_eq!(name(&error), "UsageLimit");
    assert_eq!(times(&twin, "IssueCreate"), 3);
    assert_eq!(twin.log().last().unwrap().outcome, Outcome::Refused("USAGE_LIMIT_EXCEEDED".to_owned()));
}

#[test]
fn no_answer_in_time_is_told() {
    let (workspace, ids) = filled(1);
    let twin = twin(workspace);
    let gate = Gate::new();
    twin.fault(When::Always, Fault::WaitBefore(gate.clone()));
    let mut setup = Setup::new(Endpoint::new(&twin.url()).unwrap(), Key::new("lin_api_twin").unwrap(), PREFIX);
    setup.limits.whole = Duration::from_millis(50);
    setup.pause = Box::new(Waits::default());
    let client = Client::new(setup).unwrap();
    let error = client.update_issue(&IssueId::new(ids[0]), &titled("x")).unwrap_err();
    assert_eq!(name(&error), "Timeout");
    assert!(error.may_have_been_done());
    gate.open();
}

#[test]
fn nobody_there_is_told_as_not_sent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (client, waits) = client_of(&format!("http://{closed}/graphql"), "lin_api_twin", Waits::default());
    let error = client.issues(&Find::ids([issue_id(1)])).unwrap_err();
    assert!(matches!(error, Error::Network { sent: Sent::No, .. }), "{error:?}");
    assert_eq!(waits.before_retry.lock().unwrap().len(), 3);
}

#[test]
fn a_request_that_is_too_large_never_leaves() {
    let (workspace, ids) = filled(1);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let update = IssueUpdate { description: Maybe::Set("x".repeat(11 << 20)), ..IssueUpdate::default() };
    let error = client.update_issue(&IssueId::new(ids[0]), &update).unwrap_err();
    assert_eq!(name(&error), "TooLarge");
    assert!(twin.log().is_empty());
}
