//! Reads groups and their members: ranges of long lists, nested groups, primary groups.

use super::error::LdapError;
use super::group_entry::{groups, without_identifier};
use super::memberships::memberships;
use super::request::ReadRequest;
use super::session::Session;
use super::users::{
    Users, changed_during_read, distinguished_name, duplicate, entry_id, inconsistent_range, persons,
};
use crate::fetch::progress::count;
use crate::model::{DistinguishedName, begins_with};
use crate::snapshot::{DirectoryBuilder, GroupRecord, IdColumn};
use crate::wire::ldap::{
    ENTRY_UUID, Entry, Filter, Flavour, OBJECT_GUID, OBJECT_SID, piece, range_name, relative_id, rfc3339,
};

/// The attributes that hold members; a group has one of them.
const MEMBERS: [&str; 2] = ["member", "uniqueMember"];

struct Reader<'r> {
    session: &'r mut Session,
    found: FoundGroups<'r>,
}

/// The groups found so far. Rows are the builder's.
struct FoundGroups<'r> {
    users: &'r Users,
    builder: &'r mut DirectoryBuilder,
    /// Distinguished names in canonical form, by row.
    names: IdColumn,
    /// The last numbers of the groups' security ids, with their rows.
    relative: Vec<(u32, u32)>,
    /// Members that are not known users: groups, computers, contacts, users from elsewhere.
    other_members: IdColumn,
    /// A group's row, and the row of such a member.
    other_memberships: Vec<(u32, u32)>,
    /// Ranges still to read: name and row of the group, attribute, index of the next value.
    ranges: Vec<(String, u32, &'static str, u64)>,
    /// Whether any group has a visible member.
    any_member: bool,
}

/// Reads the groups that policies may name, and all groups nested in them.
pub(super) fn read(
    session: &mut Session,
    request: &ReadRequest<'_>,
    users: &Users,
    builder: &mut DirectoryBuilder,
) -> Result<(), LdapError> {
    let attributes = group_attributes(session.flavour);
    let mut reader = Reader { session, found: FoundGroups::new(users, builder) };
    reader.named(request, attributes)?;
    reader.ranges()?;
    let other_members = reader.nested(&request.connection.base_dn)?;
    reader.prove_others_are_no_users(&other_members, request)?;
    reader.prove_members_are_shown(&request.connection.base_dn)?;
    reader.found.link_groups()?;
    reader.found.link_primary_groups()
}

