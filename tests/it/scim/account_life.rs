//! Accounts and memberships on a real server, from creation to deletion.

use super::{attribute, given, maybe, read_all, request, shown, taken, text};
use crate::support::scim::server::Server;
use rolewright::apply::scim::{Failure, GroupRef, WriteError, WriteOutcome};
use rolewright::fetch::scim::{ReadRequest, read};
use rolewright::model::{AttributePath, Secret, Value};
use rolewright::wire::scim::USER_SCHEMA;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn s21_s22_s24_130_accounts_come_by_small_pages_and_twice_alike() {
    let server = Server::start();
    let writer = server.writer();
    for at in 0..130 {
        let attributes = [text("userName", &format!("user{at}")), text("city", "Malmö")];
        let link = format!("link-{at}");
        writer.create(&attributes, &attribute("externalId"), &link, at % 2 == 0).await.unwrap();
    }
    let first = read_all(&server.url(), &server.token(), 17).await.unwrap();
    assert_eq!(first.accounts.len(), 130);
    assert_eq!(first.accounts.active.iter().filter(|active| **active).count(), 65);
    let second = read_all(&server.url(), &server.token(), 1000).await.unwrap();
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(sorted(shown(&first)), sorted(shown(&second)));
}

#[tokio::test]
async fn s29_s32_an_account_is_created_changed_deactivated_and_deleted() {
    let server = Server::start();
    let writer = server.writer();
    let attributes = [
        text("userName", "ida@contoso.example"),
        text("givenName", "Ida"),
        text("familyName", "Lund"),
        text("department", "Sales"),
        text("city", "Malmö"),
        text("country", "Sweden"),
    ];
    let made = writer.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap();
    assert_eq!((made.found, made.dropped.as_slice()), (false, [].as_slice()));

    let changes = [
        maybe("givenName", "Ida-Marie"),
        maybe("familyName", ""),
        maybe("email", "ida@contoso.example"),
        maybe("department", "Support"),
        maybe("title", "Engineer"),
        maybe("city", "Lund"),
    ];
    let expected = [maybe("givenName", "Ida"), maybe("email", ""), maybe("city", "Malmö")];
    assert_eq!(writer.update(&made.id, &expected, &changes, None).await.unwrap(), WriteOutcome::Changed);
    assert_eq!(writer.update(&made.id, &expected, &changes, None).await.unwrap(), WriteOutcome::Unchanged);
    let replaced = [maybe("email", "lund@contoso.example"), maybe("department", ""), maybe("country", "")];
    assert_eq!(writer.update(&made.id, &[], &replaced, None).await.unwrap(), WriteOutcome::Changed);

    assert_eq!(writer.deactivate(&made.id).await.unwrap(), WriteOutcome::Changed);
    assert_eq!(writer.deactivate(&made.id).await.unwrap(), WriteOutcome::Unchanged);
    let read = read_all(&server.url(), &server.token(), 50).await.unwrap();
    let line = "l-1 false ida@contoso.example|lund@contoso.example|-|Ida-Marie|-|Engineer|-|Lund|-";
    assert_eq!(shown(&read), [line]);

    assert_eq!(writer.delete(&made.id).await.unwrap(), WriteOutcome::Changed);
    assert_eq!(writer.delete(&made.id).await.unwrap(), WriteOutcome::Unchanged);
    assert_eq!(writer.deactivate(&made.id).await.unwrap(), WriteOutcome::Unchanged);
    assert!(read_all(&server.url(), &server.token(), 50).await.unwrap().accounts.is_empty());
}

#[tokio::test]
async fn a6_an_account_that_changed_since_the_plan_is_not_written() {
    let server = Server::start();
    let writer = server.writer();
    let attributes = [text("userName", "ida"), text("title", "Chief")];
    let made = writer.create(&attributes, &attribute("externalId"), "l-1", true).await.unwrap();
    let before = shown(&read_all(&server.url(), &server.token(), 50).await.unwrap());
    let stale = writer.update(&made.id, &[maybe("title", "Clerk")], &[maybe("title", "Head")], None).await;
    let Err(WriteError::Stale { attribute, expected, found }) = stale else { panic!("{stale:?}") };
    let told = (attribute.as_str(), expected.as_deref(), found.as_deref());
    assert_eq!(told, ("title", Some("Clerk"), Some("Chief")));
    assert_eq!(shown(&read_all(&server.url(), &server.token(), 50).await.unwrap()), before);

    let gone = writer.update("no-such-account", &[], &[maybe("title", "Head")], None).await;
    assert!(matches!(gone, Err(WriteError::Stale { ref attribute, .. }) if attribute == "id"), "{gone:?}");
}

