//! Microsoft Entra ID: sign-in, the full read, faults; against a double that is checked against Microsoft's contract.

mod behaviours;
mod binary;
mod changes;
mod economy;
mod faults;
mod groups;
mod microsoft;
mod one_user;
mod pages;
mod prism;
mod probing;
mod progress;
mod properties;
mod reading;
mod selected_users;
mod sign_in;

use crate::support::entra::double::Double;
use crate::support::entra::tenant::{CLIENT, SECRET, SERVICE, TENANT};
use crate::support::world::policies;

use rolewright::fetch::entra::{EntraRequest, Key, Store, read};
use rolewright::http::Limits;
use rolewright::model::{AddressRule, DirectoryConnection, EntraConnection, ReadBudget, Secret};
use rolewright::policy::DirectoryPolicy;
use rolewright::snapshot::{Complete, DirectorySnapshot, Incomplete};
use std::time::Duration;

/// The compiled directory of a workspace with these rules, read from an endpoint.
fn directory(endpoint: &str, prefix: &str, rules: &str) -> DirectoryPolicy {
    let groups =
        if prefix.is_empty() { String::new() } else { format!("groups: {{ prefix: '{prefix}' }}\n") };
    let text = format!(
        "apiVersion: rolewright/v1\nkind: Workspace\nname: contoso\nprotectedBranch: main\n---\n\
         apiVersion: rolewright/v1\nkind: Directory\nname: contoso\n{groups}attributes: {{ badge: onPremisesExtensionAttributes.extensionAttribute1 }}\n\
         entra: {{ tenantId: {TENANT}, clientId: {CLIENT}, credential: {{ env: ROLEWRIGHT_CONTOSO, minLength: 40 }}, endpoint: '{endpoint}' }}\n---\n\
         apiVersion: rolewright/v1\nkind: Application\nname: rooms\nsqlite: {{ file: rooms.db }}\n\
         directories: [{{ name: contoso, enterpriseApplication: {SERVICE} }}]\nentitlements: {{ role: {{}} }}\n---\n\
         apiVersion: rolewright/v1\nkind: AttributeMapping\napplication: rooms\n\
         attributes: {{ userName: userPrincipalName, 'displayName': displayName, title: badge }}\n---\n\
         apiVersion: rolewright/v1\nkind: Lifecycle\napplication: rooms\nscope: {{ anyGrant: true }}\n\
         deleted: deactivate\noutOfScope: revoke\ndisabled: deactivate\n---\n\
         apiVersion: rolewright/v1\nkind: LinkingRules\napplication: rooms\nrules:\n{rules}\n"
    );
    policies(&text).directories.remove(0)
}

/// A rule that links one group, referred to in any way.
fn rule(number: usize, group: &str) -> String {
    let grant = if group.contains("{role}") { "'{role}'" } else { "reader" };
    format!("  - {{ id: rule-{number}, group: {group}, grant: {{ role: {grant} }} }}\n")
}

/// The usual rules: one group by id, one by name, those of a pattern, a role.
fn rules(groups: &[&str]) -> String {
    groups.iter().enumerate().map(|(number, group)| rule(number, group)).collect()
}

fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        read: Duration::from_secs(10),
        attempt: Duration::from_secs(20),
        budget: Duration::from_secs(40),
        body: 4 << 20,
        attempts: 3,
    }
}

/// Reads a directory with a client secret.
async fn read_by(
    policy: &DirectoryPolicy,
    key: Key,
    page_size: u32,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    read_with(policy, key, page_size, limits()).await
}

async fn read_with(
    policy: &DirectoryPolicy,
    key: Key,
    page_size: u32,
    limits: Limits,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    read_kept(policy, key, page_size, limits, None).await
}

/// Reads with the stored state of the last read.
async fn read_kept(
    policy: &DirectoryPolicy,
    key: Key,
    page_size: u32,
    limits: Limits,
    store: Option<&Store>,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let request = EntraRequest { page_size, limits, ..request(policy) };
    read(&request, key, store).await
}

/// The request for what a directory's policies need, with pages of three.
fn request(policy: &DirectoryPolicy) -> EntraRequest<'_> {
    EntraRequest {
        name: &policy.name,
        connection: connection(policy),
        attributes: &policy.attributes,
        group_prefix: &policy.group_prefix,
        nested: policy.nested_groups,
        needs: &policy.needs,
        page_size: 3,
        limits: limits(),
        budget: ReadBudget::default(),
        addresses: &AddressRule::Any,
        patience: Duration::from_millis(5),
    }
}

fn connection(policy: &DirectoryPolicy) -> &EntraConnection {
    match &policy.connection {
        DirectoryConnection::Entra(connection) => connection,
        other => panic!("{other:?}"),
    }
}

fn secret() -> Key {
    Key::Secret(Secret::new(SECRET.to_owned()))
}

/// Reads the double's tenant by pages of three.
async fn read_double(
    double: &Double,
    prefix: &str,
    rules: &str,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    read_by(&directory(&double.url(), prefix, rules), secret(), 3).await
}

/// The contents of a snapshot, sorted.
fn shown(snapshot: &DirectorySnapshot) -> Vec<String> {
    let users = &snapshot.users;
    let user = |row: u32| {
        let fields: Vec<String> =
            users.attributes().map(|(name, column)| format!("{name}={:?}", column.field(row))).collect();
        format!("user {} {}", users.ids.id(row), fields.join(" "))
    };
    let groups = &snapshot.groups;
    let group = |row: u32| {
        let mut members: Vec<&str> =
            groups.direct_users(row).iter().map(|user| users.ids.id(*user)).collect();
        members.sort_unstable();
        let nested: Vec<&str> = groups.direct_groups(row).iter().map(|group| groups.ids.id(*group)).collect();
        format!("group {} `{}` {members:?} {nested:?}", groups.ids.id(row), groups.record(row).name)
    };
    let role = |role: &rolewright::snapshot::AppRole| {
        let users: Vec<&str> = role.users.iter().map(|user| users.ids.id(*user)).collect();
        format!("role {} {users:?}", role.name)
    };
    let mut lines: Vec<String> = (0..users.len() as u32).map(user).collect();
    lines.extend((0..groups.len() as u32).map(group));
    lines.extend(snapshot.app_roles.iter().map(role));
    lines.sort();
    lines
}

/// The numbers of the users in a group, by the group's name.
fn members(snapshot: &DirectorySnapshot, name: &str, nested: bool) -> Vec<usize> {
    let groups = &snapshot.groups;
    let row = (0..groups.len() as u32).find(|row| groups.record(*row).name == name);
    let row = row.unwrap_or_else(|| panic!("`{name}` was not read"));
    numbers(snapshot, &groups.users(row, nested))
}

fn numbers(snapshot: &DirectorySnapshot, rows: &[u32]) -> Vec<usize> {
    let number = |row: &u32| usize::from_str_radix(&snapshot.users.ids.id(*row)[24..], 16).expect("a number");
    let mut numbers: Vec<usize> = rows.iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// Asserts that a read is incomplete for this reason, and that the message contains no secret.
fn incomplete(read: Result<Complete<DirectorySnapshot>, Incomplete>, says: &str) -> String {
    let text = match read {
        Err(error) => error.to_string(),
        Ok(snapshot) => panic!("complete: {:#?}\nshould say: {says}", shown(&snapshot)),
    };
    assert!(text.contains(says), "{text}\nshould say: {says}");
    assert!(text.contains("directory `contoso`"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    text
}