impl Reader<'_> {
    /// Reads the groups with the prefix below the base.
    fn named(&mut self, request: &ReadRequest<'_>, attributes: Vec<String>) -> Result<(), LdapError> {
        let base = request.groups_under.unwrap_or(&request.connection.base_dn);
        let flavour = self.session.flavour;
        let filter = match request.group_prefix {
            "" => groups(flavour),
            prefix => Filter::All(vec![groups(flavour), Filter::begins("cn", prefix)]),
        };
        let found = &mut self.found;
        self.session.search(base, filter, attributes, |entry| {
            let name = name(entry)?;
            // The server compares names more loosely than policies do.
            if begins_with(&name, request.group_prefix) { found.group(entry, Some(name)) } else { Ok(()) }
        })?;
        let filtered = !request.group_prefix.is_empty() || request.groups_under.is_some();
        if self.found.names.is_empty() && (filtered || flavour == Flavour::ActiveDirectory) {
            let problem = format!(
                "this account sees no group under `{base}` whose name begins with `{}`: correct `groups.prefix` or \
                `groups.under`, or grant the account permission to read it",
                request.group_prefix
            );
            return Err(LdapError::Unusable(problem));
        }
        Ok(())
    }

    /// Reads the remaining ranges (threat E3).
    fn ranges(&mut self) -> Result<(), LdapError> {
        while let Some((name, row, attribute, from)) = self.found.ranges.pop() {
            let found = &mut self.found;
            let any = Filter::Present("objectClass");
            let exists = self.session.entry(&name, any, vec![range_name(attribute, from)], |entry| {
                if !found.members(entry, row, attribute, from)? {
                    return Err(changed_during_read(entry.name));
                }
                Ok(())
            })?;
            if !exists {
                return Err(changed_during_read(&name));
            }
        }
        Ok(())
    }

    /// Reads the groups nested in those read so far, to any depth, even without the prefix or outside the base. They
    /// get no name, so no policy finds them. Returns the members that are not groups.
    fn nested(&mut self, base: &str) -> Result<Vec<u32>, LdapError> {
        if self.found.other_members.is_empty() {
            return Ok(Vec::new());
        }
        let flavour = self.session.flavour;
        let (mut known, mut spellings) = (IdColumn::default(), Vec::new());
        self.session.search(base, groups(flavour), vec!["1.1".to_owned()], |entry| {
            known.insert(distinguished_name(entry.name)?.canonical()).map_err(|_| duplicate(entry.name))?;
            spellings.push(entry.name.to_owned());
            Ok(())
        })?;
        // The list of others grows while nested groups are read.
        let (mut next, mut not_groups) = (0, Vec::new());
        while next < self.found.other_members.len() as u32 {
            let other = self.found.other_members.id(next).to_owned();
            next += 1;
            let Some(row) = known.row(&other) else {
                not_groups.push(next - 1);
                continue;
            };
            if self.found.names.row(&other).is_some() {
                continue;
            }
            let found = &mut self.found;
            let name = &spellings[row as usize];
            if !self
                .session
                .entry(name, groups(flavour), group_attributes(flavour), |entry| found.group(entry, None))?
            {
                return Err(changed_during_read(name));
            }
            self.ranges()?;
        }
        Ok(not_groups)
    }

    /// A member that is neither a known user nor a group may be a computer, a contact or a user from elsewhere. It may
    /// also be a user who was renamed, moved or created since the users were read, and who would be missing from the
    /// group.
    fn prove_others_are_no_users(
        &mut self,
        other_members: &[u32],
        request: &ReadRequest<'_>,
    ) -> Result<(), LdapError> {
        let base = request.connection.users_under.as_deref().unwrap_or(&request.connection.base_dn);
        let base = distinguished_name(base)?;
        let flavour = self.session.flavour;
        for other in other_members {
            let name = self.found.other_members.id(*other);
            let within = distinguished_name(name)?.is_under(&base);
            let none = vec!["1.1".to_owned()];
            if within && self.session.entry(name, persons(flavour), none, |_| Ok(()))? {
                return Err(changed_during_read(name));
            }
        }
        Ok(())
    }

    /// If no group has a visible member, all may be empty, or members may be hidden from this account; then all users
    /// would lose their rights (threat E6). A visible member of any other group proves that they are empty.
    fn prove_members_are_shown(&mut self, base: &str) -> Result<(), LdapError> {
        if self.found.any_member || self.found.names.is_empty() {
            return Ok(());
        }
        let with_members = Filter::Any(MEMBERS.map(Filter::Present).to_vec());
        if self.session.has_entry(base, with_members)? {
            return Ok(());
        }
        let problem =
            format!("no group under `{base}` shows a member: grant the account permission to read `member`");
        Err(LdapError::Unusable(problem))
    }
}

/// Reads the groups that policies may name, without members, and the groups of selected users.
pub(super) fn read_selected(
    session: &mut Session,
    request: &ReadRequest<'_>,
    users: &Users,
    builder: &mut DirectoryBuilder,
) -> Result<(), LdapError> {
    let mut attributes = group_attributes(session.flavour);
    attributes.retain(|name| !MEMBERS.contains(&name.as_str()));
    let mut reader = Reader { session, found: FoundGroups::new(users, builder) };
    reader.named(request, attributes)?;
    let memberships = memberships(reader.session, &request.connection.base_dn, users)?;
    reader.found.any_member = !memberships.is_empty();
    reader.prove_members_are_shown(&request.connection.base_dn)?;
    memberships.add(builder)
}