#[tokio::test]
async fn e11_d7_a_link_is_created_once_and_a_taken_name_is_a_conflict() {
    let server = Server::start();
    let writer = server.writer();
    let link = attribute("externalId");
    let made = writer.create(&[text("userName", "ida")], &link, "l-1", true).await.unwrap();
    let again = writer.create(&[text("userName", "other")], &link, "l-1", true).await.unwrap();
    assert_eq!((again.id.as_str(), again.found), (made.id.as_str(), true));
    let taken = writer.create(&[text("userName", "ida")], &link, "l-2", true).await;
    let Err(WriteError::Failed(Failure::NameTaken { error, id, active: true })) = taken else {
        panic!("{taken:?}")
    };
    assert_eq!((error.status(), id), (Some(409), made.id), "the account that has the name is told");
    assert_eq!(read_all(&server.url(), &server.token(), 50).await.unwrap().accounts.len(), 1);
}

#[tokio::test]
async fn s41_s42_s46_memberships_are_given_and_taken() {
    let server = Server::start();
    let writer = server.writer();
    let mut ids = Vec::new();
    for at in 0..130 {
        let (name, link) = (format!("user{at}"), format!("l-{at}"));
        let made = writer.create(&[text("userName", &name)], &attribute("externalId"), &link, true).await;
        ids.push(made.unwrap().id);
    }
    let first = [ids[0].as_str()];
    let missing = given(&writer, GroupRef::Name("Role_Editor"), &first).await;
    assert!(
        matches!(missing.error, Some(WriteError::Failed(Failure::NoGroup(ref name))) if name == "Role_Editor")
    );
    assert_eq!(taken(&writer, GroupRef::Name("Role_Editor"), &first).await.done.len(), 1, "nothing to take");

    let group = writer.create_group("Role_Editor").await.unwrap();
    assert_eq!(writer.create_group("Role_Editor").await.unwrap(), group);
    for id in [GroupRef::Name("Role_Editor"), GroupRef::Id(&group)] {
        assert_eq!(given(&writer, id, &first).await.done, BTreeSet::from([ids[0].clone()]));
    }
    let all: Vec<_> = ids.iter().map(String::as_str).collect();
    assert_eq!(given(&writer, GroupRef::Id(&group), &all).await.done.len(), 130);
    for _ in 0..2 {
        assert_eq!(taken(&writer, GroupRef::Id(&group), &[&ids[7]]).await.done.len(), 1);
    }

    let read = read_all(&server.url(), &server.token(), 100).await.unwrap();
    let members: Vec<_> = read.groups.members(0).iter().map(|row| read.accounts.ids.id(*row)).collect();
    assert_eq!(members.len(), 129, "each once, one revoked");
    assert!(!members.contains(&ids[7].as_str()));
}

#[tokio::test]
async fn s30_elements_of_roles_are_given_and_taken() {
    let server = Server::start();
    let writer = server.writer();
    let made =
        writer.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    let roles = attribute("roles");
    for role in ["Editor", "Vie\"wer"] {
        assert_eq!(writer.grant_value(&made.id, &roles, role).await.unwrap(), WriteOutcome::Changed);
        assert_eq!(writer.grant_value(&made.id, &roles, role).await.unwrap(), WriteOutcome::Unchanged);
    }
    assert_eq!(writer.revoke_value(&made.id, &roles, "Editor").await.unwrap(), WriteOutcome::Changed);
    assert_eq!(writer.revoke_value(&made.id, &roles, "Editor").await.unwrap(), WriteOutcome::Unchanged);
    let left = [(roles, Some(Value::List(vec!["Vie\"wer".into()])))];
    assert_eq!(writer.update(&made.id, &left, &left, None).await.unwrap(), WriteOutcome::Unchanged);
}

