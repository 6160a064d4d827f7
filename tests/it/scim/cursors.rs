//! Lists that are read by cursors (RFC 9865): all of them, or an error.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{attribute, given, limits, request, taken, text};
use crate::support::scim::double::Double;
use crate::support::scim::stub::{Reply, Stub};
use rolewright::apply::scim::{GroupRef, Manners, ScimWriter};
use rolewright::fetch::scim::{ReadError, ReadRequest, read};
use rolewright::model::{AddressRule, Paging, Profile};
use rolewright::snapshot::{ApplicationSnapshot, Complete};

/// What a service answers to a request's first line.
type Answer = Box<dyn Fn(&str) -> String + Send>;

fn double(ways: serde_json::Value) -> Double {
    Double::start(serde_json::from_value(ways).unwrap())
}

async fn by_cursor(url: &str) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read(&ReadRequest { paging: Some(Paging::Cursor), ..request(url, 3) }, None).await
}

#[tokio::test]
async fn s24_a_list_is_read_by_cursors_where_the_profile_says_so() {
    let service = double(serde_json::json!({ "paging": "cursor", "users": 7 }));
    let whole = by_cursor(&service.url()).await.unwrap();
    assert_eq!((whole.accounts.len(), whole.groups.len()), (7, 7));
    // By `startIndex` it gives the first page again and again: nothing is made of that.
    let error = read(&request(&service.url(), 3), None).await.unwrap_err().to_string();
    assert!(error.contains("/Users: 3 were returned, but `totalResults` is 7"), "{error}");
}

#[tokio::test]
async fn s24_cursors_that_lead_nowhere_are_an_incomplete_read() {
    let user = |id: u32| format!(r#"{{"id":"{id}","userName":"u{id}","active":true}}"#);
    // The service, and what is said of it.
    let circle = move |line: &str| {
        let id = if line.contains("cursor=a") { 2 } else { 1 };
        format!(r#"{{"Resources":[{}],"nextCursor":"a"}}"#, user(id))
    };
    let short = move |_: &str| format!(r#"{{"totalResults":5,"Resources":[{}]}}"#, user(1));
    let changes = move |line: &str| match line.contains("cursor=a") {
        false => format!(r#"{{"totalResults":2,"Resources":[{}],"nextCursor":"a"}}"#, user(1)),
        true => format!(r#"{{"totalResults":3,"Resources":[{}]}}"#, user(2)),
    };
    let answers: [(Answer, &str); 3] = [
        (Box::new(circle), "the same `nextCursor` was returned twice"),
        (Box::new(short), "1 were returned, but `totalResults` is 5"),
        (Box::new(changes), "`totalResults` is 2 on one page and 3 on a later one"),
    ];
    for (answer, said) in answers {
        let stub = Stub::start(move |line| Reply::Whole(200, "", answer(line)));
        let error = by_cursor(&stub.url()).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn s28_a_cursor_whose_time_is_over_begins_the_read_anew_once() {
    let mut refused = false;
    let stub = Stub::start(move |line| {
        let page = |id: u32, next: &str| {
            format!(r#"{{"totalResults":2,"Resources":[{{"id":"{id}","userName":"u{id}"}}]{next}}}"#)
        };
        match line {
            line if line.starts_with("GET /Groups") => Reply::Whole(200, "", r#"{"totalResults":0}"#.into()),
            line if line.contains("cursor=a") && !std::mem::replace(&mut refused, true) => {
                Reply::Whole(400, "", r#"{"scimType":"expiredCursor"}"#.into())
            }
            line if line.contains("cursor=a") => Reply::Whole(200, "", page(2, "")),
            _ => Reply::Whole(200, "", page(1, r#","nextCursor":"a""#)),
        }
    });
    assert_eq!(by_cursor(&stub.url()).await.unwrap().accounts.len(), 2);
    assert_eq!(stub.count("GET /Users?cursor&"), 2);
}

#[tokio::test]
async fn s14_writers_read_lists_by_cursors_too() {
    let service = double(serde_json::json!({ "paging": "cursor", "filters": "blind", "users": 250 }));
    let profile = Profile { paging: Some(Paging::Cursor), ..Profile::default() };
    let writer = || {
        let writer = ScimWriter::new(&service.url(), None, limits(), &AddressRule::Any).unwrap();
        writer.with_manners(Manners::of(&profile))
    };
    let made =
        writer().create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!(given(&writer(), GroupRef::Name("Team 250"), &[&made.id]).await.done.len(), 1);
    assert_eq!(taken(&writer(), GroupRef::Name("Team 250"), &[&made.id]).await.done.len(), 1);
}
