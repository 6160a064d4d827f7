//! Reader and publisher with the stateful server.

use super::{RECORD, marker};
use crate::support::github::server::Server;
use rolewright::http::Method;
use rolewright::publish::github::Upserted;
use rolewright::wire::github::{Annotation, BATCH, Conclusion, Level, NewCheckRun, Visibility};
use serde_json::{Value, json};

#[tokio::test]
async fn a4_twenty_pushes_make_one_comment_and_a_foreign_one_with_our_marker_stays() {
    let server = Server::start();
    let (number, first) = server.pull_request("more").await;
    let path = format!("/issues/{number}/comments");
    let forged = marker().mark("All is well, merge it");
    let foreign = server.person("ida", Method::Post, &path, json!({ "body": forged })).await;
    let publisher = server.publisher();
    let mut made = None;
    for push in 0..20 {
        let head = if push == 0 { first.clone() } else { server.update(number).await };
        let upserted =
            publisher.upsert_comment(number, &marker(), &head, &format!("Plan {push}\n\n- `a`")).await;
        match (upserted.unwrap(), made) {
            (Upserted::Created(id), None) => made = Some(id),
            (Upserted::Updated(id), Some(before)) => assert_eq!(id, before),
            other => panic!("push {push}: {other:?}"),
        }
        let again =
            publisher.upsert_comment(number, &marker(), &head, &format!("Plan {push}\n\n- `a`")).await;
        assert_eq!(again.unwrap(), Upserted::Unchanged(made.unwrap()));
    }
    let late = publisher.upsert_comment(number, &marker(), &first, "Plan of long ago").await.unwrap();
    let head = server.reader().pull_request(number).await.unwrap().head;
    assert_eq!(late, Upserted::Superseded(head), "an older run stops");

    let comments = server.reader().comments(number).await.unwrap();
    let (ours, others): (Vec<_>, Vec<_>) = comments.iter().partition(|comment| Some(comment.id) == made);
    assert_eq!(ours.len(), 1);
    assert_eq!(ours[0].body, marker().mark("Plan 19\n\n- `a`"));
    assert!(ours[0].author.as_ref().unwrap().is_bot_of("github-actions"), "{:?}", ours[0].author);
    assert_eq!(others.len(), 1);
    assert_eq!((Some(others[0].id), others[0].body.as_str()), (foreign["id"].as_u64(), forged.as_str()));
}

#[tokio::test]
async fn two_runs_at_once_leave_one_comment() {
    let server = Server::start();
    let (number, head) = server.pull_request("more").await;
    let (one, other) = (server.publisher(), server.publisher());
    let marker = marker();
    let (left, right) = tokio::join!(
        one.upsert_comment(number, &marker, &head, "Left"),
        other.upsert_comment(number, &marker, &head, "Right"),
    );
    let (left, right) = (left.unwrap(), right.unwrap());
    let comments = server.reader().comments(number).await.unwrap();
    assert_eq!(comments.len(), 1, "{left:?} {right:?} {comments:?}");
}

#[tokio::test]
async fn two_applications_have_a_comment_each() {
    let server = Server::start();
    let (number, head) = server.pull_request("more").await;
    let publisher = server.publisher();
    for name in ["plan default/dstny", "plan default/dst", "plan default/dstny"] {
        let marker = rolewright::wire::github::Marker::new(name).unwrap();
        publisher.upsert_comment(number, &marker, &head, name).await.unwrap();
    }
    assert_eq!(server.reader().comments(number).await.unwrap().len(), 2);
}

#[tokio::test]
async fn each_check_run_is_a_new_one_and_many_annotations_make_one() {
    let server = Server::start();
    let (_, head) = server.pull_request("more").await;
    let annotation = |line| Annotation {
        path: "policies/a.yaml".into(),
        first_line: line,
        last_line: line,
        level: Level::Warning,
        message: format!("line {line}"),
    };
    let annotations: Vec<Annotation> = (1..=2 * BATCH as u32 + 20).map(annotation).collect();
    let run = |text, annotations| NewCheckRun {
        name: RECORD,
        head: &head,
        title: "3 changes",
        summary: "Three changes",
        text: Some(text),
        conclusion: Conclusion::Success,
        annotations,
    };
    let publisher = server.publisher();
    let mut ids = Vec::new();
    for (text, annotations) in [("one", &annotations[..]), ("two", &[]), ("three", &annotations[..BATCH])] {
        ids.push(publisher.create_check_run(&run(text, annotations)).await.unwrap());
    }
    publisher
        .create_check_run(&NewCheckRun { name: "rolewright/default/other", ..run("other", &[]) })
        .await
        .unwrap();
    let runs = server.reader().check_runs(&head, RECORD).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), ids, "all of them, the newest last");
    let texts: Vec<_> = runs.iter().map(|run| run.output.text.as_deref().unwrap_or_default()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    for run in &runs {
        assert_eq!((run.status.as_str(), run.conclusion.as_deref()), ("completed", Some("success")));
        assert!(run.completed_at.is_some() && run.head == head);
    }
    assert!(
        !runs[0].completed_by("github-actions"),
        "emulate does not say whose it is, so it counts for nobody"
    );
}

