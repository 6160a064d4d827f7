//! Groups and who is in them: pieces of long lists, groups nested in those that are read, primary groups.

use super::ReadRequest;
use super::error::LdapError;
use super::group_entry::{groups, without_identifier};
use super::memberships::memberships;
use super::session::Session;
use super::users::{Users, changed, entry_id, gone, persons, place, twice};
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
    found: Found<'r>,
}

/// What is known of groups until now. Rows are those of the builder.
struct Found<'r> {
    users: &'r Users,
    builder: &'r mut DirectoryBuilder,
    /// Distinguished names in canonical spelling, by row.
    places: IdColumn,
    /// Last numbers of the groups' security ids, with their rows.
    relative: Vec<(u32, u32)>,
    /// Members that are none of the users: groups, computers, contacts, people from elsewhere.
    others: IdColumn,
    /// A group's row, and the row of such a member.
    with_other: Vec<(u32, u32)>,
    /// Long lists: name and row of the group, attribute, number of the next value.
    pieces: Vec<(String, u32, &'static str, u64)>,
    /// Whether any group showed any member.
    any_member: bool,
}

/// Reads the groups that policies may name, and whatever is nested in them.
pub(super) fn read(
    session: &mut Session,
    request: &ReadRequest<'_>,
    users: &Users,
    builder: &mut DirectoryBuilder,
) -> Result<(), LdapError> {
    let attributes = asked(session.flavour);
    let mut reader = Reader { session, found: Found::new(users, builder) };
    reader.named(request, attributes)?;
    reader.pieces()?;
    let others = reader.nested(&request.connection.base_dn)?;
    reader.prove_others_are_no_users(&others, request)?;
    reader.prove_members_are_shown(&request.connection.base_dn)?;
    reader.found.link_groups()?;
    reader.found.link_primary_groups()
}

impl Reader<'_> {
    /// The groups within prefix and place.
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
        if self.found.places.is_empty() && (filtered || flavour == Flavour::ActiveDirectory) {
            let problem = format!(
                "`{base}` holds no group that begins with `{}` and that this account may see: correct `groups.prefix` or `groups.under`, or grant it reading",
                request.group_prefix
            );
            return Err(LdapError::Unusable(problem));
        }
        Ok(())
    }

    /// The rest of lists that came in pieces (threat E3).
    fn pieces(&mut self) -> Result<(), LdapError> {
        while let Some((name, row, attribute, from)) = self.found.pieces.pop() {
            let found = &mut self.found;
            let any = Filter::Present("objectClass");
            let there = self.session.entry(&name, any, vec![range_name(attribute, from)], |entry| {
                if !found.members(entry, row, attribute, from)? {
                    return Err(gone(entry.name));
                }
                Ok(())
            })?;
            if !there {
                return Err(gone(&name));
            }
        }
        Ok(())
    }

    /// The groups that are nested in those read, though they lie outside prefix or place; to any depth. They get no
    /// name, so that no policy finds them. Gives the members that are no groups.
    fn nested(&mut self, base: &str) -> Result<Vec<u32>, LdapError> {
        if self.found.others.is_empty() {
            return Ok(Vec::new());
        }
        let flavour = self.session.flavour;
        let (mut known, mut spelt) = (IdColumn::default(), Vec::new());
        self.session.search(base, groups(flavour), vec!["1.1".to_owned()], |entry| {
            known.insert(place(entry.name)?.canonical()).map_err(|_| twice(entry.name))?;
            spelt.push(entry.name.to_owned());
            Ok(())
        })?;
        // The list of others grows while nested groups are read.
        let (mut next, mut no_groups) = (0, Vec::new());
        while next < self.found.others.len() as u32 {
            let other = self.found.others.id(next).to_owned();
            next += 1;
            let Some(row) = known.row(&other) else {
                no_groups.push(next - 1);
                continue;
            };
            if self.found.places.row(&other).is_some() {
                continue;
            }
            let found = &mut self.found;
            let name = &spelt[row as usize];
            if !self.session.entry(name, groups(flavour), asked(flavour), |entry| found.group(entry, None))? {
                return Err(gone(name));
            }
            self.pieces()?;
        }
        Ok(no_groups)
    }

    /// A member that is no user was a computer, a contact or somebody from elsewhere; or a user who was renamed, moved or
    /// made since the users were read, and who would be left out of the group.
    fn prove_others_are_no_users(
        &mut self,
        others: &[u32],
        request: &ReadRequest<'_>,
    ) -> Result<(), LdapError> {
        let base = request.connection.users_under.as_deref().unwrap_or(&request.connection.base_dn);
        let base = place(base)?;
        let flavour = self.session.flavour;
        for other in others {
            let name = self.found.others.id(*other);
            let within = place(name)?.is_under(&base);
            let none = vec!["1.1".to_owned()];
            if within && self.session.entry(name, persons(flavour), none, |_| Ok(()))? {
                return Err(gone(name));
            }
        }
        Ok(())
    }

    /// Groups without any member may be empty, or their members may be hidden from this account; then nobody would
    /// have any right (threat E6). Another group that shows a member proves that they are empty.
    fn prove_members_are_shown(&mut self, base: &str) -> Result<(), LdapError> {
        if self.found.any_member || self.found.places.is_empty() {
            return Ok(());
        }
        let with_members = Filter::Any(MEMBERS.map(Filter::Present).to_vec());
        if self.session.any(base, with_members)? {
            return Ok(());
        }
        let problem =
            format!("no group under `{base}` shows a member: grant the account reading of `member`");
        Err(LdapError::Unusable(problem))
    }
}

