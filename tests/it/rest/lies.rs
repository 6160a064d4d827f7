//! Pages that lie: the read is incomplete, and nobody is removed.

use super::habits::{CURSOR, on};
use crate::support::http_server::{Reply, Request};
use crate::support::rest::double::{Double, State};
use serde_json::{Value as Json, json};

/// What a run says of a list of ten accounts that is answered by `lie`: it ends with 7, and nothing is removed.
fn said(command: &str, list: &str, lie: impl Fn(&Request, Vec<Json>) -> Reply + Send + 'static) -> String {
    let double = Double::with_fault(Box::new(move |request: &Request, state: &mut State| {
        let is_list = request.method == "GET" && request.path() == "/v2/hr/employees";
        let all = state.records.get("employees")?.values().cloned().map(Json::Object).collect();
        is_list.then(|| lie(request, all))
    }));
    let accounts = (1..=10).filter_map(|number: u32| {
        let record = json!({ "id": number, "login": format!("p{number}"), "uuid": format!("u-{number}"), "status": "Active" });
        Some((number, record.as_object()?.clone()))
    });
    double.state().records.insert("employees".to_owned(), accounts.collect());
    let ended = on(&double, list, 2).playground.run(&[command]).ends(7);
    assert!(!ended.stdout.contains("delete") && double.count("DELETE") == 0, "{}", ended.stdout);
    ended.stderr
}

fn planned(list: &str, lie: impl Fn(&Request, Vec<Json>) -> Reply + Send + 'static) -> String {
    said("plan", list, lie)
}

fn page(records: &[Json], more: &Json) -> Reply {
    let mut body = json!({ "success": true, "result": records, "totalRecords": 10 });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    Reply::json(200, &body)
}

const OFFSET: &str = "paging: { offset: { parameter: skip }, size: { parameter: PageSize, records: 4 } }";
const PAGES: &str = "total: /totalRecords, paging: { page: { parameter: PageNumber }, size: { parameter: PageSize, records: 4 } }";
const LINKS: &str =
    "total: /totalRecords, paging: { link: /nextLink, size: { parameter: PageSize, records: 4 } }";
const WHOLE: &str = "total: /totalRecords";

#[test]
fn e1_a_list_that_ends_early_is_incomplete() {
    let said = said("apply", WHOLE, |_, all| page(&all[..9], &json!({})));
    assert!(said.contains("9 records were returned, but there are 10: pages are missing"), "{said}");
    let said = planned(CURSOR, |_, all| page(&all[..4], &json!({ "next": null })));
    assert!(said.contains("4 records were returned, but there are 10"), "{said}");
    let said = planned(LINKS, |_, all| page(&all[..4], &json!({})));
    assert!(said.contains("4 records were returned, but there are 10"), "{said}");
    let said = planned(PAGES, |request, all| {
        let number: usize = request.parameter("PageNumber").and_then(|text| text.parse().ok()).unwrap_or(1);
        page(if number == 1 { &all[..4] } else { &[] }, &json!({}))
    });
    assert!(said.contains("4 records were returned, but there are 10"), "{said}");
}

#[test]
fn e1_pages_that_are_always_the_first_are_incomplete() {
    let first = |_: &Request, all: Vec<Json>| page(&all[..4], &json!({ "next": "c/+4" }));
    for list in [OFFSET, PAGES] {
        let said = planned(list, first);
        assert!(said.contains("was returned twice"), "{said}");
    }
    // Each page is new, and the cursor is the same for ever.
    let said = planned(CURSOR, |request, all| match request.parameter("after") {
        None => page(&all[..4], &json!({ "next": "c/+4" })),
        Some(_) => page(&all[4..8], &json!({ "next": "c/+4" })),
    });
    assert!(said.contains("the list never ends"), "{said}");
}

#[test]
fn f10_a_next_page_elsewhere_is_not_fetched() {
    for elsewhere in ["https://evil.example/v2", "//evil.example/x", "http://127.0.0.1@evil.example/"] {
        let said = planned(LINKS, move |_, all| page(&all[..4], &json!({ "nextLink": elsewhere })));
        assert!(said.contains("the link to the next page leads to another address"), "{said}");
    }
}

#[test]
fn e1_what_is_no_list_or_contradicts_itself_is_incomplete() {
    let plain = |status: u16, body: &str| Reply::Whole(status, Vec::new(), body.as_bytes().to_vec());
    let cases: [(&str, Reply); 8] = [
        ("expected a list at `/result`, found nothing", plain(200, r#"{"success":true,"totalRecords":10}"#)),
        (
            "expected a list at `/result`, found null",
            plain(200, r#"{"success":true,"result":null,"totalRecords":10}"#),
        ),
        (
            "expected the number of all records at `/totalRecords`",
            plain(200, r#"{"success":true,"result":[]}"#),
        ),
        (
            "reported a failure: maintenance",
            plain(200, r#"{"success":false,"error":{"message":"maintenance"},"result":[]}"#),
        ),
        ("the answer is not JSON", plain(200, "<html>sign in</html>")),
        ("expected a list at `/result`, found nothing", plain(200, "")),
        (
            "expected a record, found a text",
            plain(200, r#"{"success":true,"totalRecords":1,"result":["x"]}"#),
        ),
        (
            "expected a text or a number at `/id`, found null",
            plain(200, r#"{"success":true,"totalRecords":1,"result":[{"id":null}]}"#),
        ),
    ];
    for (expected, reply) in cases {
        let said = planned(WHOLE, move |_, _| reply.clone());
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn e1_an_account_whose_state_or_link_is_unclear_is_incomplete() {
    for (key, value, expected) in [
        ("status", json!("Locked"), "neither among the values for active nor for inactive"),
        ("uuid", json!(["a", "b"]), "the link attribute `externalId` of the account `1` is not one text"),
        ("contact", json!({ "email": { "work": "x" } }), "is an object: expected a text"),
    ] {
        let said = planned(WHOLE, move |_, mut all| {
            all[0][key] = value.clone();
            page(&all, &json!({}))
        });
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn h17_a_list_without_end_is_left_at_the_limit_of_a_read() {
    let double = Double::with_fault(Box::new(|request: &Request, _: &mut State| {
        let page: u64 = request.parameter("PageNumber")?.parse().ok()?;
        let record = |number: u64| json!({ "id": 4 * page + number, "status": "Active" });
        let records: Vec<Json> = (0..4).map(record).collect();
        Some(Reply::json(200, &json!({ "success": true, "result": records })))
    }));
    let list = "paging: { page: { parameter: PageNumber }, size: { parameter: PageSize, records: 4 } }";
    let mut company = on(&double, list, 1);
    company.playground.secret("ROLEWRIGHT_READ_RECORDS", "50");
    let ended = company.playground.run(&["plan"]).ends(7);
    assert!(ended.stderr.contains("the whole read may take 50 records"), "{}", ended.stderr);
    assert!(double.count("GET") < 20);
}
