//! Reads users: every person, with the attributes that policies need.

use super::error::LdapError;
use super::request::ReadRequest;
use super::session::Session;
use crate::fetch::progress::count;
use crate::model::{DistinguishedName, UserSearch};
use crate::snapshot::{DirectoryBuilder, IdColumn};
use crate::wire::ldap::{
    ENTRY_UUID, Entry, Filter, Flavour, OBJECT_GUID, OBJECT_SID, UserDecoder, id_of, in_pieces, piece,
    range_name, user_filter,
};
use std::collections::BTreeMap;

const PRIMARY_GROUP: &str = "primaryGroupID";

/// The users that were read, by row.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// Distinguished names in canonical form.
    pub(super) names: IdColumn,
    /// Numbers of their primary groups; 0 for none.
    pub(super) primary: Vec<u32>,
    /// If only selected users are read: what else is needed of them.
    pub(super) selected: Vec<SelectedUser>,
}

/// What is kept of a selected user.
#[derive(Debug)]
pub(super) struct SelectedUser {
    /// The immutable id.
    pub(super) id: String,
    /// The distinguished name, as the server spells it.
    pub(super) dn: String,
    /// The security id; empty if there is none.
    pub(super) security_id: Vec<u8>,
    /// The primary group's number; 0 for none.
    pub(super) primary: u32,
}

struct Reader<'r> {
    decoder: UserDecoder,
    builder: &'r mut DirectoryBuilder,
    /// Whether only selected users are read.
    selected: bool,
    users: Users,
    /// Entries with a ranged attribute; each is read again.
    unfinished: Vec<String>,
}

/// Reads all users. No users at all is an error (threat E5).
pub(super) fn read(
    session: &mut Session,
    request: &ReadRequest<'_>,
    builder: &mut DirectoryBuilder,
) -> Result<Users, LdapError> {
    let users = search(session, request, builder, None)?;
    if users.names.is_empty() {
        let base = base(request);
        let problem = format!(
            "this account sees no user under `{base}`: correct `baseDn` or `users.under`, or grant the account permission to read it"
        );
        return Err(LdapError::Unusable(problem));
    }
    Ok(users)
}

/// Reads the users of a search.
pub(super) fn read_selected(
    session: &mut Session,
    request: &ReadRequest<'_>,
    requested: &UserSearch,
    builder: &mut DirectoryBuilder,
) -> Result<Users, LdapError> {
    let named =
        request.attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.source.as_str()));
    match user_filter(requested, named, session.flavour) {
        Some(user_filter) => search(session, request, builder, Some(user_filter)),
        None => Ok(Users::default()),
    }
}

pub(super) fn base<'r>(request: &ReadRequest<'r>) -> &'r str {
    request.connection.users_under.as_deref().unwrap_or(&request.connection.base_dn)
}

fn search(
    session: &mut Session,
    request: &ReadRequest<'_>,
    builder: &mut DirectoryBuilder,
    user_filter: Option<Filter>,
) -> Result<Users, LdapError> {
    let attributes = request.attributes.iter();
    let named =
        attributes.map(|attribute| (attribute.name.as_str(), attribute.source.as_str(), attribute.kind));
    let decoder = UserDecoder::new(named, session.flavour, request.now);
    let mut requested = decoder.ldap_attributes();
    requested.extend(own_attributes(session.flavour).iter().map(|name| (*name).to_owned()));
    let selected = user_filter.is_some();
    requested.extend(selected.then(|| OBJECT_SID.to_owned()));
    let mut filter = persons(session.flavour);
    if let Some(user_filter) = user_filter {
        filter = Filter::All(vec![filter, user_filter]);
    }
    let mut reader = Reader { decoder, builder, selected, users: Users::default(), unfinished: Vec::new() };
    session.search(base(request), filter, requested.clone(), |entry| {
        if in_pieces(entry) {
            reader.unfinished.push(entry.name.to_owned());
            return Ok(());
        }
        reader.user(entry)
    })?;
    for dn in std::mem::take(&mut reader.unfinished) {
        let values = complete_entry(session, &dn, &requested)?;
        reader.user(&entry_of(&dn, &values))?;
    }
    Ok(reader.users)
}

/// Persons. In Active Directory computers are users too, but of another category; contacts are persons, but not users
/// (L7).
pub(super) fn persons(flavour: Flavour) -> Filter {
    match flavour {
        Flavour::ActiveDirectory => Filter::All(vec![
            Filter::equals("objectCategory", "person"),
            Filter::equals("objectClass", "user"),
        ]),
        Flavour::Standard => Filter::Any(vec![
            Filter::equals("objectClass", "person"),
            Filter::equals("objectClass", "inetOrgPerson"),
        ]),
    }
}

