//! How many calls a change takes, by what is known of the service (S29, S35, S46).
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{attribute, given, limits, maybe, read_all, taken, text};
use crate::support::scim::double::Double;
use crate::support::scim::stub::{Reply, Stub};
use rolewright::apply::scim::{GroupRef, Manners, ScimWriter, WriteError, WriteOutcome};
use rolewright::model::{AddressRule, CreateAnswer, DeleteEffect, Profile, UpdateAnswer};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A service whose answers can be trusted.
fn trusted() -> Profile {
    Profile {
        create_answer: Some(CreateAnswer::Whole),
        update_answer: Some(UpdateAnswer::Whole),
        etags: Some(true),
        delete: Some(DeleteEffect::Removes),
        ..Profile::default()
    }
}

fn writer(stub: &Stub, profile: &Profile) -> ScimWriter {
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let versions = BTreeMap::from([("1".to_owned(), "W/\"7\"".to_owned())]);
    writer.with_manners(Manners::of(profile)).with_versions(versions)
}

const IDA: &str = r#"{"id":"1","userName":"ida","externalId":"l-1","title":"Head","active":true,"meta":{"version":"W/\"8\""}}"#;

/// The methods of the calls that a stub got.
fn methods(stub: &Stub) -> Vec<String> {
    stub.requests().iter().map(|request| request.split(' ').next().unwrap_or_default().to_owned()).collect()
}