#[tokio::test]
async fn b10_hostile_names_come_back_as_they_were_sent() {
    let server = Server::start();
    let writer = server.writer();
    let names = [
        r#"a" or userName pr or externalId eq "b"#,
        r"back\slash\\",
        r#"\" \u0022 %22 &count=1#?"#,
        "Ævar 李 \u{1f600} e\u{301}",
        "members[value eq \"x\"]",
        "../../Groups",
    ];
    for name in names {
        let attributes = [text("userName", &format!("u-{name}")), text("displayName", name)];
        let made = writer.create(&attributes, &attribute("externalId"), name, true).await.unwrap();
        assert!(!made.found && made.dropped.is_empty(), "{name}: {made:?}");
        let again = writer.create(&attributes, &attribute("externalId"), name, true).await.unwrap();
        assert_eq!((again.id.as_str(), again.found), (made.id.as_str(), true), "{name}");
        let group = writer.create_group(name).await.unwrap();
        assert_eq!(writer.create_group(name).await.unwrap(), group, "{name}");
        assert_eq!(given(&writer, GroupRef::Name(name), &[&made.id]).await.done.len(), 1);
        assert_eq!(taken(&writer, GroupRef::Id(&group), &[&made.id]).await.done.len(), 1);
    }
    let read = read_all(&server.url(), &server.token(), 4).await.unwrap();
    let links: BTreeSet<_> = (0..names.len() as u32).filter_map(|row| read.accounts.links.get(row)).collect();
    assert_eq!(links, names.into());
    let groups: BTreeSet<_> = read.groups.names.iter().map(String::as_str).collect();
    assert_eq!(groups, names.into());
}

/// Roles of other types, even of the same value, are somebody else's. (SCIMMY takes no types that its schema does not list.)
#[tokio::test]
async fn s30_elements_of_one_type_are_given_and_taken_among_others() {
    let server = Server::start();
    {
        let raw = server.raw();
        let others = json!([{ "value": "Editor", "type": "other" }, { "value": "Owner", "type": "other", "primary": true }]);
        let body = json!({ "schemas": [USER_SCHEMA], "userName": "ida", "active": true, "roles": others });
        let made = raw.send("POST", "/Users", &body);
        let id = made.text_at("/id").unwrap_or_else(|| panic!("{} {}", made.status, made.text)).to_owned();
        let ours =
            AttributePath { name: "roles".into(), path: "roles[type eq \"ours\"]".into(), case_exact: false };
        let writer = server.writer();
        let roles = || raw.get(&format!("/Users/{id}")).body["roles"].clone();
        for value in ["Editor", "Viewer"] {
            assert_eq!(writer.grant_value(&id, &ours, value).await.unwrap(), WriteOutcome::Changed);
            assert_eq!(writer.grant_value(&id, &ours, value).await.unwrap(), WriteOutcome::Unchanged);
        }
        assert_eq!(roles().as_array().map(Vec::len), Some(4), "{}", roles());
        let request = ReadRequest { attributes: vec![ours.clone()], ..request(&server.url(), 100) };
        let held = read(&request, Some(&Secret::new(server.token()))).await.unwrap();
        assert_eq!(held.accounts.column("roles").unwrap().get(0), Some("Editor\u{1f}Viewer"));
        for value in ["Editor", "Viewer", "Owner"] {
            let expected = if value == "Owner" { WriteOutcome::Unchanged } else { WriteOutcome::Changed };
            assert_eq!(writer.revoke_value(&id, &ours, value).await.unwrap(), expected);
        }
        let left: Vec<String> =
            roles().as_array().unwrap().iter().map(|role| role["value"].to_string()).collect();
        assert_eq!(left, ["\"Editor\"", "\"Owner\""]);
        // The one value of an attribute.
        let title = attribute("title");
        for value in ["Head", "Chief"] {
            assert_eq!(writer.set_only_value(&id, &title, value, true).await.unwrap(), WriteOutcome::Changed);
        }
        assert_eq!(writer.set_only_value(&id, &title, "Head", false).await.unwrap(), WriteOutcome::Unchanged);
        assert_eq!(raw.get(&format!("/Users/{id}")).text_at("/title"), Some("Chief"));
        assert_eq!(writer.set_only_value(&id, &title, "Chief", false).await.unwrap(), WriteOutcome::Changed);
        assert_eq!(raw.get(&format!("/Users/{id}")).text_at("/title"), None);
    }
}