/// The attributes that every user needs besides.
fn own_attributes(flavour: Flavour) -> &'static [&'static str] {
    match flavour {
        Flavour::ActiveDirectory => &[OBJECT_GUID, PRIMARY_GROUP],
        Flavour::Standard => &[ENTRY_UUID],
    }
}

impl Reader<'_> {
    fn user(&mut self, entry: &Entry<'_>) -> Result<(), LdapError> {
        let id = entry_id(entry)?;
        let dn = distinguished_name(entry.name)?;
        let fields = self.decoder.fields(entry);
        let fields =
            fields.map_err(|problem| LdapError::Unusable(format!("the user `{}`: {problem}", entry.name)))?;
        count();
        self.builder.user(&id, &fields)?;
        self.users.names.insert(dn.canonical()).map_err(|_| duplicate(entry.name))?;
        self.users.primary.push(number(entry, PRIMARY_GROUP).unwrap_or_default());
        if self.selected {
            let security_id = entry.values(OBJECT_SID).first().map(|id| id.to_vec());
            self.users.selected.push(SelectedUser {
                id,
                dn: entry.name.to_owned(),
                security_id: security_id.unwrap_or_default(),
                primary: number(entry, PRIMARY_GROUP).unwrap_or_default(),
            });
        }
        Ok(())
    }
}

/// All values of one entry, with the ranges of each attribute joined (L3).
fn complete_entry(
    session: &mut Session,
    dn: &str,
    requested: &[String],
) -> Result<BTreeMap<String, Vec<Vec<u8>>>, LdapError> {
    let mut values: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let mut open: Vec<(String, u64)> = Vec::new();
    let any = || Filter::Present("objectClass");
    let found = session.entry(dn, any(), requested.to_vec(), |entry| {
        for attribute in requested {
            let Some(piece) = piece(entry, attribute, 0).map_err(|error| inconsistent_range(dn, &error))?
            else {
                continue;
            };
            values.insert(attribute.clone(), piece.values.iter().map(|value| value.to_vec()).collect());
            open.extend(piece.next.map(|next| (attribute.clone(), next)));
        }
        Ok(())
    })?;
    if !found {
        return Err(changed_during_read(dn));
    }
    for (attribute, mut next) in open {
        let mut more = true;
        while std::mem::take(&mut more) {
            let list = values.entry(attribute.clone()).or_default();
            session.entry(dn, any(), vec![range_name(&attribute, next)], |entry| {
                let piece = piece(entry, &attribute, next).map_err(|error| inconsistent_range(dn, &error))?;
                let piece = piece.ok_or_else(|| changed_during_read(dn))?;
                list.extend(piece.values.iter().map(|value| value.to_vec()));
                more = piece.next.is_some();
                next = piece.next.unwrap_or(next);
                Ok(())
            })?;
        }
    }
    Ok(values)
}

fn entry_of<'e>(dn: &'e str, values: &'e BTreeMap<String, Vec<Vec<u8>>>) -> Entry<'e> {
    let attributes =
        values.iter().map(|(name, values)| (name.as_str(), values.iter().map(Vec::as_slice).collect()));
    Entry::new(dn, attributes.collect())
}

/// The id of an entry; without one it could not be recognised later.
pub(super) fn entry_id(entry: &Entry<'_>) -> Result<String, LdapError> {
    id_of(entry).ok_or_else(|| {
        let name = entry.name;
        LdapError::Unusable(format!(
            "neither `objectGUID` nor `entryUUID` of `{name}` can be read: grant the account permission to read it"
        ))
    })
}

/// The distinguished name of an entry, in a form that ignores spelling.
pub(super) fn distinguished_name(name: &str) -> Result<DistinguishedName, LdapError> {
    DistinguishedName::parse(name).map_err(|error| {
        LdapError::Unusable(format!("the server sent an entry whose name `{name}` cannot be read: {error}"))
    })
}

/// A duplicate entry: the list changed during the read.
pub(super) fn duplicate(name: &str) -> LdapError {
    LdapError::Contradiction(format!("`{name}` was sent twice"))
}

/// An entry that existed before.
pub(super) fn changed_during_read(dn: &str) -> LdapError {
    LdapError::Contradiction(format!("`{dn}` changed while it was read"))
}

/// Ranges that do not fit together.
pub(super) fn inconsistent_range(dn: &str, error: &crate::wire::ldap::RangeError) -> LdapError {
    LdapError::Contradiction(format!("`{dn}`: {error}"))
}

/// A number as text.
pub(super) fn number(entry: &Entry<'_>, attribute: &str) -> Option<u32> {
    std::str::from_utf8(entry.values(attribute).first()?).ok()?.parse().ok()
}
