//! The HTTP policy: hosts that may receive credentials, time-outs, and requests that are never repeated.
#![expect(clippy::disallowed_methods, reason = "tests measure how long a pause was")]

use super::{attribute, limits, maybe, text};
use crate::support::scim::stub::{Reply, Stub};
use rolewright::apply::scim::{Failure, ScimWriter, WriteError};
use rolewright::http::{Call, HttpError, Limits, Method, Service, backoff, retry_after};
use rolewright::model::{AddressRule, Secret};
use std::time::{Duration, Instant};

#[test]
fn f10_a_credential_goes_to_https_or_to_this_machine() {
    let service = |url: &str| Service::new(url, None, "application/scim+json", limits()).map(|_| ());
    for url in
        ["https://a.example/scim/", "http://127.0.0.1:80/v2", "http://[::1]:8080", "http://localhost:1"]
    {
        assert_eq!(service(url), Ok(()), "{url}");
    }
    for (url, says) in [
        ("http://a.example", "expected `https`"),
        ("http://127.0.0.1.a.example", "expected `https`"),
        ("ftp://localhost", "expected `https`"),
        ("https://me:canary@a.example", "cannot hold a credential"),
        ("https://a.example/?x=1", "without `?` and `#`"),
        ("a.example", "expected a URL"),
    ] {
        let error = service(url).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn g3_a_token_that_fits_no_header_is_an_error_without_it() {
    let secret = Secret::new("canary\ntoken".into());
    let error = Service::new("https://a.example", Some(&secret), "application/json", limits()).unwrap_err();
    assert_eq!(error, HttpError::Credential);
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn s37_retry_after_is_read_in_seconds_and_as_a_date() {
    let noon = 1_795_176_000; // 2026-11-20T12:00:00Z
    let seconds = |value| retry_after(value, noon).map(|wait| wait.as_secs());
    assert_eq!(seconds("120"), Some(120));
    assert_eq!(seconds(" 0 "), Some(0));
    assert_eq!(seconds("Fri, 20 Nov 2026 12:01:30 GMT"), Some(90));
    assert_eq!(seconds("Fri, 20 Nov 2026 11:00:00 GMT"), Some(0));
    assert_eq!(seconds("99999999999999999999999"), Some(86_400));
    assert_eq!(seconds("Fri, 20 Nov 9026 12:01:30 GMT"), Some(86_400));
    for absurd in ["", "-1", "soon", "1.5"] {
        assert_eq!(seconds(absurd), None, "{absurd}");
    }
}

#[test]
fn f5_backoff_grows_to_a_cap_with_full_jitter() {
    let longest = |attempt| (0..40_000).map(|dice| backoff(attempt, dice)).max();
    assert_eq!(longest(1), Some(Duration::from_secs(1)));
    assert_eq!(longest(3), Some(Duration::from_secs(4)));
    assert_eq!(longest(60), Some(Duration::from_secs(30)));
    assert_eq!(backoff(5, 0), Duration::ZERO);
}

#[tokio::test]
async fn f6_neither_post_nor_patch_is_ever_repeated() {
    for method in [Method::Post, Method::Patch] {
        let stub = Stub::start(|_| Reply::Whole(502, "", String::new()));
        let service = Service::new(&stub.url(), None, "application/scim+json", limits()).unwrap();
        let error = service.send(&Call::new(method, "/Users", "/Users")).await.unwrap_err();
        assert!(error.outcome_unknown());
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn f6_a_create_without_answer_and_without_account_is_unknown() {
    let stub = Stub::start(|line| match line {
        line if line.starts_with("POST") => Reply::Cut("{}".into()),
        _ => Reply::Whole(200, "", r#"{"totalResults":0,"Resources":[]}"#.into()),
    });
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let made = writer.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await;
    assert!(matches!(made, Err(WriteError::Unknown(_))), "{made:?}");
    assert_eq!(stub.count("POST"), 1);
}

#[tokio::test]
async fn s37_f5_a_create_that_is_throttled_waits_and_looks_again_before_it_starts_over() {
    let mut posts = 0;
    let stub = Stub::start(move |line| match line {
        "POST /Users" if posts == 0 => {
            posts += 1;
            Reply::Whole(429, "Retry-After: 1\r\n", String::new())
        }
        "POST /Users" => Reply::Whole(201, "", r#"{"id":"1","userName":"ida","externalId":"l-1"}"#.into()),
        "GET /Users/1" => Reply::Whole(200, "", r#"{"id":"1","userName":"ida","externalId":"l-1"}"#.into()),
        _ => Reply::Whole(200, "", r#"{"totalResults":0,"Resources":[]}"#.into()),
    });
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let began = Instant::now();
    let made =
        writer.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "the pause holds for whatever is called next");
    assert_eq!((made.id.as_str(), made.dropped.len()), ("1", 0));
    let lines: Vec<_> =
        stub.requests().iter().map(|request| request.split([' ', '?']).take(2).collect::<String>()).collect();
    assert_eq!(lines, ["GET/Users", "POST/Users", "GET/Users", "POST/Users", "GET/Users/1"]);
}

#[tokio::test]
async fn s14_a_filter_that_is_ignored_is_no_match_and_the_list_is_walked() {
    let stub = Stub::start(|line| match line {
        "POST /Users" => Reply::Whole(500, "", String::new()),
        // Every account, whatever is requested; the one with our link is on the second page.
        line if line.contains("startIndex=2") => {
            Reply::Whole(200, "", r#"{"totalResults":2,"Resources":[{"id":"2","externalId":"l-1"}]}"#.into())
        }
        _ => {
            Reply::Whole(200, "", r#"{"totalResults":2,"Resources":[{"id":"1","externalId":"l-9"}]}"#.into())
        }
    });
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let made =
        writer.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!((made.id.as_str(), made.found), ("2", true));
    assert_eq!(stub.count("POST"), 0);
}

#[tokio::test]
async fn s16_two_accounts_with_one_link_are_a_conflict() {
    let both =
        r#"{"totalResults":2,"Resources":[{"id":"1","externalId":"l-1"},{"id":"2","externalId":"l-1"}]}"#;
    let stub = Stub::start(move |_| Reply::Whole(200, "", both.into()));
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let made = writer.create(&[], &attribute("externalId"), "l-1", true).await;
    assert!(matches!(made, Err(WriteError::Failed(Failure::Several { count: 2, .. }))), "{made:?}");
}

#[tokio::test]
async fn s5_what_a_service_drops_from_a_create_is_named() {
    let stub = Stub::start(|line| match line {
        "POST /Users" => Reply::Whole(201, "", r#"{"id":"1","userName":"ida"}"#.into()),
        "GET /Users/1" => Reply::Whole(200, "", r#"{"id":"1","userName":"ida","externalId":"l-1"}"#.into()),
        _ => Reply::Whole(200, "", r#"{"totalResults":0}"#.into()),
    });
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let attributes = [text("userName", "ida"), text("title", "Chief"), text("email", "ida@contoso.example")];
    let made = writer.create(&attributes, &attribute("externalId"), "l-1", false).await.unwrap();
    assert_eq!(made.dropped, ["title", "email", "active"]);
}

#[tokio::test]
async fn f7_s29_a_change_without_effect_is_not_believed() {
    let stub =
        Stub::start(|_| Reply::Whole(200, "", r#"{"id":"1","userName":"ida","active":"True"}"#.into()));
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    for result in [
        writer.deactivate("1").await,
        writer.update("1", &[], &[maybe("title", "Chief")], None).await,
        writer.delete("1").await,
    ] {
        assert!(matches!(result, Err(WriteError::Failed(Failure::NotStored(_)))), "{result:?}");
    }
}

#[tokio::test]
async fn s35_the_etag_is_sent_and_412_is_stale() {
    let stub = Stub::start(|line| match line {
        "GET /Users/1" => Reply::Whole(200, "ETag: W/\"7\"\r\n", r#"{"id":"1","active":true}"#.into()),
        _ => Reply::Whole(412, "", String::new()),
    });
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let result = writer.deactivate("1").await;
    assert!(matches!(result, Err(WriteError::Stale { .. })), "{result:?}");
    assert!(stub.requests()[1].contains("if-match: W/\"7\"\r\n"), "{}", stub.requests()[1]);
}

#[tokio::test]
async fn f12_a_service_that_never_answers_times_out() {
    let stub = Stub::start(|_| Reply::Endless(1 << 40));
    let limits =
        Limits { attempt: Duration::from_millis(300), attempts: 2, body: u64::MAX, ..Limits::default() };
    let service = Service::new(&stub.url(), None, "application/scim+json", limits).unwrap();
    let error = service.send(&Call::new(Method::Get, "/Users", "/Users")).await.unwrap_err();
    assert!(matches!(error, HttpError::Transport { .. }), "{error:?}");
}
