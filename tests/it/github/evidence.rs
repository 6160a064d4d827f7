//! Evidence: the pull request of a commit, and its check runs.

use super::{RECORD, commit, reader};
use crate::support::github::double::{Answer, Double};
use crate::support::http_server::{Reply, Request};
use serde_json::{Value, json};
use std::time::Duration;

/// An entry of a list: a pull request into `base`, whose merge made the commit with this digit.
fn pull(number: u64, base: &str, merged: Option<&str>, made: char) -> Value {
    json!({
        "number": number, "state": "closed",
        "head": { "ref": "more", "sha": "a".repeat(40) }, "base": { "ref": base, "sha": "b".repeat(40) },
        "merged_at": merged, "merge_commit_sha": made.to_string().repeat(40), "user": { "id": 5 },
    })
}

const NOON: Option<&str> = Some("2026-11-20T12:00:00Z");

fn refused(status: u16) -> Answer {
    let said = json!({ "message": format!("No commit found for SHA: {}", "c".repeat(40)), "status": status.to_string() });
    Answer::Fault(Reply::json(status, &said))
}

fn of_commit(request: &Request) -> bool {
    request.path().contains("/commits/") && request.path().ends_with("/pulls")
}

#[tokio::test]
async fn the_pull_request_of_a_commit_is_the_one_merged_into_the_branch() {
    let double = Double::start(|_| {
        |request: &Request| match of_commit(request) {
            // Open; merged elsewhere; merged later and containing this commit; and the one whose merge made it.
            true => Answer::List(
                vec![],
                vec![
                    pull(1, "main", None, 'c'),
                    pull(2, "release", NOON, 'c'),
                    pull(3, "main", Some("2026-11-20T13:00:00+01:00"), 'd'),
                    pull(4, "main", Some("2026-11-20T14:00:00Z"), 'c'),
                ],
            ),
            false => Answer::List(vec![], vec![]),
        }
    });
    let found = reader(&double.url()).merged_pulls_of_commit(&commit('c'), "main", &[]).await.unwrap();
    let seen: Vec<_> = found.iter().map(|pull| (pull.number, pull.merged_at)).collect();
    assert_eq!(seen, [(4, Some(1_795_183_200)), (3, Some(1_795_176_000))], "the likeliest first");
    assert_eq!(reader(&double.url()).pulls_of_commit(&commit('c')).await.unwrap().len(), 4);
    for request in double.requests() {
        assert_eq!(request.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
        assert_eq!(request.header("authorization"), Some("Bearer ghs_canary-3f9a"));
    }
}

#[tokio::test]
async fn forges_lag_so_a_commit_without_pull_request_is_looked_for_again() {
    for status in [200, 404, 422] {
        let mut asked = 0;
        let double = Double::start(move |_| {
            move |request: &Request| {
                asked += u32::from(of_commit(request));
                match (of_commit(request), asked) {
                    (true, 3) => Answer::List(vec![], vec![pull(7, "main", NOON, 'c')]),
                    (true, _) if status != 200 => refused(status),
                    _ => Answer::List(vec![], vec![]),
                }
            }
        });
        let pauses = [Duration::from_millis(1); 4];
        let found =
            reader(&double.url()).merged_pulls_of_commit(&commit('c'), "main", &pauses).await.unwrap();
        assert_eq!(found.iter().map(|pull| pull.number).collect::<Vec<_>>(), [7], "{status}");
        assert_eq!(double.requests().iter().filter(|request| of_commit(request)).count(), 3);
    }
    let total: Duration = rolewright::fetch::github::COMMIT_LOOKUP_PAUSES.iter().sum();
    assert_eq!(total, Duration::from_secs(60));
}

#[tokio::test]
async fn a_commit_without_pull_request_is_searched_among_recently_closed_ones() {
    let double = Double::start(|url| {
        move |request: &Request| {
            if of_commit(request) {
                return Answer::List(vec![], vec![]);
            }
            let page: u64 = request.parameter("page").map_or(1, |page| page.parse().unwrap());
            let next = format!(
                "<{url}{}&page={}>; rel=\"next\"",
                request.target.split("&page").next().unwrap(),
                page + 1
            );
            let merged = if page == 3 { 'c' } else { 'd' };
            Answer::List(
                vec![("Link", next)],
                vec![pull(page, "main", None, 'c'), pull(page + 100, "main", NOON, merged)],
            )
        }
    });
    let found = reader(&double.url()).merged_pulls_of_commit(&commit('c'), "main", &[]).await.unwrap();
    assert_eq!(found.iter().map(|pull| pull.number).collect::<Vec<_>>(), [103]);
    let first = double.requests()[1].target.clone();
    assert!(first.contains("state=closed&base=main&sort=updated&direction=desc"), "{first}");
    // An endless list is abandoned after a number of pages.
    let before = double.requests().len();
    let found = reader(&double.url()).merged_pulls_of_commit(&commit('e'), "main", &[]).await;
    assert_eq!(found.unwrap(), []);
    assert!(double.requests().len() - before < 20);
}

fn run(id: u64, name: &str, slug: Option<&str>, status: &str, text: &str) -> Value {
    let app = slug.map_or(Value::Null, |slug| json!({ "id": 15368, "slug": slug, "owner": { "id": 1, "login": "github",
        "node_id": "x", "avatar_url": "https://a.example/", "gravatar_id": null, "url": "https://a.example/",
        "html_url": "https://a.example/", "followers_url": "https://a.example/", "following_url": "x", "gists_url": "x",
        "starred_url": "x", "subscriptions_url": "https://a.example/", "organizations_url": "https://a.example/",
        "repos_url": "https://a.example/", "events_url": "x", "received_events_url": "https://a.example/",
        "type": "Organization", "site_admin": false }, "node_id": "x", "name": "x", "description": null,
        "external_url": "https://a.example/", "html_url": "https://a.example/", "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2024-04-10T20:33:16Z", "permissions": {}, "events": [] }));
    let done = status == "completed";
    json!({
        "id": id, "name": name, "head_sha": "a".repeat(40), "status": status, "node_id": "x", "external_id": "",
        "url": "https://a.example/", "html_url": null, "details_url": null, "started_at": null, "check_suite": null,
        "conclusion": if done { json!("success") } else { Value::Null },
        "completed_at": if done { json!("2026-11-20T12:00:00Z") } else { Value::Null },
        "output": { "title": null, "summary": null, "text": text, "annotations_count": 0, "annotations_url": "https://a.example/" },
        "app": app, "pull_requests": [],
    })
}

#[tokio::test]
async fn all_check_runs_of_a_name_are_read_and_no_newer_one_hides_an_older() {
    let double = Double::start(|url| {
        move |request: &Request| {
            let next = format!("<{url}{}&page=2>; rel=\"next\"", request.target);
            let runs = match request.parameter("page") {
                None => json!([
                    run(9, RECORD, Some("github-actions"), "in_progress", ""),
                    run(8, RECORD, Some("evil"), "completed", "forged"),
                    run(7, "other", None, "completed", "")
                ]),
                Some(_) => json!([
                    run(3, RECORD, Some("github-actions"), "completed", "record"),
                    run(8, RECORD, Some("evil"), "completed", "forged")
                ]),
            };
            let headers = if request.parameter("page").is_none() { vec![("Link", next)] } else { vec![] };
            Answer::Fine(200, headers, json!({ "total_count": 4, "check_runs": runs }))
        }
    });
    let runs = reader(&double.url()).check_runs(&commit('a'), RECORD).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [3, 8, 9]);
    let ours: Vec<_> = runs.iter().filter(|run| run.completed_by("github-actions")).collect();
    assert_eq!(ours.len(), 1);
    assert_eq!((ours[0].output.text.as_deref(), ours[0].completed_at), (Some("record"), Some(1_795_176_000)));
    let request = &double.requests()[0];
    assert_eq!(request.parameter("filter").as_deref(), Some("all"));
    assert_eq!(request.parameter("check_name").as_deref(), Some(RECORD));
    assert!(request.target.contains("check_name=rolewright%2Fdefault%2Fdstny"), "{}", request.target);
}
