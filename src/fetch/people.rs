//! Reads a directory from a hand-written people file.

use super::handwritten;
use crate::model::{AttributeType, Field, begins_with};
use crate::policy::DirectoryAttribute;
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, GroupRecord, Incomplete};
use crate::wire::Problem;
use crate::wire::people::{People, Person, parse};
use std::path::Path;

/// Reads such a directory: the attributes that policies need, and the groups whose name begins with `group_prefix`,
/// ignoring ASCII case. `accepted` are the other attributes that the file may have: those of Microsoft Graph, and those
/// that the directory declares.
///
/// A group without the prefix is left out with its memberships, unless it is nested in one that is read: then its
/// members count there. Such a group has no name in the snapshot, so no rule finds it.
///
/// # Errors
/// When the file cannot be read or has problems; lists all problems with their lines.
pub fn read(
    name: &str,
    path: &Path,
    attributes: &[DirectoryAttribute],
    group_prefix: &str,
    accepted: &[(String, AttributeType)],
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let text =
        handwritten::text(path).map_err(|problem| Incomplete::new(format!("directory `{name}`"), problem))?;
    read_text(
        name,
        PeopleText { shown: &path.display().to_string(), text: &text },
        attributes,
        group_prefix,
        accepted,
    )
}

/// The text of a people file, and the file's name for messages.
#[derive(Clone, Copy, Debug)]
pub struct PeopleText<'t> {
    /// The name.
    pub shown: &'t str,
    /// The text.
    pub text: &'t str,
}

/// The same, from a text.
///
/// # Errors
/// When it has problems; lists all of them with their lines.
pub fn read_text(
    name: &str,
    file: PeopleText<'_>,
    attributes: &[DirectoryAttribute],
    group_prefix: &str,
    accepted: &[(String, AttributeType)],
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let incomplete = |problem| Incomplete::new(format!("directory `{name}`"), problem);
    let accepted = accepted_names(attributes, accepted);
    let people = parse(file.shown, file.text, &accepted).map_err(|problems| {
        let list = Problem::list(&problems);
        incomplete(format!("correct its file first:{list}"))
    })?;
    snapshot(name, &people, attributes, group_prefix)
}

/// The attributes that policies need come first, so that their types apply.
fn accepted_names(
    attributes: &[DirectoryAttribute],
    accepted: &[(String, AttributeType)],
) -> Vec<(String, AttributeType)> {
    let needed = attributes.iter().flat_map(|attribute| {
        [&attribute.name, &attribute.source].map(|name| (name.clone(), attribute.kind))
    });
    needed.chain(accepted.iter().cloned()).collect()
}

fn snapshot(
    name: &str,
    people: &People,
    attributes: &[DirectoryAttribute],
    group_prefix: &str,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let typed: Vec<_> = attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    let mut builder = DirectoryBuilder::new(name, &typed);
    for person in &people.users {
        let fields: Result<Vec<_>, _> =
            attributes.iter().map(|attribute| field(name, person, attribute)).collect();
        builder.user(&person.id, &fields?)?;
    }
    let named: Vec<bool> = people.groups.iter().map(|group| begins_with(&group.name, group_prefix)).collect();
    let read = with_nested(people, &named);
    for (index, group) in people.groups.iter().enumerate().filter(|(index, _)| read[*index]) {
        let name = if named[index] { group.name.clone() } else { String::new() };
        let record = GroupRecord {
            name,
            created: group.created.clone(),
            distinguished_name: group.distinguished_name.clone(),
        };
        builder.group(&group.id, record)?;
    }
    for (_, group) in people.groups.iter().enumerate().filter(|(index, _)| read[*index]) {
        for member in &group.members {
            builder.member(&group.id, &people.groups[*member].id)?;
        }
    }
    for person in &people.users {
        for group in person.groups.iter().filter(|group| read[**group]) {
            builder.member(&people.groups[*group].id, &person.id)?;
        }
    }
    app_roles(&mut builder, people)?;
    builder.finish()
}

/// Adds the roles of enterprise applications. The assignments of a group that is not read are left out.
fn app_roles(builder: &mut DirectoryBuilder, people: &People) -> Result<(), Incomplete> {
    for application in &people.applications {
        application.roles.iter().for_each(|role| builder.app_role(&application.id, role));
    }
    let groups = people.groups.iter().map(|group| (&group.id, &group.app_roles));
    let users = people.users.iter().map(|user| (&user.id, &user.app_roles));
    for (principal, roles) in groups.chain(users) {
        for (index, role) in roles {
            builder.assignment(&people.applications[*index].id, role, principal)?;
        }
    }
    Ok(())
}

/// The value under the name that policies use, or under the directory's own name.
fn field<'p>(
    directory: &str,
    person: &'p Person,
    attribute: &DirectoryAttribute,
) -> Result<Field<'p>, Incomplete> {
    let DirectoryAttribute { name, source, .. } = attribute;
    let own = person.fields.get(source).filter(|_| source != name);
    match (person.fields.get(name), own) {
        (Some(_), Some(_)) => Err(Incomplete::new(
            format!("directory `{directory}`"),
            format!("user `{}` has one attribute twice, as `{name}` and as `{source}`; keep one", person.id),
        )),
        (found, own) => Ok(found.or(own).cloned().unwrap_or_default()),
    }
}

/// The marked groups, and all groups nested in them.
fn with_nested(people: &People, named: &[bool]) -> Vec<bool> {
    let mut read = named.to_vec();
    let mut open: Vec<usize> = (0..read.len()).filter(|index| named[*index]).collect();
    while let Some(index) = open.pop() {
        for member in &people.groups[index].members {
            if !std::mem::replace(&mut read[*member], true) {
                open.push(*member);
            }
        }
    }
    read
}
