//! Finds the groups of selected users, direct and nested, starting from the users.

use super::error::LdapError;
use super::group_entry::{groups, unique_member};
use super::session::Session;
use super::users::{SelectedUser, Users, distinguished_name, entry_id};
use crate::snapshot::{DirectoryBuilder, GroupRecord};
use crate::wire::ldap::{ENTRY_UUID, Entry, Filter, Flavour, OBJECT_GUID, OBJECT_SID, primary_group_id};
use std::collections::{BTreeMap, BTreeSet};

/// Groups and their members among the selected users.
#[derive(Debug, Default)]
pub(super) struct Memberships {
    /// Users directly in a group: the group's id, the user's id.
    users: BTreeSet<(String, String)>,
    /// Groups directly in a group: the outer id, the inner id.
    nested: BTreeSet<(String, String)>,
}

/// A group's id and its name, as the server spells it.
type FoundGroup = (String, String);

/// Finds the groups of these users below a base, to any depth; cycles end.
pub(super) fn memberships(
    session: &mut Session,
    base: &str,
    users: &Users,
) -> Result<Memberships, LdapError> {
    let mut found = Memberships::default();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let unique = if users.selected.is_empty() { BTreeMap::new() } else { unique_members(session, base)? };
    for user in &users.selected {
        let mut outer = groups_containing(session, base, &user.dn, &unique)?;
        outer.extend(primary_group(session, base, user)?);
        for (id, dn) in outer {
            found.users.insert((id.clone(), user.id.clone()));
            known.insert(id, dn);
        }
    }
    let mut open: Vec<FoundGroup> = known.clone().into_iter().collect();
    while let Some((inner, name)) = open.pop() {
        for (id, dn) in groups_containing(session, base, &name, &unique)? {
            found.nested.insert((id.clone(), inner.clone()));
            if known.insert(id.clone(), dn.clone()).is_none() {
                open.push((id, dn));
            }
        }
    }
    Ok(found)
}

/// The groups of unique names, by member. These are read completely: servers cannot search a member that has an
/// identifier behind its name (RFC 4517, 4.2.31).
fn unique_members(session: &mut Session, base: &str) -> Result<BTreeMap<String, Vec<FoundGroup>>, LdapError> {
    let mut found: BTreeMap<String, Vec<FoundGroup>> = BTreeMap::new();
    if session.flavour == Flavour::ActiveDirectory {
        return Ok(found);
    }
    let attributes = [ENTRY_UUID, "uniqueMember"].map(str::to_owned).to_vec();
    session.search(base, Filter::equals("objectClass", "groupOfUniqueNames"), attributes, |entry| {
        let known = (entry_id(entry)?, entry.name.to_owned());
        for member in entry.values("uniqueMember").iter().filter_map(|value| unique_member(value)) {
            found.entry(member).or_default().push(known.clone());
        }
        Ok(())
    })?;
    Ok(found)
}

/// The groups that an entry is a direct member of.
fn groups_containing(
    session: &mut Session,
    base: &str,
    name: &str,
    unique: &BTreeMap<String, Vec<FoundGroup>>,
) -> Result<Vec<FoundGroup>, LdapError> {
    let mut found = search(session, base, Filter::equals("member", name))?;
    found.extend(unique.get(distinguished_name(name)?.canonical()).into_iter().flatten().cloned());
    Ok(found)
}

/// The primary group, which does not list the user (L9).
fn primary_group(
    session: &mut Session,
    base: &str,
    user: &SelectedUser,
) -> Result<Vec<FoundGroup>, LdapError> {
    match primary_group_id(&user.security_id, user.primary) {
        Some(group) => search(session, base, Filter::equals(OBJECT_SID, group)),
        None => Ok(Vec::new()),
    }
}

fn search(session: &mut Session, base: &str, filter: Filter) -> Result<Vec<FoundGroup>, LdapError> {
    let mut found = Vec::new();
    let filter = Filter::All(vec![groups(session.flavour), filter]);
    let attributes = [OBJECT_GUID, ENTRY_UUID].map(str::to_owned).to_vec();
    session.search(base, filter, attributes, |entry: &Entry<'_>| {
        found.push((entry_id(entry)?, entry.name.to_owned()));
        Ok(())
    })?;
    Ok(found)
}

impl Memberships {
    /// Whether no user is in any group.
    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Adds the memberships that count. Groups that policies may name are already there; others are added without a
    /// name if they are between a user and one of those.
    pub(super) fn add(&self, builder: &mut DirectoryBuilder) -> Result<(), LdapError> {
        let inner = self.nested.iter().map(|(_, inner)| inner).chain(self.users.iter().map(|(id, _)| id));
        let unnamed: Vec<&String> =
            inner.filter(|id| !builder.has_group(id) && self.lead_to_named(id, builder)).collect();
        for id in unnamed.into_iter().collect::<BTreeSet<_>>() {
            builder.group(id, GroupRecord::default())?;
        }
        for (group, user) in &self.users {
            if builder.has_group(group) {
                builder.member(group, user)?;
            }
        }
        for (outer, inner) in &self.nested {
            if builder.has_group(outer) && builder.has_group(inner) {
                builder.member(outer, inner)?;
            }
        }
        Ok(())
    }

    /// Whether a group is nested, at any depth, in one that the builder has.
    fn lead_to_named(&self, id: &str, builder: &DirectoryBuilder) -> bool {
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        while let Some(id) = open.pop() {
            if builder.has_group(id) {
                return true;
            }
            if seen.insert(id) {
                open.extend(
                    self.nested.iter().filter(|(_, inner)| inner == id).map(|(outer, _)| outer.as_str()),
                );
            }
        }
        false
    }
}