impl<'r> FoundGroups<'r> {
    fn new(users: &'r Users, builder: &'r mut DirectoryBuilder) -> Self {
        Self {
            users,
            builder,
            names: IdColumn::default(),
            relative: Vec::new(),
            other_members: IdColumn::default(),
            other_memberships: Vec::new(),
            ranges: Vec::new(),
            any_member: false,
        }
    }
}

impl FoundGroups<'_> {
    fn group(&mut self, entry: &Entry<'_>, name: Option<String>) -> Result<(), LdapError> {
        let row = self
            .names
            .insert(distinguished_name(entry.name)?.canonical())
            .map_err(|_| duplicate(entry.name))?;
        let created =
            ["whenCreated", "createTimestamp"].into_iter().find_map(|name| entry.values(name).first());
        let record = GroupRecord {
            distinguished_name: name.as_ref().map(|_| entry.name.to_owned()),
            name: name.unwrap_or_default(),
            created: created.and_then(|moment| rfc3339(moment)),
        };
        count();
        self.builder.group(&entry_id(entry)?, record)?;
        let relative = entry.values(OBJECT_SID).first().and_then(|sid| relative_id(sid));
        self.relative.extend(relative.map(|relative| (relative, row)));
        for attribute in MEMBERS {
            self.members(entry, row, attribute, 0)?;
        }
        Ok(())
    }

    /// Adds the members in one answer; returns whether the answer had the attribute.
    fn members(
        &mut self,
        entry: &Entry<'_>,
        row: u32,
        attribute: &'static str,
        from: u64,
    ) -> Result<bool, LdapError> {
        let piece = piece(entry, attribute, from).map_err(|error| inconsistent_range(entry.name, &error))?;
        let Some(piece) = piece else { return Ok(false) };
        for value in piece.values {
            self.member(row, value)
                .map_err(|problem| LdapError::Unusable(format!("a member of `{}`: {problem}", entry.name)))?;
        }
        let next = piece.next.map(|next| (entry.name.to_owned(), row, attribute, next));
        self.ranges.extend(next);
        Ok(true)
    }

    fn member(&mut self, row: u32, value: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(value).map_err(|_| "its name is not text".to_owned())?;
        let member = DistinguishedName::parse(without_identifier(text)).map_err(|error| error.to_string())?;
        self.any_member = true;
        match self.users.names.row(member.canonical()) {
            Some(user) => self.builder.member_user(row, user).map_err(|error| error.problem)?,
            None => {
                let other = self.other_members.insert(member.canonical()).unwrap_or_else(|known| known);
                self.other_memberships.push((row, other));
            }
        }
        Ok(())
    }

    /// Links members that are groups. Members that are neither users nor groups are skipped.
    fn link_groups(&mut self) -> Result<(), LdapError> {
        for (row, other) in &self.other_memberships {
            if let Some(child) = self.names.row(self.other_members.id(*other)) {
                self.builder.member_group(*row, child)?;
            }
        }
        Ok(())
    }

    /// Adds users to their primary groups, which do not list them (L9).
    fn link_primary_groups(&mut self) -> Result<(), LdapError> {
        self.relative.sort_unstable();
        for (user, relative) in self.users.primary.iter().enumerate() {
            if let Ok(at) = self.relative.binary_search_by_key(relative, |(relative, _)| *relative) {
                self.builder.member_user(self.relative[at].1, user as u32)?;
            }
        }
        Ok(())
    }
}

fn group_attributes(flavour: Flavour) -> Vec<String> {
    let names: &[&str] = match flavour {
        Flavour::ActiveDirectory => &[OBJECT_GUID, OBJECT_SID, "cn", "whenCreated", "member"],
        Flavour::Standard => &[ENTRY_UUID, "cn", "createTimestamp", "member", "uniqueMember"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn name(entry: &Entry<'_>) -> Result<String, LdapError> {
    let text = entry.values("cn").first().and_then(|name| std::str::from_utf8(name).ok());
    text.map(str::to_owned).ok_or_else(|| {
        LdapError::Unusable(format!(
            "the `cn` of the group `{}` cannot be read: grant the account permission to read it",
            entry.name
        ))
    })
}
