//! Saves the whole snapshot of an application or directory as lines of JSON, to plan offline later.

use crate::model::{Field, Right};
use crate::snapshot::{
    AppRole, ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder,
    DirectorySnapshot, Incomplete,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of records in a saved snapshot, so that a truncated file is detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Users, or accounts.
    pub first: u64,
    /// Groups.
    pub groups: u64,
    /// Memberships, or grants and known rights.
    pub rest: u64,
}

#[derive(Serialize, Deserialize)]
struct Account {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    active: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Group {
    id: String,
    name: String,
    members: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Grant {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    entitlement: String,
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// An application as three files: accounts, groups, grants (without `account`: rights the application knows).
pub fn application(snapshot: &ApplicationSnapshot) -> ([String; 3], Counts) {
    let accounts = &snapshot.accounts;
    let rows = 0..accounts.len() as u32;
    let account = |row: u32| Account {
        id: accounts.ids.id(row).to_owned(),
        link: accounts.links.get(row).map(ToOwned::to_owned),
        active: accounts.active[row as usize],
        attributes: accounts
            .columns()
            .filter_map(|(name, column)| column.get(row).map(|text| (name.to_owned(), text.to_owned())))
            .collect(),
    };
    let group = |row: u32| Group {
        id: snapshot.groups.ids.id(row).to_owned(),
        name: snapshot.groups.names[row as usize].clone(),
        members: snapshot.groups.members(row).iter().map(|row| accounts.ids.id(*row).to_owned()).collect(),
    };
    let grant = |account: Option<u32>, right: &Right| Grant {
        account: account.map(|row| accounts.ids.id(row).to_owned()),
        entitlement: right.entitlement.clone(),
        value: right.value.clone(),
        scope: right.scope.clone(),
    };
    let known = snapshot.known_rights.iter().map(|right| grant(None, right));
    let held = snapshot.grants.iter().map(|row| grant(Some(row.account), &row.right));
    let (accounts_text, first) = lines(rows.map(account));
    let (groups_text, groups) = lines((0..snapshot.groups.len() as u32).map(group));
    let (grants_text, rest) = lines(known.chain(held));
    ([accounts_text, groups_text, grants_text], Counts { first, groups, rest })
}

/// A role of an enterprise application, with the ids of its users.
#[derive(Serialize, Deserialize)]
struct Role {
    application: String,
    name: String,
    users: Vec<String>,
}

/// A directory as three files in Graph's form (users, groups, members), and its application roles.
pub fn directory(snapshot: &DirectorySnapshot) -> ([String; 4], Counts) {
    let user = |row: u32| {
        let mut object = serde_json::Map::new();
        object.insert("id".to_owned(), snapshot.users.ids.id(row).into());
        for (name, column) in snapshot.users.attributes() {
            insert_at_path(&mut object, name, field(&column.field(row)));
        }
        serde_json::Value::Object(object)
    };
    let group = |row: u32| {
        let record = snapshot.groups.record(row);
        let id = snapshot.groups.ids.id(row);
        let mut group =
            serde_json::json!({ "id": id, "displayName": record.name, "createdDateTime": record.created });
        if let Some(distinguished_name) = &record.distinguished_name {
            group["distinguishedName"] = distinguished_name.as_str().into();
        }
        group
    };
    let members = (0..snapshot.groups.len() as u32).flat_map(|row| {
        let users = snapshot.groups.direct_users(row).iter().map(|user| snapshot.users.ids.id(*user));
        let groups = snapshot.groups.direct_groups(row).iter().map(|group| snapshot.groups.ids.id(*group));
        let id = snapshot.groups.ids.id(row);
        users.chain(groups).map(move |member| serde_json::json!({ "groupId": id, "memberId": member }))
    });
    let (users_text, first) = lines((0..snapshot.users.len() as u32).map(user));
    let (groups_text, groups) = lines((0..snapshot.groups.len() as u32).map(group));
    let (members_text, rest) = lines(members);
    let role = |role: &AppRole| Role {
        application: role.application.clone(),
        name: role.name.clone(),
        users: role.users.iter().map(|user| snapshot.users.ids.id(*user).to_owned()).collect(),
    };
    let (roles_text, _) = lines(snapshot.app_roles.iter().map(role));
    ([users_text, groups_text, members_text, roles_text], Counts { first, groups, rest })
}

/// Reads one line of the roles that [`directory`] wrote. The directory's users must have been read.
///
/// # Errors
/// When the line is not such a record, or names an unknown user.
pub fn read_role(line: &[u8], builder: &mut DirectoryBuilder) -> Result<(), String> {
    let Role { application, name, users } =
        serde_json::from_slice(line).map_err(|error| error.to_string())?;
    builder.app_role(&application, &name);
    users
        .iter()
        .try_for_each(|user| builder.assignment(&application, &name, user))
        .map_err(|error| error.problem)
}

/// Reads what [`application`] wrote.
///
/// # Errors
/// When a line is not such a record, or the number of records differs from `Counts`.
pub fn read_application(
    name: &str,
    files: &[String; 3],
    saved: Counts,
) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("the saved application `{name}`"), problem);
    let accounts: Vec<Account> = records(&files[0]).map_err(incomplete)?;
    let groups: Vec<Group> = records(&files[1]).map_err(incomplete)?;
    let grants: Vec<Grant> = records(&files[2]).map_err(incomplete)?;
    let found =
        Counts { first: accounts.len() as u64, groups: groups.len() as u64, rest: grants.len() as u64 };
    if found != saved {
        return Err(incomplete(format!(
            "expected {} accounts, {} groups and {} grants, found {}, {} and {}: save it again",
            saved.first, saved.groups, saved.rest, found.first, found.groups, found.rest
        )));
    }
    let mut names: Vec<String> =
        accounts.iter().flat_map(|account| account.attributes.keys().cloned()).collect();
    names.sort();
    names.dedup();
    let mut builder = ApplicationBuilder::new(name, Capabilities { write: false, delete: false }, &names);
    for account in &accounts {
        let text = |name: &String| {
            account.attributes.get(name).map_or(Field::Empty, |text| Field::text(text.as_str()))
        };
        let fields: Vec<Field<'_>> = names.iter().map(text).collect();
        builder.account(&account.id, account.link.as_deref(), Some(account.active), &fields)?;
    }
    for group in &groups {
        builder.group(&group.id, &group.name, group.members.iter().map(String::as_str))?;
    }
    for Grant { account, entitlement, value, scope } in grants {
        let right = Right { entitlement, value, scope };
        match account {
            Some(account) => builder.grant(&account, right)?,
            None => builder.known(right),
        }
    }
    builder.finish()
}

fn lines<T: Serialize>(records: impl Iterator<Item = T>) -> (String, u64) {
    let (mut text, mut count) = (String::new(), 0);
    for record in records {
        text.push_str(&serde_json::to_string(&record).unwrap_or_default());
        text.push('\n');
        count += 1;
    }
    (text, count)
}

fn records<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>, String> {
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))
        })
        .collect()
}

/// Writes a dotted name as an object inside an object.
fn insert_at_path(
    object: &mut serde_json::Map<String, serde_json::Value>,
    name: &str,
    value: serde_json::Value,
) {
    match name.split_once('.') {
        None => drop(object.insert(name.to_owned(), value)),
        Some((outer, inner)) => {
            let nested =
                object.entry(outer).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
            if let serde_json::Value::Object(nested) = nested {
                insert_at_path(nested, inner, value);
            }
        }
    }
}

fn field(field: &Field<'_>) -> serde_json::Value {
    match field {
        Field::Empty => serde_json::Value::Null,
        Field::Text(text) => text.as_ref().into(),
        Field::Boolean(value) => (*value).into(),
        Field::List(texts) => texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into(),
    }
}
