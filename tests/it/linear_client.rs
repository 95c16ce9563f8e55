//! The client against a stand-in, over real HTTP: what it reads and writes, and what it tries again.

use std::time::Duration;

use serde_json::json;
use trueup::linear::{
    Ask, AttachmentCreate, Client, CommentCreate, CommentId, Error, Find, IssueCreate, IssueId, IssueUpdate, LabelId,
    MOST_TRIES, Maybe, MilestoneCreate, MilestoneId, PAGE, Priority, RelationCreate, RelationId, RelationType,
    StateType, TeamId,
};
use trueup::twin::{Fault, Gate, Outcome, Twin, When, Workspace};
use uuid::Uuid;

use crate::linear_errors::name;
use crate::linear_world::{PREFIX, Waits, client, client_of, issue_id, twin, v4, workspace};

fn team(twin: &Twin) -> TeamId {
    TeamId::new(twin.with(|workspace| workspace.team("STAB").unwrap().id))
}

fn new_issue(twin: &Twin, n: u128) -> IssueCreate {
    IssueCreate::new(issue_id(n), team(twin), format!("Issue {n}"))
}

fn evidence(id: &IssueId) -> AttachmentCreate {
    AttachmentCreate {
        issue_id: id.clone(),
        url: format!("{PREFIX}{id}"),
        title: "Evidence".to_owned(),
        subtitle: Maybe::Set("3 of 4".to_owned()),
        metadata: json!({"base": "{\"title\":\"t\"}", "nested": {"list": [1, null]}}).as_object().unwrap().clone(),
    }
}

fn titled(title: &str) -> IssueUpdate {
    IssueUpdate { title: Maybe::Set(title.to_owned()), ..IssueUpdate::default() }
}

/// How often an operation came.
fn times(twin: &Twin, operation: &str) -> usize {
    twin.log().iter().filter(|one| one.operation == operation).count()
}

/// A workspace with a project and `count` issues.
fn filled(count: usize) -> (Workspace, Vec<Uuid>) {
    let mut workspace = workspace();
    let team = workspace.team("STAB").unwrap().id;
    workspace.add_project(team, "Docker");
    workspace.add_label(Some(team), "infra");
    workspace.add_label(None, "security");
    let other = workspace.add_team("WEB", "Web");
    workspace.add_label(Some(other), "css");
    let ids = (0..count).map(|n| workspace.add_issue("STAB", &format!("Issue {n}")).unwrap()).collect();
    (workspace, ids)
}

#[test]
fn one_request_reads_everything_that_a_sync_needs() {
    let (workspace, ids) = filled(11);
    let twin = twin(workspace);
    twin.with(|workspace| workspace.archive("STAB-3").unwrap());
    let (client, _) = client(&twin);
    let mut find = Find::ids(ids.iter().map(|id| IssueId::new(*id)));
    find.ids.push(issue_id(404));
    find.numbers.push(("STAB".to_owned(), 5));
    let ask = Ask { team: "STAB", project: Some("Docker"), find: &find };
    let overview = client.overview(&ask).unwrap();
    assert_eq!(overview.issues.len(), 11, "each once, the archived one too");
    assert_eq!(overview.issues.iter().filter(|issue| issue.archived_at.is_some()).count(), 1);
    assert_eq!(overview.organization.issue_count, 10);
    assert_eq!(overview.organization.estimated_room(), Some(240));
    assert_eq!(overview.team.key.raw(), "STAB");
    let labels: Vec<_> = overview.team.labels.iter().map(|label| label.name.raw()).collect();
    assert_eq!(labels, ["infra", "security"], "its own and the workspace's");
    assert!(overview.team.label("SECURITY").is_some());
    // By type and position: names and order say nothing.
    assert_eq!(overview.team.first(&StateType::Completed).unwrap().name.raw(), "Erledigt");
    assert_eq!(overview.team.first(&StateType::Started).unwrap().name.raw(), "Läuft");
    assert_eq!(overview.project.unwrap().name.raw(), "Docker");
    let log = twin.log();
    assert_eq!(log.len(), 1);
    assert!(log[0].points < 7_000.0, "{} points", log[0].points);
    assert_eq!(twin.mistakes(), Vec::<String>::new());
}