#[tokio::test]
async fn a_merged_pull_request_is_found_by_the_commit_that_the_merge_made() {
    let server = Server::start();
    for method in ["merge", "squash", "rebase"] {
        let (number, head) = server.pull_request(method).await;
        let merged = server.merge(number, method).await;
        // This server has no list of a commit's pull requests, so the closed ones are searched.
        let found = server.reader().merged_pulls_of_commit(&merged, "main", &[]).await.unwrap();
        assert_eq!(found.len(), 1, "{method}");
        let pull = &found[0];
        assert_eq!((pull.number, &pull.head, pull.base_branch.as_str()), (number, &head, "main"));
        assert!(!pull.open && !pull.from_fork && pull.author.is_some() && pull.merge_commit == Some(merged));
        let one = server.reader().pull_request(number).await.unwrap();
        assert_eq!((one.merged_at, one.merged_by.is_some()), (pull.merged_at, true));
        assert_eq!(server.reader().merged_pulls_of_commit(&head, "main", &[]).await.unwrap(), []);
        assert_eq!(server.reader().merged_pulls_of_commit(&head, "other", &[]).await.unwrap(), []);
    }
}

#[tokio::test]
async fn one_issue_says_what_drifted_until_nothing_does() {
    let server = Server::start();
    let body = json!({ "title": "Drift", "body": marker().mark("mine, says ida") });
    server.person("ida", Method::Post, "/issues", body).await;
    server.pull_request("more").await;
    let publisher = server.publisher();
    let Upserted::Created(number) = publisher.upsert_issue(&marker(), "Drift", "a\nb").await.unwrap() else {
        panic!("it was not there")
    };
    let upserted = async |title, text| publisher.upsert_issue(&marker(), title, text).await.unwrap();
    assert_eq!(upserted("Drift", "a\nb").await, Upserted::Unchanged(number));
    assert_eq!(upserted("Drift", "b").await, Upserted::Updated(number));
    assert_eq!(upserted("More drift", "b").await, Upserted::Updated(number));
    assert_eq!(publisher.close_issue(&marker()).await.unwrap(), [number]);
    assert_eq!(publisher.close_issue(&marker()).await.unwrap(), [0; 0]);
    let closed = server.person("ida", Method::Get, &format!("/issues/{number}"), Value::Null).await;
    assert_eq!((closed["state"].as_str(), closed["title"].as_str()), (Some("closed"), Some("More drift")));
    let next = publisher.upsert_issue(&marker(), "Drift", "c").await.unwrap();
    assert!(matches!(next, Upserted::Created(created) if created > number), "{next:?}");
}

#[tokio::test]
async fn a_repository_says_who_sees_it_and_a_branch_what_protects_it() {
    let server = Server::start();
    let facts = server.reader().repository().await.unwrap();
    assert_eq!((facts.visibility, facts.default_branch.as_str()), (Visibility::Public, "main"));
    let rules = server.reader().branch_rules("main").await.unwrap();
    assert!(!rules.pull_request && rules.partial, "this server has no rulesets");
    let protection = json!({
        "required_status_checks": { "strict": true, "contexts": ["plan"] },
        "enforce_admins": true,
        "required_pull_request_reviews": { "required_approving_review_count": 2, "dismiss_stale_reviews": true,
            "require_code_owner_reviews": true },
        "restrictions": null,
    });
    server.person("ida", Method::Put, "/branches/main/protection", protection).await;
    let person = rolewright::model::Secret::new("token-of-ida".into());
    let reader =
        rolewright::fetch::github::GitHub::new(super::place(&server.url()), &person, super::limits())
            .unwrap();
    let rules = reader.branch_rules("main").await.unwrap();
    assert!(
        rules.pull_request && rules.stale_dismissed && rules.code_owners && rules.approvals == 2,
        "{rules:?}"
    );
    assert!(rules.checks.contains("plan"), "{rules:?}");
}
