//! Published texts are checked against GitHub's contract; and which comments count as ours.

use super::{RECORD, TOKEN, commit, limits, marker, place, publisher};
use crate::support::github::double::{Answer, Double};
use crate::support::http_server::{Reply, Request};
use rolewright::model::Secret;
use rolewright::publish::github::{Publisher, Upserted};
use rolewright::wire::github::{Annotation, BATCH, Conclusion, Level, NewCheckRun};
use serde_json::{Value, json};

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).unwrap_or_default()
}

fn annotation(line: u32) -> Annotation {
    let message = "an `\u{1f980}` is here".to_owned();
    let path = "policies/a.yaml".to_owned();
    Annotation { path, first_line: line, last_line: line + 1, level: Level::Failure, message }
}

#[tokio::test]
async fn a_check_run_with_many_annotations_is_completed_by_its_last_call() {
    let double = Double::start(|_| {
        |request: &Request| {
            let status = if request.method == "POST" { 201 } else { 200 };
            Answer::Fine(
                status,
                vec![],
                json!({ "id": 42, "head_sha": "a".repeat(40), "status": "completed", "app": null }),
            )
        }
    });
    let annotations: Vec<Annotation> = (1..=2 * BATCH as u32 + 1).map(annotation).collect();
    let head = commit('a');
    let run = NewCheckRun {
        name: RECORD,
        head: &head,
        title: "Held: 2",
        summary: "Two wait",
        text: Some("record"),
        conclusion: Conclusion::ActionRequired,
        annotations: &annotations,
    };
    assert_eq!(publisher(&double.url()).create_check_run(&run).await.unwrap(), 42);
    let requests = double.requests();
    let lines: Vec<_> =
        requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect();
    assert_eq!(
        lines,
        [
            "POST /repos/ida/access/check-runs",
            "PATCH /repos/ida/access/check-runs/42",
            "PATCH /repos/ida/access/check-runs/42",
        ]
    );
    let bodies: Vec<Value> = requests.iter().map(body).collect();
    let counts = bodies.iter().map(|body| body["output"]["annotations"].as_array().map_or(0, Vec::len));
    assert_eq!(counts.collect::<Vec<_>>(), [BATCH, BATCH, 1]);
    let states: Vec<_> = bodies.iter().map(|body| body["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["in_progress", "in_progress", "completed"]);
    assert_eq!((&bodies[0]["output"]["text"], &bodies[0]["conclusion"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (bodies[2]["output"]["text"].as_str(), bodies[2]["conclusion"].as_str()),
        (Some("record"), Some("action_required"))
    );
    assert_eq!(
        (bodies[0]["name"].as_str(), bodies[0]["head_sha"].as_str()),
        (Some(RECORD), Some(head.0.as_str()))
    );
}

#[tokio::test]
async fn an_interrupted_check_run_is_recreated_and_never_completed_twice() {
    let mut posts = 0;
    let double = Double::start(move |_| {
        move |request: &Request| {
            let patch = request.method == "PATCH";
            posts += u64::from(!patch);
            if patch && posts == 1 {
                return Answer::Fault(Reply::json(502, &json!({})));
            }
            let status = if patch { 200 } else { 201 };
            Answer::Fine(
                status,
                vec![],
                json!({ "id": posts, "head_sha": "a".repeat(40), "status": "in_progress", "app": null }),
            )
        }
    });
    let annotations: Vec<Annotation> = (1..=BATCH as u32 + 1).map(annotation).collect();
    let run = NewCheckRun {
        name: RECORD,
        head: &commit('a'),
        title: "t",
        summary: "s",
        text: None,
        conclusion: Conclusion::Success,
        annotations: &annotations,
    };
    assert_eq!(publisher(&double.url()).create_check_run(&run).await.unwrap(), 2);
    let lines: Vec<_> = double
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.method, request.path().replace("/repos/ida/access", "")))
        .collect();
    assert_eq!(lines, ["POST /check-runs", "PATCH /check-runs/1", "POST /check-runs", "PATCH /check-runs/2"]);
}

/// A comment or issue by an account, in the form of a list's entry.
fn by(id: u64, user: u64, login: &str, kind: &str, text: &str) -> Value {
    let address = "https://a.example/";
    json!({ "id": id, "number": id, "state": "open", "title": "Drift", "body": marker().mark(text),
        "user": { "id": user, "login": login, "type": kind, "node_id": "x", "avatar_url": address, "gravatar_id": null,
            "url": address, "html_url": address, "followers_url": address, "following_url": "x", "gists_url": "x",
            "starred_url": "x", "subscriptions_url": address, "organizations_url": address, "repos_url": address,
            "events_url": "x", "received_events_url": address, "site_admin": false } })
}

/// A double with these comments, which are also its issues; `user` is the answer to the question who owns the token.
fn double(there: Vec<Value>, user: fn() -> Answer) -> Double {
    Double::start(move |_| {
        move |request: &Request| match (request.method.as_str(), request.path()) {
            (_, "/user") => user(),
            ("GET", path) if path.ends_with("/comments") || path.ends_with("/issues") => {
                Answer::List(vec![], there.clone())
            }
            ("GET", _) => Answer::Fine(
                200,
                vec![],
                json!({ "number": 1, "head": { "ref": "more", "sha": "a".repeat(40) },
            "base": { "ref": "main", "sha": "b".repeat(40) }, "merge_commit_sha": null }),
            ),
            ("POST", _) => Answer::Fine(201, vec![], by(99, 1, "x", "Bot", "new")),
            ("DELETE", _) => Answer::Fault(Reply::Whole(204, vec![], vec![])),
            _ => Answer::Fine(200, vec![], by(1, 1, "x", "Bot", "changed")),
        }
    })
}

#[tokio::test]
async fn a4_only_what_the_tokens_own_account_wrote_is_changed() {
    let nobody = || Answer::Fault(Reply::json(500, &json!({ "message": "an installation does not ask" })));
    let all = vec![
        by(1, 5, "ida", "User", "forged"),
        by(2, 6, "github-actions", "User", "forged"),
        by(3, 7, "evil[bot]", "Bot", "forged"),
        by(4, 41_898_282, "github-actions[bot]", "Bot", "ours"),
        by(5, 41_898_282, "github-actions[bot]", "Bot", "ours twice"),
    ];
    let app = double(all.clone(), nobody);
    let said = publisher(&app.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap();
    assert_eq!(said, Upserted::Updated(4));
    let changes: Vec<_> = app
        .requests()
        .into_iter()
        .filter(|request| request.method != "GET")
        .map(|request| format!("{} {}", request.method, request.target))
        .collect();
    assert_eq!(
        changes,
        ["PATCH /repos/ida/access/issues/comments/4", "DELETE /repos/ida/access/issues/comments/5"]
    );
    assert_eq!(
        publisher(&app.url()).upsert_issue(&marker(), "New", "x").await.unwrap(),
        Upserted::Updated(4)
    );
    assert_eq!(publisher(&app.url()).close_issue(&marker()).await.unwrap(), [4, 5]);

    // With a person's token, its owner is known; a token that may not ask belongs to an app.
    let ida = || Answer::Fine(200, vec![], json!({ "id": 5, "login": "ida", "type": "User" }));
    let refused =
        || Answer::Fault(Reply::json(403, &json!({ "message": "Resource not accessible by integration" })));
    let cases: [(fn() -> Answer, u64); 2] = [(ida, 1), (refused, 4)];
    for (user, expected) in cases {
        let double = double(all.clone(), user);
        let token = Secret::new("github_pat_1".into());
        let publisher = Publisher::new(place(&double.url()), &token, limits()).unwrap();
        for _ in 0..2 {
            let said = publisher.upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap();
            assert_eq!(said, Upserted::Updated(expected));
        }
        assert_eq!(double.count("GET", "/user"), 1, "asked once");
    }
    let broken = double(all, nobody);
    let publisher =
        Publisher::new(place(&broken.url()), &Secret::new("github_pat_1".into()), limits()).unwrap();
    assert!(publisher.upsert_comment(1, &marker(), &commit('a'), "Plan").await.is_err());
    assert!(
        broken.requests().iter().all(|request| request.method == "GET"),
        "who does not know who it is writes nothing"
    );
}

#[tokio::test]
async fn an_older_run_stops_before_it_writes_anything() {
    let nobody = || Answer::Fault(Reply::json(500, &json!({})));
    for there in [
        vec![],
        vec![by(4, 1, "github-actions[bot]", "Bot", "newer"), by(5, 1, "github-actions[bot]", "Bot", "x")],
    ] {
        let double = double(there, nobody);
        let said = publisher(&double.url()).upsert_comment(1, &marker(), &commit('c'), "Plan").await.unwrap();
        assert_eq!(said, Upserted::Superseded(commit('a')));
        assert!(double.requests().iter().all(|request| request.method == "GET"));
        assert!(
            double
                .requests()
                .iter()
                .all(|request| request.header("authorization") == Some(&format!("Bearer {TOKEN}")))
        );
    }
}