#[test]
fn a_thousand_issues_take_ten_requests() {
    let (workspace, ids) = filled(1_000);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let find = Find::ids(ids.iter().map(|id| IssueId::new(*id)));
    let overview = client.overview(&Ask { team: "STAB", project: None, find: &find }).unwrap();
    assert_eq!(overview.issues.len(), 1_000);
    let counts = client.counts();
    assert_eq!((counts.requests, counts.writes, counts.repeats), (10, 0, 0));
    assert_eq!(counts.points, twin.with(|workspace| workspace.spent().1));
    assert!(counts.points < 60_000.0, "{} of 3,000,000 points an hour", counts.points);
}

#[test]
fn what_is_not_there_has_its_own_error() {
    let (mut workspace, _) = filled(0);
    let team = workspace.team("STAB").unwrap().id;
    workspace.add_project(team, "Docker");
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let find = Find::default();
    let ask = |team, project| client.overview(&Ask { team, project, find: &find });
    assert_eq!(name(&ask("NOPE", None).unwrap_err()), "NotFound");
    assert_eq!(name(&ask("STAB", Some("Nope")).unwrap_err()), "NotFound");
    assert_eq!(ask("STAB", Some("Docker")).unwrap_err(), Error::Ambiguous { name: "Docker".to_owned(), count: 2 });
    let id = twin.with(|workspace| workspace.projects[0].id.to_string());
    assert_eq!(ask("STAB", Some(&id)).unwrap().project.unwrap().id.to_string(), id);
    let id = team.to_string();
    assert_eq!(ask(&id, None).unwrap().team.labels.len(), 2);
    assert_eq!(client.issue("STAB-999").unwrap(), None);
    assert_eq!(client.issue(&issue_id(9).to_string()).unwrap(), None);
}

#[test]
fn more_than_a_page_shows_is_read_as_well() {
    let (mut workspace, ids) = filled(30);
    let team = workspace.team("STAB").unwrap().id;
    for n in 0..300 {
        workspace.add_label(Some(team), &format!("label {n}"));
    }
    for other in &ids[1..] {
        workspace.relate(ids[0], "blocks", *other);
    }
    for n in 0..7 {
        workspace.add_attachment("STAB-1", &format!("{PREFIX}{n}")).unwrap();
        workspace.add_attachment("STAB-1", &format!("https://github.example/{n}")).unwrap();
    }
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let find = Find { attached: Some(PREFIX.to_owned()), ..Find::default() };
    let overview = client.overview(&Ask { team: "STAB", project: None, find: &find }).unwrap();
    assert_eq!(overview.team.labels.len(), 302);
    assert_eq!(overview.issues.len(), 1);
    assert_eq!(overview.issues[0].relations.len(), 29);
    assert_eq!(overview.issues[0].attachments.len(), 7, "those of the prefix only");
}

#[test]
fn more_issues_with_an_attachment_than_a_page_holds_are_all_read() {
    let (mut workspace, _) = filled(PAGE + 20);
    for n in 1..=PAGE + 20 {
        workspace.add_attachment(&format!("STAB-{n}"), &format!("{PREFIX}{n}")).unwrap();
    }
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let find = Find { attached: Some(PREFIX.to_owned()), ..Find::default() };
    assert_eq!(client.issues(&find).unwrap().len(), PAGE + 20);
    assert_eq!(twin.log().len(), 2);
}

#[test]
fn an_issue_is_created_and_changed_and_evidence_goes_with_it() {
    let (workspace, _) = filled(0);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let mut input = new_issue(&twin, 1);
    input.description = Maybe::Set("- [x] a".to_owned());
    input.priority = Maybe::Set(Priority::Urgent);
    let (created, attachment) = client.create_issue_with_evidence(&input, &evidence(&input.id)).unwrap();
    assert!(created.fresh);
    assert_eq!(created.issue.identifier.raw(), "STAB-1");
    assert_eq!(created.issue.description.unwrap().raw(), "* [X] a", "as Linear gives it back");
    assert_eq!(created.issue.priority, Priority::Urgent);
    assert_eq!(attachment.unwrap().metadata, evidence(&input.id).metadata);

    let label = LabelId::new(twin.with(|workspace| workspace.labels[0].id));
    let update =
        IssueUpdate { description: Maybe::Null, added_label_ids: Maybe::Set(vec![label.clone()]), ..titled("Better") };
    let written = client.update_issue_with_evidence(&input.id, &update, &evidence(&input.id)).unwrap();
    assert_eq!((written.issue.title.raw(), written.issue.description.as_ref()), ("Better", None));
    assert_eq!(written.issue.labels, [label]);
    assert_eq!(twin.log().len(), 2);
    assert_eq!(twin.with(|workspace| workspace.issues[0].attachments.len()), 1, "the second replaced the first");
    // What is absent is not sent; what is null is.
    let sent = &twin.log()[1].variables["input"];
    assert_eq!(sent.as_object().unwrap().keys().collect::<Vec<_>>(), ["title", "description", "addedLabelIds"]);
    assert_eq!(sent["description"], json!(null));
    assert_eq!(twin.mistakes(), Vec::<String>::new());
}

