//! Paging: links are followed without changes, only to this host, and only once; a list ends at the page without a next
//! link.

use super::{incomplete, members, read_double, rules, shown};
use crate::support::entra::double::Double;
use crate::support::entra::tenant::{Tenant, user};
use crate::support::http_server::Reply;
use serde_json::{Value, json};

fn tenant() -> Tenant {
    Tenant::new(8).with_group(1, "Sales", 0..8)
}

fn sales() -> String {
    rules(&["Sales"])
}

/// The tenant, read through a double whose answers to this path are changed.
fn changed(path: &'static str, mut change: impl FnMut(&mut Value, usize) + Send + 'static) -> Double {
    Double::faulty(tenant(), move |request, before, answer| {
        (request.path() == path).then(|| {
            let mut answer = answer.clone();
            change(&mut answer.body, before);
            answer.into()
        })
    })
}

#[tokio::test]
async fn mg_04_every_page_is_followed_and_an_empty_one_is_not_the_end() {
    let whole = shown(&read_double(&Double::start(tenant()), "", &sales()).await.expect("a whole read"));
    assert_eq!(whole.len(), 8 + 1 + 1, "users, the group, Default Access");
    let mut moved = Vec::new();
    let double = changed("/v1.0/users", move |body, before| {
        // The first page is empty; its objects are on the second.
        let list = body["value"].as_array_mut().expect("a list");
        match before {
            0 => moved.append(list),
            1 => list.append(&mut moved),
            _ => {}
        }
    });
    assert_eq!(shown(&read_double(&double, "", &sales()).await.expect("a whole read")), whole);
    let users: Vec<String> = double
        .requests()
        .iter()
        .filter(|request| request.path() == "/v1.0/users")
        .map(|request| request.target.clone())
        .collect();
    assert_eq!(users.len(), 3);
    assert!(users[1].contains("&$skiptoken=at-3") && users[1].contains("$select="), "{users:?}");
}

#[tokio::test]
async fn mg_04_members_of_one_group_spread_over_pages() {
    let double = Double::start(tenant());
    let read = read_double(&double, "", &sales()).await.expect("a whole read");
    assert_eq!(members(&read, "Sales", true), (0..8).collect::<Vec<_>>());
    assert!(
        double
            .requests()
            .iter()
            .any(|request| request.path().ends_with("/members") && request.target.contains("$skiptoken"))
    );
}

#[tokio::test]
async fn f_10_a_next_link_to_another_place_is_not_followed() {
    for link in [
        "https://attacker.example/v1.0/users?$skiptoken=1",
        "http://127.0.0.1:1/v1.0/users",
        "http://127.0.0.1.attacker.example/v1.0/users",
        "//attacker.example/users",
        "/v1.0/users",
        "",
        "@attacker.example/",
        "ftp://127.0.0.1/",
    ] {
        let double = changed("/v1.0/users", move |body, _| body["@odata.nextLink"] = json!(link));
        let said = incomplete(
            read_double(&double, "", &sales()).await,
            "is not followed, because the token would be sent there",
        );
        assert!(!said.contains("attacker"), "{said}");
        assert_eq!(double.count("/v1.0/users"), 1);
    }
}

#[tokio::test]
async fn f_10_the_host_of_a_link_is_compared_to_its_end() {
    let double = Double::faulty(tenant(), |request, _, answer| {
        let mut answer = answer.clone();
        let link = answer.body["@odata.nextLink"].as_str().filter(|_| request.path() == "/v1.0/users")?;
        let tail = link.find("/v1.0").expect("a path");
        answer.body["@odata.nextLink"] = json!(format!("{}0{}", &link[..tail], &link[tail..]));
        Some(answer.into())
    });
    incomplete(
        read_double(&double, "", &sales()).await,
        "the link to the next page leads to another address",
    );
}

#[tokio::test]
async fn f_10_a_redirect_is_an_error() {
    let double = Double::faulty(tenant(), |request, _, _| {
        let place = vec![("Location", "https://attacker.example/".to_owned())];
        (request.path() == "/v1.0/users").then(|| Reply::Whole(302, place, Vec::new()))
    });
    incomplete(read_double(&double, "", &sales()).await, "redirects are not followed");
}

#[tokio::test]
async fn mg_04_a_next_link_that_repeats_is_an_error() {
    let double = Double::faulty(tenant(), |request, _, answer| {
        let mut answer = answer.clone();
        let end = answer.body["@odata.nextLink"].is_null() && request.path() == "/v1.0/users";
        end.then(|| {
            let host = request.header("host").expect("a host").to_owned();
            let back = request.target.replace("$skiptoken=at-6", "$skiptoken=at-3");
            answer.body["value"] = json!([]);
            answer.body["@odata.nextLink"] = json!(format!("http://{host}{back}"));
            answer.into()
        })
    });
    incomplete(
        read_double(&double, "", &sales()).await,
        "the link to the next page leads back to an earlier page",
    );
}

#[tokio::test]
async fn e_1_a_repeated_page_of_users_is_not_a_page() {
    let mut first = Value::Null;
    let double = changed("/v1.0/users", move |body, before| match before {
        0 => first = body["value"].clone(),
        1 => body["value"] = first.clone(),
        _ => {}
    });
    // If once, the second read is complete.
    assert_eq!(read_double(&double, "", &sales()).await.expect("a whole read").users.len(), 8);
    let double =
        changed("/v1.0/users", |body, _| body["value"] = json!([{ "id": user(0), "accountEnabled": true }]));
    incomplete(read_double(&double, "", &sales()).await, "/users lists the user");
}

#[tokio::test]
async fn e_1_a_repeated_page_of_members_is_not_a_page() {
    let path: &'static str =
        format!("/v1.0/groups/{}/members", crate::support::entra::tenant::group(1)).leak();
    let double = changed(path, |body, _| {
        body["value"] = json!([{ "@odata.type": "#microsoft.graph.user", "id": user(0) }]);
    });
    incomplete(read_double(&double, "", &sales()).await, "a member of the group `Sales` is listed twice");
}

#[tokio::test]
async fn mg_07_a_member_of_no_known_type_is_never_guessed() {
    let path: &'static str =
        format!("/v1.0/groups/{}/members", crate::support::entra::tenant::group(1)).leak();
    let double = changed(path, |body, _| body["value"] = json!([{ "id": user(0) }]));
    incomplete(read_double(&double, "", &sales()).await, "missing field `@odata.type`");
}
