//! A fault at any request of a read gives an error or, after a retry, a complete read (threats E1, F5, F12).
#![expect(clippy::disallowed_methods, reason = "tests measure how long a pause was")]

use super::{directory, incomplete, limits, members, read_double, read_with, request, rules, secret, shown};
use crate::support::entra::double::{Answer, Double, error};
use crate::support::entra::tenant::{Tenant, group, user};
use crate::support::http_server::{Reply, Request};
use rolewright::fetch::entra::{EntraRequest, read};
use rolewright::http::Limits;
use rolewright::model::ReadBudget;
use rolewright::snapshot::{Complete, DirectorySnapshot, Incomplete};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Sixty users, a group with all of them, a role.
fn tenant() -> Tenant {
    Tenant::new(60).with_group(1, "Sales", 0..60).with_role(
        1,
        "Editor",
        &[("User", user(0)), ("User", user(1))],
    )
}

fn read_by_pages(double: &Double, limits: Limits) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(read_with(&policy, secret(), 25, limits))
}

/// A request of the read: its name, a test that recognizes it, whether it is inside a batch.
type Place = (&'static str, fn(&Request) -> bool, bool);

const PLACES: &[Place] = &[
    ("sign-in", |request| request.path().ends_with("/token"), false),
    ("users", |request| request.path() == "/v1.0/users" && !request.target.contains("skiptoken"), false),
    ("users, page 2", |request| request.path() == "/v1.0/users" && request.target.contains("at-25"), false),
    ("count", |request| request.path() == "/v1.0/users/$count", false),
    ("groups", |request| request.path() == "/v1.0/groups", false),
    (
        "application",
        |request| request.path().starts_with("/v1.0/servicePrincipals/") && !request.path().ends_with("To"),
        false,
    ),
    ("assignments", |request| request.path().ends_with("/appRoleAssignedTo"), false),
    ("batch", |request| request.path() == "/v1.0/$batch", false),
    (
        "members in the batch",
        |request| request.path().ends_with("/members") && !request.target.contains("skiptoken"),
        true,
    ),
    (
        "members, page 2",
        |request| request.path().ends_with("/members") && request.target.contains("at-25"),
        false,
    ),
];

/// A fault: its name, the answer, whether it is temporary, whether it can be inside a batch.
type FaultCase = (&'static str, fn(&Answer) -> Reply, bool, bool);

#[test]
fn h17_endless_pages_end_at_the_budget_of_the_whole_read() {
    let double = Double::start(tenant());
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    let budget = ReadBudget::default();
    for (budget, says) in [
        (ReadBudget { records: 50, ..budget }, "the whole read may take 50 records"),
        (ReadBudget { bytes: 5_000, ..budget }, "the whole read may take 5000 bytes"),
        (ReadBudget { time: Duration::ZERO, ..budget }, "the whole read may take 0 ms"),
    ] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let asked = EntraRequest { budget, limits: limits(), ..request(&policy) };
        let said = runtime.block_on(read(&asked, secret(), None)).expect_err("no complete read").to_string();
        assert!(said.contains(says), "{said}");
    }
}

fn refusal(status: u16, headers: Vec<(&'static str, String)>) -> Reply {
    Answer { headers, ..error(status, "TooManyRequests", "Please retry again later.") }.into()
}

fn text(text: &str) -> Reply {
    Reply::Whole(200, Vec::new(), text.as_bytes().to_vec())
}

const FAULTS: &[FaultCase] = &[
    ("429 with seconds", |_| refusal(429, vec![("Retry-After", "1".into())]), true, true),
    ("429 without", |_| refusal(429, vec![]), true, true),
    (
        "429 with a date",
        |_| {
            let date = ("Date", "Sat, 21 Nov 2026 10:00:00 GMT".to_owned());
            refusal(429, vec![date, ("Retry-After", "Sat, 21 Nov 2026 10:00:01 GMT".into())])
        },
        true,
        false,
    ),
    ("429 with nonsense", |_| refusal(429, vec![("Retry-After", "soon".into())]), true, true),
    ("429 for a century", |_| refusal(429, vec![("Retry-After", "3155760000".into())]), false, true),
    ("429 beyond all numbers", |_| refusal(429, vec![("Retry-After", "9".repeat(40))]), false, true),
    ("503 with seconds", |_| refusal(503, vec![("Retry-After", "1".into())]), true, true),
    ("503 without", |_| refusal(503, vec![]), true, true),
    ("504", |_| refusal(504, vec![]), true, true),
    ("500", |_| refusal(500, vec![]), false, false),
    ("403", |_| refusal(403, vec![]), false, true),
    ("closed", |_| Reply::Closed, true, false),
    ("cut", |answer| Reply::Cut(answer.body.to_string().into_bytes()), true, false),
    (
        "a redirect",
        |_| Reply::Whole(302, vec![("Location", "https://a.example/".into())], vec![]),
        false,
        false,
    ),
    ("nothing", |_| text(""), false, false),
    ("HTML", |_| text("<html><body>Sign in</body></html>"), false, false),
    (
        "half of JSON",
        |answer| text(&answer.body.to_string()[..answer.body.to_string().len() / 2]),
        false,
        false,
    ),
    (
        "no UTF-8",
        |_| Reply::Whole(200, vec![], b"{\"value\":[{\"id\":\"\xff\xfe\"}]}".to_vec()),
        false,
        false,
    ),
    ("another object", |_| text("{}"), false, true),
    ("a list of another type", |_| text(r#"{"value":"none"}"#), false, true),
    ("objects of another type", |_| text(r#"{"value":[1,null,"x",{"id":7}]}"#), false, true),
    ("null", |_| text("null"), false, false),
    ("deep", |_| text(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), false, false),
];

/// The result of a read with a fault at a place, once or always.
fn with_fault(place: Place, fault: FaultCase, always: bool) -> (Result<Vec<String>, String>, usize) {
    let mut met = 0;
    let double = Double::faulty(tenant(), move |request, _, answer| {
        let here = place.1(request) && (always || met == 0);
        met += usize::from(here);
        here.then(|| fault.1(answer))
    })
    .unjudged();
    let read = read_by_pages(&double, limits());
    (read.map(|read| shown(&read)).map_err(|error| error.to_string()), double.requests().len())
}

#[test]
fn f_12_every_fault_at_every_place_is_an_error_or_a_whole_read() {
    let whole = shown(&read_by_pages(&Double::start(tenant()), limits()).expect("a whole read"));
    let fits = |place: &Place, fault: &FaultCase| !place.2 || fault.3;
    std::thread::scope(|scope| {
        for place in PLACES {
            for fault in FAULTS.iter().filter(|fault| fits(place, fault)) {
                let whole = &whole;
                scope.spawn(move || met(*place, *fault, whole));
            }
        }
    });
}

fn met(place: Place, fault: FaultCase, whole: &[String]) {
    let name = format!("{} at {}", fault.0, place.0);
    let (once, _) = with_fault(place, fault, false);
    match &once {
        Ok(read) => assert_eq!(read, whole, "{name}, once"),
        Err(said) => assert!(!fault.2, "{name}, once: {said}"),
    }
    let (always, requests) = with_fault(place, fault, true);
    let said = always.expect_err(&name);
    assert!(said.starts_with("the read of directory `contoso` is incomplete: "), "{said}");
    assert!(!said.contains("canary") && said.len() < 900, "{name}: {said}");
    assert!(requests < 25, "{name}: {requests} requests, as in a tight loop");
}

#[test]
fn f_12_an_endless_body_is_refused() {
    for place in [PLACES[0], PLACES[1], PLACES[7]] {
        let double = Double::faulty(tenant(), move |request, _, _| {
            place.1(request).then_some(Reply::Endless(1 << 30))
        });
        incomplete(read_by_pages(&double, limits()), "the most that one answer may have");
        assert!(double.server.sent() < 64 << 20, "{} bytes were taken", double.server.sent());
    }
}

#[test]
fn f_12_a_slow_drip_is_ended() {
    let double = Double::faulty(tenant(), |request, _, answer| {
        let body = answer.body.to_string().into_bytes();
        (request.path() == "/v1.0/users").then_some(Reply::Drip(body, Duration::from_millis(20)))
    });
    let short = Limits { attempt: Duration::from_millis(600), attempts: 2, ..limits() };
    incomplete(read_by_pages(&double, short), "GET /users got no answer");
}

#[test]
fn f_5_no_request_is_made_before_the_pause_is_over() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let double = Double::faulty(tenant(), move |request, _, _| {
        if !request.path().starts_with("/v1.0/") || request.path().ends_with("/members") {
            return None;
        }
        let mut times = seen.lock().expect("nobody panics with it");
        times.push(Instant::now());
        (times.len() == 2).then(|| refusal(429, vec![("Retry-After", "2".into())]))
    });
    read_by_pages(&double, limits()).expect("a whole read");
    let times = times.lock().expect("nobody panics with it");
    let pause = times[2].duration_since(times[1]);
    assert!(pause >= Duration::from_secs(2), "{pause:?}");
}

#[test]
fn mg_14_of_a_batch_only_what_was_refused_is_asked_again() {
    let mut tenant = Tenant::new(4);
    for number in 0..8 {
        tenant = tenant.with_group(number, &format!("Team {number}"), [number % 4]);
    }
    let mut refused = 0;
    let double = Double::faulty(tenant, move |request, _, _| {
        let here = refused < 3 && request.path().ends_with("/members");
        refused += usize::from(here);
        here.then(|| refusal(429, vec![("Retry-After", "1".into())]))
    });
    let policy = directory(&double.url(), "", &rules(&["{ pattern: 'Team {role}' }"]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let start = Instant::now();
    let read = runtime.block_on(read_with(&policy, secret(), 25, limits())).expect("a whole read");
    assert!(start.elapsed() >= Duration::from_secs(1), "the pause inside the batch counts");
    assert_eq!(members(&read, "Team 6", true), [2]);
    let batches: Vec<usize> = double
        .requests()
        .iter()
        .filter(|request| request.path() == "/v1.0/$batch")
        .map(|request| {
            serde_json::from_str::<Value>(&request.body).expect("JSON")["requests"]
                .as_array()
                .map_or(0, Vec::len)
        })
        .collect();
    assert_eq!(batches, [8, 3]);
}

#[test]
fn mg_14_a_batch_that_does_not_answer_every_question_is_an_error() {
    for change in [
        |responses: &mut Vec<Value>| drop(responses.pop()),
        |responses: &mut Vec<Value>| responses.push(responses[0].clone()),
        |responses: &mut Vec<Value>| responses[0]["id"] = json!("7"),
        |responses: &mut Vec<Value>| responses[0]["id"] = json!("a"),
    ] {
        let double = Double::faulty(tenant(), move |request, _, answer| {
            let mut answer = answer.clone();
            let responses = answer
                .body
                .get_mut("responses")?
                .as_array_mut()
                .filter(|_| request.path() == "/v1.0/$batch")?;
            change(responses);
            Some(answer.into())
        });
        incomplete(read_by_pages(&double, limits()), "/$batch: ");
    }
}

#[tokio::test]
async fn e_1_a_lost_page_is_noticed() {
    let lost = |mut answer: Answer| {
        answer.body.as_object_mut().map(|body| body.remove("@odata.nextLink"));
        Reply::from(answer)
    };
    // If always, the count stays higher than the list. If once, the second read is complete.
    let double = Double::faulty(tenant(), move |request, _, answer| {
        (request.path() == "/v1.0/users").then(|| lost(answer.clone()))
    });
    incomplete(read_double(&double, "", &rules(&["Sales"])).await, "60 users are counted, but 3 were listed");
    let double = Double::faulty(tenant(), move |request, before, answer| {
        (request.path() == "/v1.0/users" && before == 0).then(|| lost(answer.clone()))
    });
    assert_eq!(read_double(&double, "", &rules(&["Sales"])).await.expect("a whole read").users.len(), 60);
}

#[tokio::test]
async fn e_1_a_group_deleted_between_list_and_members_is_read_again() {
    let path = format!("/v1.0/groups/{}/members", group(1));
    let gone = move |request: &Request, before: usize, times: usize| {
        (request.path() == path && before < times)
            .then(|| error(404, "Request_ResourceNotFound", "gone").into())
    };
    let once = gone.clone();
    let double = Double::faulty(tenant(), move |request, before, _| once(request, before, 1));
    let read = read_double(&double, "", &rules(&["Sales"])).await.expect("a whole read");
    assert_eq!(members(&read, "Sales", true).len(), 60);
    let double = Double::faulty(tenant(), move |request, before, _| gone(request, before, 9));
    incomplete(
        read_double(&double, "", &rules(&["Sales"])).await,
        "the group `Sales` is listed, but its members cannot be read because it does not exist",
    );
}