#[test]
fn the_second_half_of_a_request_may_fail_alone() {
    let (workspace, ids) = filled(1);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let missing = evidence(&issue_id(77));
    let id = IssueId::new(ids[0]);
    let error = client.update_issue_with_evidence(&id, &titled("New"), &missing).unwrap_err();
    let Error::Partial { why, .. } = &error else { panic!("{error:?}") };
    assert_eq!(name(why), "NotFound");
    assert_eq!(twin.with(|workspace| workspace.issues[0].title.clone()), "New", "the first half was done");
    let error = client.create_issue_with_evidence(&new_issue(&twin, 1), &missing).unwrap_err();
    assert_eq!(name(&error), "Partial");
    assert_eq!(twin.with(|workspace| workspace.issues.len()), 2);
    let error = client.update_issue_with_evidence(&issue_id(77), &titled("New"), &evidence(&id)).unwrap_err();
    assert_eq!(name(&error), "NotFound", "nothing was done, so nothing is partial");
}

#[test]
fn comments_relations_and_milestones_are_made_once() {
    let (workspace, ids) = filled(2);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let (a, b) = (IssueId::new(ids[0]), IssueId::new(ids[1]));
    let comment = CommentCreate { id: CommentId::new(v4(1)), issue_id: a.clone(), body: "no".to_owned() };
    let relation =
        RelationCreate { id: RelationId::new(v4(2)), issue_id: a, related_issue_id: b, kind: RelationType::Blocks };
    let project = twin.with(|workspace| workspace.projects[0].id);
    let milestone = MilestoneCreate {
        id: MilestoneId::new(v4(3)),
        project_id: trueup::linear::ProjectId::new(project),
        name: "Phase 1".to_owned(),
        sort_order: 1.0,
    };
    for _ in 0..2 {
        client.comment(&comment).unwrap();
        assert_eq!(client.relate(&relation).unwrap().kind, RelationType::Blocks);
        assert_eq!(client.create_milestone(&milestone).unwrap().name.raw(), "Phase 1");
    }
    twin.with(|workspace| {
        assert_eq!(workspace.issues[0].comments.len(), 1);
        assert_eq!(workspace.relations.len(), 1);
        assert_eq!(workspace.projects[0].milestones.len(), 1);
    });
    for _ in 0..2 {
        client.unrelate(&relation.id).unwrap();
    }
    assert!(twin.with(|workspace| workspace.relations.is_empty()));
    assert_eq!(twin.mistakes(), Vec::<String>::new());
}

#[test]
fn many_issues_are_changed_at_once() {
    let (workspace, ids) = filled(60);
    let twin = twin(workspace);
    let (client, _) = client(&twin);
    let ids: Vec<_> = ids.into_iter().map(IssueId::new).collect();
    let update = IssueUpdate { priority: Maybe::Set(Priority::Low), ..IssueUpdate::default() };
    assert_eq!(name(&client.update_issues(&ids, &update).unwrap_err()), "TooMany");
    let changed = client.update_issues(&ids[..50], &update).unwrap();
    assert!(changed.iter().all(|issue| issue.priority == Priority::Low) && changed.len() == 50);
    twin.with(|workspace| workspace.archive("STAB-60").unwrap());
    assert_eq!(name(&client.update_issues(&ids[20..], &titled("x")).unwrap_err()), "Input");
    assert!(twin.with(|workspace| workspace.issues.iter().all(|issue| issue.title != "x")), "all or none");
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
    let mut setup = trueup::linear::Setup::new(
        trueup::linear::Endpoint::new(&twin.url()).unwrap(),
        trueup::linear::Key::new("lin_api_twin").unwrap(),
        PREFIX,
    );
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
    assert!(matches!(error, Error::Network { sent: trueup::linear::Sent::No, .. }), "{error:?}");
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
