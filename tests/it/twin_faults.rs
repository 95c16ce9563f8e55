//! Faults on demand.

use trueup::linear::{Find, IssueId, IssueUpdate, Maybe};
use trueup::twin::{Fault, Gate, Outcome, When};
use uuid::Uuid;

use crate::linear_world::{client, twin, workspace};

fn titled(title: &str) -> IssueUpdate {
    IssueUpdate { title: Maybe::Set(title.to_owned()), ..IssueUpdate::default() }
}

fn begun() -> (trueup::twin::Twin, Uuid) {
    let mut workspace = workspace();
    let id = workspace.add_issue("STAB", "Old").unwrap();
    (twin(workspace), id)
}

#[test]
fn a_fault_strikes_before_or_after_the_change() {
    // Each fault, whether the change is made by the request that it strikes.
    let table = [
        (Fault::CutBefore, false),
        (Fault::CutAfter, true),
        (Fault::Truncated, true),
        (Fault::Halved, true),
        (Fault::Page { status: 502 }, false),
        (Fault::PageAfter { status: 502 }, true),
        (Fault::Error { status: 500, code: "INTERNAL_SERVER_ERROR", message: "no" }, false),
    ];
    for (fault, changes) in table {
        let (twin, id) = begun();
        twin.fault(When::Always, fault.clone());
        let (client, _) = client(&twin);
        client.update_issue(&IssueId::new(id), &titled("New")).unwrap_err();
        let title = twin.with(|workspace| workspace.issues[0].title.clone());
        assert_eq!(title == "New", changes, "{fault:?}");
        let outcome = if changes { Outcome::Done } else { Outcome::Lost };
        assert!(twin.log().iter().all(|one| one.outcome == outcome), "{fault:?}");
    }
}

#[test]
fn a_fault_strikes_the_request_that_is_named() {
    let (twin, id) = begun();
    let id = IssueId::new(id);
    let (client, _) = client(&twin);
    let find = Find::ids([id.clone()]);
    twin.fault(When::Request(2), Fault::Page { status: 403 });
    twin.fault(When::Write(2), Fault::Page { status: 403 });
    twin.fault(When::Operation("Issue".to_owned(), 2), Fault::Page { status: 403 });
    assert!(client.issues(&find).is_ok());
    assert!(client.issues(&find).is_err(), "the second request");
    assert!(client.update_issue(&id, &titled("a")).is_ok());
    assert!(client.issue("STAB-1").is_ok());
    assert!(client.update_issue(&id, &titled("b")).is_err(), "the second write");
    assert!(client.issue("STAB-1").is_err(), "the second of its operation");
    assert!(client.update_issue(&id, &titled("c")).is_ok());
    let numbers: Vec<_> = twin.log().iter().map(|one| (one.number, one.writes)).collect();
    assert_eq!(numbers, [(1, false), (2, false), (3, true), (4, false), (5, true), (6, false), (7, true)]);
}

#[test]
fn a_gate_holds_a_request_before_or_after_the_change() {
    for after in [false, true] {
        let (twin, id) = begun();
        let gate = Gate::new();
        let fault = if after { Fault::WaitAfter(gate.clone()) } else { Fault::WaitBefore(gate.clone()) };
        twin.fault(When::Request(1), fault);
        let (client, _) = client(&twin);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| client.update_issue(&IssueId::new(id), &titled("New")));
            gate.wait_until_reached();
            let title = twin.with(|workspace| workspace.issues[0].title.clone());
            assert_eq!(title, if after { "New" } else { "Old" });
            gate.open();
            assert_eq!(writer.join().unwrap().unwrap().title.raw(), "New");
        });
    }
}

#[test]
fn a_stand_in_ends_although_somebody_waits_at_a_gate() {
    let (twin, id) = begun();
    let gate = Gate::new();
    twin.fault(When::Always, Fault::WaitBefore(gate.clone()));
    let (client, _) = client(&twin);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| client.update_issue(&IssueId::new(id), &titled("New")));
        gate.wait_until_reached();
        drop(twin);
        // Answered or cut: in either case it ends.
        let _ = writer.join().unwrap();
    });
}