fn ida() -> Stub {
    Stub::start(|line| match line {
        line if line.starts_with("POST") => Reply::Whole(201, "", IDA.into()),
        line if line.starts_with("DELETE") => Reply::Whole(204, "", String::new()),
        line if line.starts_with("GET /Users?") => Reply::Whole(200, "", r#"{"totalResults":0}"#.into()),
        _ => Reply::Whole(200, "ETag: W/\"8\"\r\n", IDA.into()),
    })
}

#[tokio::test]
async fn s29_a_change_takes_one_call_where_answers_and_versions_can_be_trusted() {
    let stub = ida();
    let writer = writer(&stub, &trusted());
    let attributes = [text("userName", "ida"), text("title", "Head")];
    let made = writer.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!((made.id.as_str(), made.found, made.dropped.len()), ("1", false, 0));
    let changed =
        writer.update("1", &[maybe("title", "Clerk")], &[maybe("title", "Head")], None).await.unwrap();
    assert_eq!(changed, WriteOutcome::Changed);
    writer.delete("1").await.unwrap();
    assert_eq!(methods(&stub), ["POST", "PATCH", "DELETE"]);
    assert!(stub.requests()[1].contains("if-match: W/\"7\"\r\n"), "{}", stub.requests()[1]);
}

#[tokio::test]
async fn s29_of_an_unknown_service_a_change_takes_at_most_three() {
    let stub = ida();
    let writer = writer(&stub, &Profile::default());
    let writer = writer.with_versions(BTreeMap::new());
    let attributes = [text("userName", "ida"), text("title", "Head")];
    writer.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!(methods(&stub), ["GET", "POST", "GET"]);
}

/// The account was changed by hand: it is read, and what the plan expected is not there.
#[tokio::test]
async fn s35_a6_a_version_that_is_no_more_is_read_anew() {
    let stub = Stub::start(|line| match line {
        line if line.starts_with("PATCH") => Reply::Whole(412, "", String::new()),
        _ => Reply::Whole(200, "ETag: W/\"8\"\r\n", IDA.into()),
    });
    let writer = writer(&stub, &trusted());
    let stale = writer.update("1", &[maybe("title", "Clerk")], &[maybe("title", "Chief")], None).await;
    assert!(
        matches!(stale, Err(WriteError::Stale { ref attribute, .. }) if attribute == "title"),
        "{stale:?}"
    );
    assert_eq!(methods(&stub), ["PATCH", "GET"]);
}

/// A service without PATCH is written by PUT, once it was met.
#[tokio::test]
async fn s31_a_service_without_patch_is_written_by_put() {
    let mut title = "Clerk";
    let stub = Stub::start(move |line| {
        let body = |title: &str| {
            format!(r#"{{"id":"1","userName":"ida","title":"{title}","active":true,"meta":{{"x":1}}}}"#)
        };
        match line {
            line if line.starts_with("PATCH") => Reply::Whole(501, "", String::new()),
            line if line.starts_with("PUT") => {
                title = "Head";
                Reply::Whole(200, "", body(title))
            }
            _ => Reply::Whole(200, "", body(title)),
        }
    });
    let writer = writer(&stub, &Profile::default()).with_versions(BTreeMap::new());
    let changed =
        writer.update("1", &[maybe("title", "Clerk")], &[maybe("title", "Head")], None).await.unwrap();
    assert_eq!(changed, WriteOutcome::Changed);
    assert_eq!(methods(&stub), ["GET", "PATCH", "GET", "PUT", "GET"]);
    let put = stub.requests().into_iter().find(|request| request.starts_with("PUT")).unwrap();
    assert!(put.contains(r#""userName":"ida""#) && !put.contains("meta"), "{put}");
    assert_eq!(writer.manners().remarks().len(), 1, "it is said what to write into the profile");
}

/// 250 members of one group: a read, three requests, a read.
#[tokio::test]
async fn s46_many_members_take_few_calls() {
    let mut patches = 0;
    let all: Vec<String> = (0..250).map(|number| format!("a{number}")).collect();
    let shown = all.clone();
    let stub = Stub::start(move |line| {
        patches += usize::from(line.starts_with("PATCH"));
        let there = if patches < 3 { &[][..] } else { &shown[..] };
        let members: Vec<String> = there.iter().map(|id| format!(r#"{{"value":"{id}"}}"#)).collect();
        Reply::Whole(
            200,
            "",
            format!(r#"{{"id":"g","displayName":"Role","members":[{}]}}"#, members.join(",")),
        )
    });
    let writer = writer(&stub, &Profile::default());
    let ids: Vec<&str> = all.iter().map(String::as_str).collect();
    let written = given(&writer, GroupRef::Id("g"), &ids).await;
    assert_eq!((written.done.len(), written.error.is_none()), (250, true));
    assert_eq!(methods(&stub), ["GET", "PATCH", "PATCH", "PATCH", "GET"]);
}

/// A service shows the members of a group in its list only: what it says there counts, before and after.
#[tokio::test]
async fn s40_members_that_only_the_list_shows_are_looked_for_there() {
    let mut removed = false;
    let stub = Stub::start(move |line| {
        removed |= line.starts_with("PATCH");
        let members = if removed { "[]" } else { r#"[{"value":"a1"}]"# };
        let listed = format!(
            r#"{{"totalResults":1,"Resources":[{{"id":"g","displayName":"Role","members":{members}}}]}}"#
        );
        match line {
            line if line.starts_with("GET /Groups?") => Reply::Whole(200, "", listed),
            _ => Reply::Whole(200, "", r#"{"id":"g","displayName":"Role"}"#.into()),
        }
    });
    let writer = writer(&stub, &Profile::default());
    let written = taken(&writer, GroupRef::Id("g"), &["a1"]).await;
    assert_eq!((written.done.len(), written.error.is_none()), (1, true));
    assert_eq!(stub.count("PATCH"), 1, "the membership was seen, and ended");
}

/// A revocation that has no effect is no success.
#[tokio::test]
async fn s29_f7_a_membership_that_stays_is_not_reported_as_ended() {
    let stub = Stub::start(|_| {
        Reply::Whole(200, "", r#"{"id":"g","displayName":"Role","members":[{"value":"a1"}]}"#.into())
    });
    let writer = writer(&stub, &Profile::default());
    let written = taken(&writer, GroupRef::Id("g"), &["a1"]).await;
    assert_eq!((written.done.len(), written.error.is_none()), (0, true), "{written:?}");
    assert_eq!((stub.count("PATCH"), stub.count("PUT")), (2, 1), "each form was tried");
}

/// The service is gone: all callers wait together, and give up together.
#[tokio::test]
async fn f1_an_outage_is_waited_for_once() {
    let gone = {
        let stub = ida();
        stub.url()
    };
    let limits = rolewright::http::Limits { attempts: 2, ..limits() };
    let writer = ScimWriter::new(&gone, None, limits, &AddressRule::Any).unwrap();
    let began = Instant::now();
    for _ in 0..20 {
        assert!(writer.deactivate("1").await.is_err());
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn s14_a_group_that_no_filter_finds_still_loses_its_member() {
    let double = Double::start(serde_json::from_value(serde_json::json!({ "filters": "blind" })).unwrap());
    let writer = || ScimWriter::new(&double.url(), None, limits(), &AddressRule::Any).unwrap();
    let made =
        writer().create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    let group = writer().create_group("Role_Editor").await.unwrap();
    assert_eq!(given(&writer(), GroupRef::Id(&group), &[&made.id]).await.done.len(), 1);
    let ended = taken(&writer(), GroupRef::Name("Role_Editor"), &[&made.id]).await;
    assert!(ended.error.is_none() && ended.done.contains(&made.id));
    assert_eq!(read_all(&double.url(), "any", 50).await.unwrap().groups.members(0), [0_u32; 0]);
}

/// Lists leave out who is inactive; the conflict and the filter lead to the account all the same.
#[tokio::test]
async fn s20_an_account_that_lists_do_not_show_returns_if_policies_say_so() {
    let inactive = || {
        let state = std::cell::Cell::new(false);
        Stub::start(move |line| {
            let ida = |active: bool| {
                IDA.replace("\"active\":true", if active { "\"active\":true" } else { "\"active\":false" })
            };
            if line.starts_with("PATCH") {
                state.set(true);
            }
            match line {
                line if line.starts_with("POST") => {
                    Reply::Whole(409, "", r#"{"scimType":"uniqueness"}"#.into())
                }
                line if line.starts_with("GET /Users?") => Reply::Whole(
                    200,
                    "",
                    format!(r#"{{"totalResults":1,"Resources":[{}]}}"#, ida(state.get())),
                ),
                _ => Reply::Whole(200, "", ida(state.get())),
            }
        })
    };
    let attributes = [text("userName", "ida"), text("title", "Head")];
    let whole = Profile { create_answer: Some(CreateAnswer::Whole), ..Profile::default() };
    let stub = inactive();
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let kept = writer.with_manners(Manners::of(&whole));
    let refused =
        kept.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap_err().to_string();
    assert!(
        refused.contains("`1` is this user's and inactive") && methods(&stub) == ["POST", "GET"],
        "{refused}"
    );
    let stub = inactive();
    let writer = ScimWriter::new(&stub.url(), None, limits(), &AddressRule::Any).unwrap();
    let returns = writer.with_manners(Manners::of(&whole).returning(true));
    let made = returns.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!((made.id.as_str(), made.found), ("1", true));
    assert!(stub.requests().iter().any(|request| request.starts_with("PATCH") && request.contains("true")));
}
