//! Faulty services: an error or a complete read, never a shorter snapshot (threats E1, E11, F12).
#![expect(clippy::disallowed_methods, reason = "tests measure how long a pause was")]

use super::{read_all, request};
use crate::support::scim::stub::{Reply, Stub};
use rolewright::fetch::scim::{ReadError, ReadRequest, read};
use rolewright::http::Limits;
use rolewright::model::{ReadBudget, Secret};
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use std::time::{Duration, Instant};

/// How many accounts the stubs have; they are read in pages of two.
const ACCOUNTS: u64 = 5;

fn account(at: u64) -> String {
    format!(r#"{{"id":"{at}","externalId":"l-{at}","userName":"user{at}","active":true}}"#)
}

/// A page with the accounts from `start` on, at most `count`.
fn page(start: u64, count: u64, total: u64) -> String {
    let accounts: Vec<_> = (start..=ACCOUNTS.min(start + count - 1)).map(account).collect();
    format!(r#"{{"totalResults":{total},"Resources":[{}]}}"#, accounts.join(","))
}

fn ok(body: impl Into<String>) -> Reply {
    Reply::Whole(200, "", body.into())
}

fn start_index(line: &str) -> u64 {
    let query = line.split("startIndex=").nth(1).unwrap_or("0");
    query.split('&').next().and_then(|part| part.parse().ok()).unwrap_or(0)
}

/// A stub that lists users with the answer for a start index and the number of the request; it has no groups.
fn listing(mut users: impl FnMut(u64, usize) -> Reply + Send + 'static) -> Stub {
    let mut asked = 0;
    Stub::start(move |line| match line.strip_prefix("GET ") {
        Some(target) if target.starts_with("/Users?") => {
            asked += 1;
            users(start_index(target), asked)
        }
        Some(target) if target.starts_with("/Groups?") => ok(r#"{"totalResults":0}"#),
        _ => Reply::Whole(404, "", "<h1>Not found</h1>".into()),
    })
}

async fn read_stub(stub: &Stub) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read_all(&stub.url(), "canary-token", 2).await
}

async fn incomplete(stub: Stub, says: &str) {
    match read_stub(&stub).await {
        Err(error @ (ReadError::Incomplete(_) | ReadError::Http { .. })) => {
            let text = error.to_string();
            assert!(text.contains(says), "{text}\nshould say: {says}");
            assert!(text.contains("application `dstny`"), "{text}");
            assert!(!text.contains("canary-token"), "{text}");
        }
        other => panic!("{other:?}\nis not an incomplete read"),
    }
}

async fn complete(stub: &Stub) {
    let read = read_stub(stub).await.expect("a whole read");
    let ids: Vec<_> = (0..read.accounts.len() as u32).map(|row| read.accounts.ids.id(row)).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn s1_a_service_without_configuration_is_read() {
    complete(&listing(|start, _| ok(page(start, 2, ACCOUNTS)))).await;
}

#[tokio::test]
async fn e1_page_2_answers_500() {
    let stub = listing(|start, _| match start {
        1 => ok(page(1, 2, ACCOUNTS)),
        _ => Reply::Whole(500, "Content-Type: text/html\r\n", "<h1>oh\nno</h1>".into()),
    });
    incomplete(stub, "GET /Users returned 500: <h1>oh no</h1>").await;
}

#[tokio::test]
async fn e1_page_2_is_cut() {
    let mut stub_limits = request("", 2);
    stub_limits.limits.attempts = 2;
    let stub = listing(|start, _| match start {
        1 => ok(page(1, 2, ACCOUNTS)),
        _ => Reply::Cut(page(start, 2, ACCOUNTS)),
    });
    stub_limits.url = stub.url();
    let error = read(&stub_limits, None).await.unwrap_err();
    assert!(error.to_string().contains("GET /Users got no answer"), "{error}");
    assert_eq!(stub.count("GET /Users"), 3, "the first page once, the second twice");
}

#[tokio::test]
async fn e1_page_2_is_cut_once_and_then_whole() {
    let stub = listing(|start, asked| match asked {
        2 => Reply::Cut(page(start, 2, ACCOUNTS)),
        _ => ok(page(start, 2, ACCOUNTS)),
    });
    complete(&stub).await;
}

#[tokio::test]
async fn s24_a_service_that_ignores_start_index() {
    incomplete(listing(|_, _| ok(page(1, 2, ACCOUNTS))), "2 were returned, but `totalResults` is 5").await;
}

#[tokio::test]
async fn s23_total_results_is_the_page_s_own_length() {
    let stub = listing(|start, _| {
        let own = (ACCOUNTS + 1).saturating_sub(start).min(2);
        ok(page(start, 2, own))
    });
    complete(&stub).await;
}

#[tokio::test]
async fn s23_the_first_page_alone_seems_to_be_all() {
    let stub = listing(|start, _| ok(page(start, 2, if start == 1 { 2 } else { 5 })));
    incomplete(stub, "`totalResults` is 2 on one page and 5 on a later one").await;
}

#[tokio::test]
async fn e13_totals_disagree_twice() {
    let stub = listing(|start, _| ok(page(start, 2, ACCOUNTS + u64::from(start > 1))));
    incomplete(stub, "/Users: `totalResults` is 5 on one page and 6 on a later one").await;
}

#[tokio::test]
async fn e13_totals_disagree_once_and_the_second_walk_is_good() {
    let stub = listing(|start, asked| ok(page(start, 2, if asked == 1 { 4 } else { ACCOUNTS })));
    complete(&stub).await;
    assert_eq!(stub.count("GET /Users"), 5, "two requests of the first walk, three of the second");
}

#[tokio::test]
async fn s24_fewer_came_than_there_are() {
    incomplete(listing(|start, _| ok(page(start, 2, 6))), "5 were returned, but `totalResults` is 6").await;
}

#[tokio::test]
async fn s24_more_came_than_there_are() {
    incomplete(listing(|start, _| ok(page(start, 2, 3))), "4 were returned, but `totalResults` is 3").await;
}

#[tokio::test]
async fn s22_s25_short_and_overlapping_pages() {
    let stub = listing(|start, _| match start {
        1 => ok(page(1, 1, ACCOUNTS)),
        2 => ok(page(1, 3, ACCOUNTS)),
        _ => ok(page(start - 2, 3, ACCOUNTS)),
    });
    complete(&stub).await;
}

#[tokio::test]
async fn s27_no_totals_at_all_ends_with_an_empty_page() {
    let bare = |start: u64| {
        let page = page(start, 2, 0);
        page.replacen(r#""totalResults":0,"#, "", 1)
    };
    complete(&listing(move |start, _| ok(bare(start)))).await;
}

#[tokio::test]
async fn s26_a_count_that_is_refused_is_left_out() {
    let stub = Stub::start(|line| match line {
        line if line.contains("count=") && line.contains("/Users") => Reply::Whole(500, "", String::new()),
        line if line.contains("/Users") => ok(page(start_index(line), 2, ACCOUNTS)),
        _ => ok(r#"{"totalResults":0}"#),
    });
    complete(&stub).await;
    assert_eq!(stub.count("GET /Users?startIndex=1&count=2 "), 1, "asked with it once");
}

#[tokio::test]
async fn s40_groups_are_walked_too_and_their_failure_is_one() {
    let stub = Stub::start(|line| match line {
        line if line.contains("/Users") => ok(page(start_index(line), 2, ACCOUNTS)),
        line if line.contains("/Groups?startIndex=1&") => {
            ok(r#"{"totalResults":2,"Resources":[{"id":"g1","displayName":"A","members":[{"value":"1"}]}]}"#)
        }
        _ => Reply::Whole(404, "", String::new()),
    });
    incomplete(stub, "GET /Groups returned 404").await;
}

#[tokio::test]
async fn f12_a_body_of_1_gib_is_cut_off() {
    let stub = listing(|_, _| Reply::Endless(1 << 30));
    let mut asked = request(&stub.url(), 1);
    asked.limits = Limits { attempt: Duration::from_secs(60), ..asked.limits };
    let error = read(&asked, None).await.unwrap_err();
    assert!(error.to_string().contains("GET /Users returned more than 67108864 bytes"), "{error}");
    assert!(stub.sent() < 128 << 20, "{} bytes were taken", stub.sent());
}

#[tokio::test]
async fn f12_a_page_that_is_too_large_is_asked_for_in_smaller_ones() {
    let stub = Stub::start(|line| match line {
        line if line.contains("count=40") => Reply::Endless(1 << 20),
        line if line.contains("/Users") => ok(page(start_index(line), 6, ACCOUNTS)),
        _ => ok(r#"{"totalResults":0}"#),
    });
    let mut asked = request(&stub.url(), 40);
    asked.limits.body = 1 << 19;
    assert_eq!(read(&asked, None).await.unwrap().accounts.len(), 5);
}

/// A service whose list of users never ends: a new user on each page.
fn endless() -> Stub {
    listing(|start, _| ok(format!(r#"{{"totalResults":1000000000,"Resources":[{}]}}"#, account(start))))
}

async fn over_budget(stub: &Stub, budget: ReadBudget) -> String {
    let asked = ReadRequest { budget, ..request(&stub.url(), 1) };
    read(&asked, None).await.expect_err("no complete read").to_string()
}

#[tokio::test]
async fn h17_a_user_a_page_for_ever_ends_at_the_time_of_the_whole_read() {
    let stub = endless();
    let budget = ReadBudget { time: Duration::from_millis(300), ..ReadBudget::default() };
    let said = over_budget(&stub, budget).await;
    assert!(said.contains("application `dstny` was not read: the whole read may take 300 ms"), "{said}");
    assert!(said.contains("raise `ROLEWRIGHT_READ_MINUTES`"), "{said}");
    assert!(stub.count("GET /Users") > 1);
}

#[tokio::test]
async fn h17_endless_pages_end_at_the_bytes_of_the_whole_read() {
    let stub = endless();
    let said = over_budget(&stub, ReadBudget { bytes: 2_000, ..ReadBudget::default() }).await;
    assert!(said.contains("the whole read may take 2000 bytes"), "{said}");
    assert!((2..40).contains(&stub.count("GET /Users")), "{}", stub.count("GET /Users"));
}

#[tokio::test]
async fn h17_endless_pages_end_at_the_records_of_the_whole_read() {
    let stub = endless();
    let said = over_budget(&stub, ReadBudget { records: 20, ..ReadBudget::default() }).await;
    assert!(said.contains("the whole read may take 20 records"), "{said}");
    assert_eq!(stub.count("GET /Users"), 21);
    // What fits is read.
    let stub = listing(|start, _| ok(page(start, 2, ACCOUNTS)));
    let budget = ReadBudget { records: ACCOUNTS, ..ReadBudget::default() };
    let asked = ReadRequest { budget, ..request(&stub.url(), 2) };
    assert_eq!(read(&asked, None).await.expect("a whole read").accounts.len(), 5);
}

#[tokio::test]
async fn f10_a_redirect_is_not_followed() {
    let elsewhere = listing(|start, _| ok(page(start, 2, ACCOUNTS)));
    let other: &'static str = format!("Location: {}/Users\r\n", elsewhere.url()).leak();
    let stub = listing(move |_, _| Reply::Whole(302, other, String::new()));
    incomplete(stub, "GET /Users returned the redirect 302").await;
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn f12_answers_that_are_no_list_of_users_are_errors() {
    for (body, says) in [
        ("[]", "expected an object with `totalResults` and `Resources`"),
        ("", "EOF"),
        (r#"{"detail":"all is well"}"#, "neither `totalResults` nor `Resources`"),
        (r#"{"totalResults":1,"Resources":[{"userName":"a"}]}"#, "a user without `id`"),
        (r#"{"totalResults":1,"Resources":[7]}"#, "expected an object of attributes"),
        (r#"{"totalResults":1,"Resources":[{"id":"1","id":"2"}]}"#, "`id` occurs twice"),
        (r#"{"totalResults":1,"Resources":[{"id":"1","active":"perhaps"}]}"#, "`active` of the account `1`"),
        (r#"{"totalResults":1,"Resources":[{"id":"1","externalId":["a","b"]}]}"#, "is not one text"),
        (r#"{"totalResults":"many","Resources":[]}"#, "a count that is not a number"),
        ("{\"totalResults\":1,\"Resources\":[{\"id\":\"1\u{0}\"}]}", "control character"),
    ] {
        incomplete(listing(move |_, _| ok(body)), says).await;
    }
}

#[tokio::test]
async fn s37_f5_retry_after_in_seconds_is_honoured() {
    let stub = listing(|start, asked| match asked {
        2 => Reply::Whole(429, "Retry-After: 1\r\n", String::new()),
        _ => ok(page(start, 2, ACCOUNTS)),
    });
    let began = Instant::now();
    complete(&stub).await;
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(stub.count("GET /Users"), 4);
}

#[tokio::test]
async fn s37_f5_a_pause_that_is_longer_than_the_budget_is_an_error_at_once() {
    let headers = "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\nRetry-After: Fri, 20 Nov 2026 11:00:00 GMT\r\n";
    let stub = listing(move |_, _| Reply::Whole(503, headers, String::new()));
    let began = Instant::now();
    let error = read_stub(&stub).await.unwrap_err();
    assert!(error.to_string().contains("GET /Users returned 503"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(stub.count("GET /Users"), 1);
}

#[tokio::test]
async fn f5_a_storm_of_429_ends_within_the_attempts() {
    let stub = listing(|_, _| Reply::Whole(429, "Retry-After: 0\r\n", String::new()));
    let error = read_stub(&stub).await.unwrap_err();
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(stub.count("GET /Users") as u32, Limits::default().attempts);
}

#[tokio::test]
async fn h19_a_service_that_repeats_the_token_in_another_form_does_not_make_us_print_it() {
    for form in [
        "Y2FuYXJ5LXRva2Vu",
        "dXNlcjpjYW5hcnktdG9rZW4=",
        "AHVzZXIAY2FuYXJ5LXRva2Vu",
        "63616E6172792D746F6B656E",
        "canary%2dtoken",
        "CANARY-TOKEN",
    ] {
        for body in [format!(r#"{{"detail":"{form} is not valid"}}"#), format!("<p>{form} is not valid</p>")]
        {
            let stub = Stub::start(move |_| Reply::Whole(401, "", body.clone()));
            let text = read_stub(&stub).await.unwrap_err().to_string();
            assert!(text.contains("[REDACTED] is not valid") && !text.contains(form), "{text}");
        }
    }
    // Nor a part of it, where a long answer is cut.
    let body = format!("{}canary-token", "\n".repeat((16 << 10) - 6));
    let stub = Stub::start(move |_| Reply::Whole(401, "", body.clone()));
    let text = read_stub(&stub).await.unwrap_err().to_string();
    assert!(!text.contains("canar"), "{text}");
}

#[tokio::test]
async fn g3_a_service_that_repeats_the_token_does_not_make_us_print_it() {
    let body = r#"{"status":401,"detail":"canary-token is not valid"}"#;
    let stub = Stub::start(move |_| Reply::Whole(401, "", body.into()));
    let error = read_stub(&stub).await.unwrap_err();
    let text = format!("{error} {error:?} {:?}", Secret::new("canary-token".into()));
    assert!(!text.contains("canary-token"), "{text}");
    assert!(text.contains("[REDACTED] is not valid"), "{text}");
    assert_eq!(stub.requests().len(), 1, "401 is never retried");
    assert!(stub.requests()[0].contains("authorization: Bearer canary-token"), "{}", stub.requests()[0]);
}
