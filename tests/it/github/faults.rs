//! Faults: rate limits, errors, redirects, endless answers; and the token, which is never printed.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "tests measure how long a pause was")]

use super::{RECORD, TOKEN, commit, limits, marker, place, publisher, reader};
use crate::support::github::double::{Answer, Double};
use crate::support::http_server::{Reply, Request};
use rolewright::fetch::github::{GitHub, GitHubError};
use rolewright::http::{HttpError, Limits};
use rolewright::model::Secret;
use rolewright::publish::PublishError;
use rolewright::publish::github::Upserted;
use rolewright::wire::github::{COMMENT, Conclusion, NewCheckRun, OUTPUT, TITLE};
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn refusal(status: u16, headers: &[(&'static str, &str)], message: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Answer::Fault(Reply::Whole(status, headers, json!({ "message": message }).to_string().into_bytes()))
}

/// A double that gives this error answer a number of times, and then answers normally.
fn at_first(first: impl Fn() -> Answer + Send + 'static, times: usize) -> Double {
    let mut left = times;
    Double::start(move |_| {
        move |_: &Request| match left {
            0 => Answer::Fine(200, vec![], json!({ "visibility": "private", "private": true })),
            _ => {
                left -= 1;
                first()
            }
        }
    })
}

#[tokio::test]
async fn f5_a_rate_limit_is_waited_out_whatever_its_status() {
    let soon = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        refusal(
            403,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &now.to_string())],
            "API rate limit exceeded",
        )
    };
    let doubles = [
        at_first(|| refusal(403, &[("Retry-After", "1")], "You have exceeded a secondary rate limit."), 1),
        at_first(|| refusal(429, &[("Retry-After", "1")], "Too many requests"), 2),
        at_first(soon, 1),
    ];
    for double in doubles {
        let began = Instant::now();
        reader(&double.url()).repository().await.unwrap();
        assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn f5_a_pause_above_the_budget_is_an_error_at_once() {
    for (headers, message) in [
        (&[("Retry-After", "3600")][..], "secondary rate limit"),
        (&[], "You have exceeded a secondary rate limit. Please wait"),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999")], "API rate limit exceeded"),
    ] {
        let double = at_first(move || refusal(403, headers, message), 9);
        let error = reader(&double.url()).repository().await.unwrap_err();
        assert_eq!(double.requests().len(), 1, "{error}");
        assert!(
            error.to_string().contains("rate limit") && !error.to_string().contains("permissions:"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_403_without_rate_limit_names_the_permission_that_is_missing() {
    let no = |_| {
        |_: &Request| {
            refusal(403, &[("x-ratelimit-remaining", "4999")], "Resource not accessible by integration")
        }
    };
    let double = Double::start(no);
    let (reader, publisher) = (reader(&double.url()), publisher(&double.url()));
    let run = NewCheckRun {
        name: RECORD,
        head: &commit('a'),
        title: "t",
        summary: "s",
        text: None,
        conclusion: Conclusion::Neutral,
        annotations: &[],
    };
    let (head, marker) = (commit('a'), marker());
    for (said, expected) in [
        (reader.check_runs(&head, RECORD).await.unwrap_err().to_string(), "checks: read"),
        (reader.pull_request(1).await.unwrap_err().to_string(), "pull-requests: read"),
        (reader.repository().await.unwrap_err().to_string(), "contents: read"),
        (publisher.create_check_run(&run).await.unwrap_err().to_string(), "checks: write"),
        (publisher.upsert_issue(&marker, "t", "b").await.unwrap_err().to_string(), "issues: read"),
    ] {
        assert!(said.contains(&format!("permissions: {expected}")), "{said}");
        assert!(said.contains("Resource not accessible by integration"), "{said}");
    }
    let requests = double.requests().len();
    assert_eq!(requests, 5, "none was asked twice");
}

/// A double with one pull request that stores comments; its first POSTs get a fault.
fn comments(faults: usize, kept: bool, fault: impl Fn() -> Reply + Send + 'static) -> Double {
    let (mut left, mut made) = (faults, Vec::<Value>::new());
    Double::start(move |_| {
        move |request: &Request| match (request.method.as_str(), request.path().ends_with("/comments")) {
            ("GET", false) => Answer::Fine(
                200,
                vec![],
                json!({ "number": 1, "state": "open",
                "head": { "ref": "more", "sha": "a".repeat(40) }, "base": { "ref": "main", "sha": "b".repeat(40) },
                "merge_commit_sha": null, "merged_at": null }),
            ),
            ("GET", true) => Answer::List(vec![], made.clone()),
            _ => {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                let bot = json!({ "login": "github-actions[bot]", "id": 41_898_282, "type": "Bot", "node_id": "x",
                    "avatar_url": "https://a.example/", "gravatar_id": null, "url": "https://a.example/",
                    "html_url": "https://a.example/", "followers_url": "https://a.example/", "following_url": "x",
                    "gists_url": "x", "starred_url": "x", "subscriptions_url": "https://a.example/",
                    "organizations_url": "https://a.example/", "repos_url": "https://a.example/", "events_url": "x",
                    "received_events_url": "https://a.example/", "site_admin": false });
                let comment = json!({ "id": made.len() + 1, "body": body["body"], "user": bot });
                let broken = left > 0;
                left -= usize::from(broken);
                if !broken || kept {
                    made.push(comment.clone());
                }
                if broken { Answer::Fault(fault()) } else { Answer::Fine(201, vec![], comment) }
            }
        }
    })
}

#[tokio::test]
async fn f6_a_comment_whose_creation_was_not_answered_is_searched_and_not_created_twice() {
    let lost: [fn() -> Reply; 3] = [
        || Reply::Closed,
        || Reply::json(502, &json!({})),
        || Reply::Cut(b"{\"id\": 1, \"body\": \"x\"}".to_vec()),
    ];
    for fault in lost {
        let double = comments(1, true, fault);
        let said = publisher(&double.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap();
        assert_eq!(said, Upserted::Unchanged(1));
        assert_eq!(double.count("POST", "/comments"), 1);
        let double = comments(1, false, fault);
        let said = publisher(&double.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap();
        assert_eq!(said, Upserted::Created(1));
        assert_eq!(double.count("POST", "/comments"), 2);
    }
    // A permanent refusal is not repeated; a temporary one is, after a pause.
    let double = comments(1, false, || {
        Reply::json(
            422,
            &json!({ "message": "Validation Failed",
        "errors": [{ "resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body is too long" }] }),
        )
    });
    let said = publisher(&double.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap_err();
    assert!(said.to_string().contains("Validation Failed: Body is too long"), "{said}");
    assert_eq!(double.count("POST", "/comments"), 1);
    let pause = || {
        Reply::Whole(
            403,
            vec![("Retry-After", "1".to_owned())],
            b"{\"message\":\"secondary rate limit\"}".to_vec(),
        )
    };
    let double = comments(1, false, pause);
    let began = Instant::now();
    publisher(&double.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(double.count("POST", "/comments"), 2);
    // A GitHub with a permanent error is given up.
    let double = comments(99, false, || Reply::json(500, &json!({})));
    let said = publisher(&double.url()).upsert_comment(1, &marker(), &commit('a'), "Plan").await;
    assert!(matches!(said, Err(PublishError::Http { .. })), "{said:?}");
    assert_eq!(double.count("POST", "/comments"), 5);
}

#[tokio::test]
async fn f10_redirects_and_links_to_other_hosts_are_not_followed() {
    let double = at_first(|| refusal(307, &[("Location", "https://evil.example/")], "Moved"), 9);
    let error = reader(&double.url()).repository().await.unwrap_err();
    assert!(
        matches!(error, GitHubError::Http { error: HttpError::Redirect { status: 307, .. }, .. }),
        "{error:?}"
    );
    for link in ["<https://evil.example/r?page=2>; rel=\"next\"", "<//evil.example/r>; rel=next"] {
        let double =
            Double::start(move |_| move |_: &Request| Answer::List(vec![("Link", link.to_owned())], vec![]));
        let error = reader(&double.url()).comments(1).await.unwrap_err();
        assert!(error.to_string().contains("to another address"), "{error}");
        assert_eq!(double.requests().len(), 1);
    }
    let again = |url: String| {
        move |request: &Request| {
            Answer::List(vec![("Link", format!("<{url}{}>; rel=next", request.target))], vec![])
        }
    };
    let double = Double::start(again);
    let error = reader(&double.url()).comments(1).await.unwrap_err();
    assert!(error.to_string().contains("back to an earlier page"), "{error}");
}

#[test]
fn f12_an_endless_answer_is_cut_off() {
    let double = Double::start(|_| |_: &Request| Answer::Fault(Reply::Endless(1 << 30)));
    let small = Limits { body: 1 << 20, ..limits() };
    let reader = GitHub::new(place(&double.url()), &Secret::new(TOKEN.into()), small).unwrap();
    // The runtime's connections end with the runtime.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(reader.comments(1)).unwrap_err();
    drop((runtime, reader));
    assert!(matches!(error, GitHubError::Http { error: HttpError::TooLarge { .. }, .. }), "{error:?}");
    assert!(double.sent() < 64 << 20, "{}", double.sent());
}

#[tokio::test]
async fn g3_the_token_is_in_no_message() {
    // A GitHub that repeats the whole request.
    let echo = |status| {
        Double::start(move |_| {
            move |request: &Request| {
                let said = json!({ "message": format!("{request:?}"), "x": TOKEN });
                Answer::Fault(Reply::json(status, &said))
            }
        })
    };
    let mut said = Vec::new();
    for status in [200, 400, 401, 403, 404, 409, 422] {
        let double = echo(status);
        let (reader, publisher) = (reader(&double.url()), publisher(&double.url()));
        let error = reader.pull_request(1).await.unwrap_err();
        said.push(format!("{error} {error:?} {reader:?}"));
        let error = publisher.upsert_comment(1, &marker(), &commit('a'), "x").await.unwrap_err();
        said.push(format!("{error} {error:?} {publisher:?}"));
    }
    let broken = Secret::new(format!("{TOKEN}\n"));
    said.push(format!("{:?}", GitHub::new(place("https://a.example"), &broken, limits()).unwrap_err()));
    for said in said {
        assert!(!said.contains("canary"), "{said}");
    }
}

#[tokio::test]
async fn c10_text_above_the_length_limit_is_not_sent() {
    let double = Double::start(|_| |_: &Request| refusal(500, &[], "nobody should ask"));
    let publisher = publisher(&double.url());
    let long = "é".repeat(COMMENT);
    let error = publisher.upsert_comment(1, &marker(), &commit('a'), &long).await.unwrap_err();
    assert!(matches!(error, PublishError::TooLong(_)), "{error}");
    let error = publisher.upsert_issue(&marker(), "t", &long).await.unwrap_err();
    assert!(matches!(error, PublishError::TooLong(_)), "{error}");
    let error = publisher.upsert_issue(&marker(), &"t".repeat(TITLE + 1), "b").await.unwrap_err();
    assert!(
        error.to_string().starts_with("the issue's title has 257 characters and GitHub takes 256"),
        "{error}"
    );
    let over = "x".repeat(OUTPUT + 1);
    for (summary, text) in [(over.as_str(), None), ("s", Some(over.as_str()))] {
        let run = NewCheckRun {
            name: RECORD,
            head: &commit('a'),
            title: "t",
            summary,
            text,
            conclusion: Conclusion::Success,
            annotations: &[],
        };
        let error = publisher.create_check_run(&run).await.unwrap_err();
        assert!(matches!(error, PublishError::TooLong(_)), "{error}");
    }
    assert_eq!(double.requests().len(), 0);
}
