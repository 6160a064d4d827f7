//! What is read from a real OpenLDAP server, with small limits as at some sites.

use super::{members, of};
use crate::support::ldap::servers::{slapd, slapd_wanted};
use rolewright::model::Field;

const UID: &str = "onPremisesSamAccountName";

fn text(value: &str) -> Field<'static> {
    Field::text(value.to_owned())
}

/// The server gives 20 entries a page and refuses larger pages; all 120 users are read.
#[test]
fn l_01_a_refused_page_size_is_made_smaller_until_it_is_not() {
    let snapshot = slapd_wanted("reader").snapshot();
    assert_eq!(snapshot.users.len(), 120);
    for size in [1, 7, 20, 21, 100_000] {
        let mut wanted = slapd_wanted("reader");
        wanted.limits.page = size;
        assert_eq!(wanted.snapshot().users.len(), 120, "{size}");
    }
}

/// With an account that may read at most 50 entries, a directory of 120 is incomplete.
#[test]
fn l_02_a_size_limit_is_an_incomplete_read() {
    let mut wanted = slapd_wanted("limited");
    wanted.limits.page = 20;
    let said = wanted.error();
    assert!(said.contains("LDAP result 4") && said.contains("size limit"), "{said}");
}

#[test]
fn openldap_attributes_have_the_names_of_microsoft_graph() {
    let snapshot = slapd_wanted("reader").declares("branch", "departmentNumber").snapshot();
    let user = |attribute| of(&snapshot, (UID, "u005"), attribute);
    for (attribute, value) in [
        ("surname", text("005")),
        ("givenName", text("User")),
        ("displayName", text("User 005")),
        ("employeeId", text("1005")),
        ("mail", text("u005@example.test")),
        ("branch", text("7")),
        ("accountEnabled", Field::Empty),
        ("userPrincipalName", Field::Empty),
        ("onPremisesDistinguishedName", text("uid=u005,ou=people,dc=corp,dc=example,dc=test")),
    ] {
        assert_eq!(user(attribute), value, "{attribute}");
    }
}

#[test]
fn l_04_the_id_is_the_entrys_uuid() {
    let snapshot = slapd_wanted("reader").snapshot();
    for row in 0..snapshot.users.len() as u32 {
        let id = snapshot.users.ids.id(row);
        assert!(id.len() == 36 && id.matches('-').count() == 4 && id == id.to_lowercase(), "{id}");
    }
}

#[test]
fn l_05_members_are_found_however_their_names_are_spelt() {
    let snapshot = slapd_wanted("reader").snapshot();
    assert_eq!(members(&snapshot, "core", UID, true), ["u000", "u001"]);
    assert_eq!(members(&snapshot, "unique", UID, true), ["u003", "u004"]);
}

/// The server has no in-chain search and reports no error for one (L10), so the client follows nested groups.
#[test]
fn l_10_nesting_is_followed_where_the_server_cannot() {
    let snapshot = slapd_wanted("reader").snapshot();
    assert_eq!(members(&snapshot, "all", UID, true), ["u000", "u001", "u002"]);
    let mut wanted = slapd_wanted("reader");
    wanted.prefix = "al".to_owned();
    assert_eq!(members(&wanted.snapshot(), "all", UID, true), ["u000", "u001", "u002"]);
}

/// The server has no `memberOf`; groups list their members.
#[test]
fn l_11_memberships_need_no_member_of() {
    let snapshot = slapd_wanted("reader").snapshot();
    assert_eq!(snapshot.groups.len(), 3);
    let created = &snapshot.groups.record(0).created;
    assert!(created.as_deref().is_some_and(|at| at.ends_with('Z')), "{created:?}");
}

#[test]
fn e_5_a_base_without_users_is_an_error() {
    let mut wanted = slapd_wanted("reader");
    wanted.connection.users_under = Some(format!("ou=groups,{}", slapd().get("base")));
    let said = wanted.error();
    assert!(said.contains("this account sees no user under"), "{said}");
    wanted.connection.users_under = Some(format!("ou=nowhere,{}", slapd().get("base")));
    let said = wanted.error();
    assert!(said.contains("it does not exist"), "{said}");
}

/// An account that may not read `member` would otherwise make everybody lose all rights.
#[test]
fn e_6_members_that_the_account_may_not_see_are_an_error() {
    let said = slapd_wanted("blind").error();
    assert!(said.contains("grant the account permission to read `member`"), "{said}");
    let said = slapd_wanted("nobody").error();
    assert!(said.contains("may not see it") || said.contains("sees no user"), "{said}");
}
