//! A real SCIM server, a stub with faults on demand, and how tests read them.

pub(crate) mod double;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod stub;
pub(crate) mod workspace;

use rolewright::apply::Permit;
use rolewright::apply::scim::{GroupRef, MembersWritten, Memberships, ScimWriter};
use rolewright::fetch::scim::{ReadError, ReadRequest, read};
use rolewright::http::Limits;
use rolewright::model::{AddressRule, AttributePath, ReadBudget, Secret, Value};
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use std::time::Duration;

/// The attributes that most tests use, by short name.
const PATHS: [(&str, &str); 9] = [
    ("userName", "userName"),
    ("email", r#"emails[type eq "work"].value"#),
    ("displayName", "displayName"),
    ("givenName", "name.givenName"),
    ("familyName", "name.familyName"),
    ("title", "title"),
    ("department", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
    ("city", "addresses[0].locality"),
    ("country", "addresses[0].country"),
];

pub(crate) fn attribute(name: &str) -> AttributePath {
    let path = PATHS.iter().find(|(short, _)| *short == name).map_or(name, |(_, path)| path);
    AttributePath { name: name.into(), path: path.into(), case_exact: false }
}

pub(crate) fn text(name: &str, value: &str) -> (AttributePath, Value) {
    (attribute(name), Value::Text(value.into()))
}

/// An attribute in the form that `update` takes; an empty text is none.
pub(crate) fn maybe(name: &str, value: &str) -> (AttributePath, Option<Value>) {
    (attribute(name), (!value.is_empty()).then(|| Value::Text(value.into())))
}

pub(crate) fn limits() -> Limits {
    Limits { budget: Duration::from_secs(20), attempt: Duration::from_secs(10), ..Limits::default() }
}

pub(crate) fn request(url: &str, page_size: u32) -> ReadRequest {
    ReadRequest {
        application: "dstny".into(),
        url: url.into(),
        link: attribute("externalId"),
        attributes: PATHS.iter().map(|(name, _)| attribute(name)).collect(),
        groups: true,
        paging: None,
        names_members: false,
        page_size,
        limits: limits(),
        budget: ReadBudget::default(),
        addresses: AddressRule::Any,
        rate_limits: Vec::new(),
    }
}

pub(crate) async fn read_all(
    url: &str,
    token: &str,
    page_size: u32,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read(&request(url, page_size), Some(&Secret::new(token.into()))).await
}

/// Makes accounts members of a group.
pub(crate) async fn given(writer: &ScimWriter, group: GroupRef<'_>, accounts: &[&str]) -> MembersWritten {
    writer.write_members(Memberships { group, accounts, gives: true }, &Permit::default()).await
}

/// Ends memberships.
pub(crate) async fn taken(writer: &ScimWriter, group: GroupRef<'_>, accounts: &[&str]) -> MembersWritten {
    writer.write_members(Memberships { group, accounts, gives: false }, &Permit::default()).await
}

/// Every account and group as text, to compare two reads.
pub(crate) fn shown(snapshot: &ApplicationSnapshot) -> Vec<String> {
    let accounts = &snapshot.accounts;
    let mut lines: Vec<String> = (0..accounts.len() as u32)
        .map(|row| {
            let fields: Vec<_> = PATHS
                .iter()
                .map(|(name, _)| accounts.column(name).and_then(|column| column.get(row)).unwrap_or("-"))
                .collect();
            let link = accounts.links.get(row).unwrap_or("-");
            format!("{link} {} {}", accounts.active[row as usize], fields.join("|"))
        })
        .collect();
    let groups = &snapshot.groups;
    lines.extend((0..groups.len() as u32).map(|group| {
        let members: Vec<_> = groups.members(group).iter().map(|row| accounts.links.get(*row)).collect();
        format!("{} {members:?}", groups.names[group as usize])
    }));
    lines
}
