//! The groups that some users are in, directly and through other groups, asked for from below.

use super::error::LdapError;
use super::group_entry::{groups, unique_member};
use super::session::Session;
use super::users::{SomeUser, Users, entry_id, place};
use crate::snapshot::{DirectoryBuilder, GroupRecord};
use crate::wire::ldap::{ENTRY_UUID, Entry, Filter, Flavour, OBJECT_GUID, OBJECT_SID, primary_group_id};
use std::collections::{BTreeMap, BTreeSet};

/// Groups, and who of some users is in them.
#[derive(Debug, Default)]
pub(super) struct Memberships {
    /// Users directly in a group: the ids of both, the group's first.
    users: BTreeSet<(String, String)>,
    /// Groups directly in a group: the ids of both, the outer one first.
    nested: BTreeSet<(String, String)>,
}

/// A group's id and its name, as the server spells it.
type Known = (String, String);

/// Finds the groups of these users below a place, to any depth; a cycle is harmless.
pub(super) fn memberships(
    session: &mut Session,
    base: &str,
    users: &Users,
) -> Result<Memberships, LdapError> {
    let mut found = Memberships::default();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let unique = if users.some.is_empty() { BTreeMap::new() } else { unique_members(session, base)? };
    for user in &users.some {
        let mut outer = above(session, base, &user.place, &unique)?;
        outer.extend(primary(session, base, user)?);
        for (id, place) in outer {
            found.users.insert((id.clone(), user.id.clone()));
            known.insert(id, place);
        }
    }
    let mut open: Vec<Known> = known.clone().into_iter().collect();
    while let Some((inner, name)) = open.pop() {
        for (id, place) in above(session, base, &name, &unique)? {
            found.nested.insert((id.clone(), inner.clone()));
            if known.insert(id.clone(), place.clone()).is_none() {
                open.push((id, place));
            }
        }
    }
    Ok(found)
}

/// Who is in which groups of unique names. These are read whole: servers find no member by name behind whom an identifier
/// stands (RFC 4517, 4.2.31).
fn unique_members(session: &mut Session, base: &str) -> Result<BTreeMap<String, Vec<Known>>, LdapError> {
    let mut found: BTreeMap<String, Vec<Known>> = BTreeMap::new();
    if session.flavour == Flavour::ActiveDirectory {
        return Ok(found);
    }
    let asked = [ENTRY_UUID, "uniqueMember"].map(str::to_owned).to_vec();
    session.search(base, Filter::equals("objectClass", "groupOfUniqueNames"), asked, |entry| {
        let known = (entry_id(entry)?, entry.name.to_owned());
        for member in entry.values("uniqueMember").iter().filter_map(|value| unique_member(value)) {
            found.entry(member).or_default().push(known.clone());
        }
        Ok(())
    })?;
    Ok(found)
}

/// The groups that have an entry as member.
fn above(
    session: &mut Session,
    base: &str,
    name: &str,
    unique: &BTreeMap<String, Vec<Known>>,
) -> Result<Vec<Known>, LdapError> {
    let mut found = search(session, base, Filter::equals("member", name))?;
    found.extend(unique.get(place(name)?.canonical()).into_iter().flatten().cloned());
    Ok(found)
}

/// The primary group, of which no list says that the user is in it (L9).
fn primary(session: &mut Session, base: &str, user: &SomeUser) -> Result<Vec<Known>, LdapError> {
    match primary_group_id(&user.security_id, user.primary) {
        Some(group) => search(session, base, Filter::equals(OBJECT_SID, group)),
        None => Ok(Vec::new()),
    }
}

fn search(session: &mut Session, base: &str, filter: Filter) -> Result<Vec<Known>, LdapError> {
    let mut found = Vec::new();
    let filter = Filter::All(vec![groups(session.flavour), filter]);
    let asked = [OBJECT_GUID, ENTRY_UUID].map(str::to_owned).to_vec();
    session.search(base, filter, asked, |entry: &Entry<'_>| {
        found.push((entry_id(entry)?, entry.name.to_owned()));
        Ok(())
    })?;
    Ok(found)
}

impl Memberships {
    /// Whether nobody is in any group.
    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Adds what counts: groups that policies may name are there already, others come without a name where they lie
    /// between a user and one of these.
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

    /// Whether a group lies, however deep, in one that is there.
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