/// Reads the groups that policies may name, without their members, and of some users the groups that they are in.
pub(super) fn read_some(
    session: &mut Session,
    request: &ReadRequest<'_>,
    users: &Users,
    builder: &mut DirectoryBuilder,
) -> Result<(), LdapError> {
    let mut attributes = asked(session.flavour);
    attributes.retain(|name| !MEMBERS.contains(&name.as_str()));
    let mut reader = Reader { session, found: Found::new(users, builder) };
    reader.named(request, attributes)?;
    let memberships = memberships(reader.session, &request.connection.base_dn, users)?;
    reader.found.any_member = !memberships.is_empty();
    reader.prove_members_are_shown(&request.connection.base_dn)?;
    memberships.add(builder)
}

impl<'r> Found<'r> {
    fn new(users: &'r Users, builder: &'r mut DirectoryBuilder) -> Self {
        Self {
            users,
            builder,
            places: IdColumn::default(),
            relative: Vec::new(),
            others: IdColumn::default(),
            with_other: Vec::new(),
            pieces: Vec::new(),
            any_member: false,
        }
    }
}

impl Found<'_> {
    fn group(&mut self, entry: &Entry<'_>, name: Option<String>) -> Result<(), LdapError> {
        let row = self.places.insert(place(entry.name)?.canonical()).map_err(|_| twice(entry.name))?;
        let created = ["whenCreated", "createTimestamp"].into_iter().find_map(|it| entry.values(it).first());
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

    /// Takes the members of one answer; whether it had any.
    fn members(
        &mut self,
        entry: &Entry<'_>,
        row: u32,
        attribute: &'static str,
        from: u64,
    ) -> Result<bool, LdapError> {
        let piece = piece(entry, attribute, from).map_err(|error| changed(entry.name, &error))?;
        let Some(piece) = piece else { return Ok(false) };
        for value in piece.values {
            self.member(row, value)
                .map_err(|problem| LdapError::Unusable(format!("a member of `{}`: {problem}", entry.name)))?;
        }
        let next = piece.next.map(|next| (entry.name.to_owned(), row, attribute, next));
        self.pieces.extend(next);
        Ok(true)
    }

    fn member(&mut self, row: u32, value: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(value).map_err(|_| "its name is no text".to_owned())?;
        let member = DistinguishedName::parse(without_identifier(text)).map_err(|error| error.to_string())?;
        self.any_member = true;
        match self.users.places.row(member.canonical()) {
            Some(user) => self.builder.member_user(row, user).map_err(|error| error.problem)?,
            None => {
                let other = self.others.insert(member.canonical()).unwrap_or_else(|known| known);
                self.with_other.push((row, other));
            }
        }
        Ok(())
    }

    /// Members that are groups. Those that are neither users nor groups are passed over.
    fn link_groups(&mut self) -> Result<(), LdapError> {
        for (row, other) in &self.with_other {
            if let Some(child) = self.places.row(self.others.id(*other)) {
                self.builder.member_group(*row, child)?;
            }
        }
        Ok(())
    }

    /// Everybody is in the primary group, though no list says so (L9).
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

fn asked(flavour: Flavour) -> Vec<String> {
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
            "the group `{}` shows no `cn`: grant the account reading of it",
            entry.name
        ))
    })
}
