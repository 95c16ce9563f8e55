//! The client against a stand-in, over real HTTP: what it reads and writes.

use serde_json::json;
use trueup::linear::{
    Ask, AttachmentCreate, CommentCreate, CommentId, Error, Find, IssueCreate, IssueId, IssueUpdate, LabelId, Maybe,
    MilestoneCreate, MilestoneId, PAGE, Priority, RelationCreate, RelationId, RelationType, StateType, TeamId,
};
use trueup::twin::{Twin, Workspace};
use uuid::Uuid;

use crate::linear_errors::name;
use crate::linear_world::{PREFIX, client, issue_id, twin, v4, workspace};

fn team(twin: &Twin) -> TeamId {
    TeamId::new(twin.with(|workspace| workspace.team("STAB").unwrap().id))
}

pub fn new_issue(twin: &Twin, n: u128) -> IssueCreate {
    IssueCreate::new(issue_id(n), team(twin), format!("Issue {n}"))
}

pub fn evidence(id: &IssueId) -> AttachmentCreate {
    AttachmentCreate {
        issue_id: id.clone(),
        url: format!("{PREFIX}{id}"),
        title: "Evidence".to_owned(),
        subtitle: Maybe::Set("3 of 4".to_owned()),
        metadata: json!({"base": "{\"title\":\"t\"}", "nested": {"list": [1, null]}}).as_object().unwrap().clone(),
    }
}

pub fn titled(title: &str) -> IssueUpdate {
    IssueUpdate { title: Maybe::Set(title.to_owned()), ..IssueUpdate::default() }
}

/// A workspace with a project and `count` issues.
pub fn filled(count: usize) -> (Workspace, Vec<Uuid>) {
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
