//! Users: everybody who is a person, each with the attributes that policies need.

use super::ReadRequest;
use super::error::LdapError;
use super::session::Session;
use crate::fetch::progress::count;
use crate::model::{DistinguishedName, UserSearch};
use crate::snapshot::{DirectoryBuilder, IdColumn};
use crate::wire::ldap::{
    ENTRY_UUID, Entry, Filter, Flavour, OBJECT_GUID, OBJECT_SID, UserDecoder, id_of, in_pieces, piece,
    range_name, sought,
};
use std::collections::BTreeMap;

const PRIMARY_GROUP: &str = "primaryGroupID";

/// Where the users stand that were read, by row.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// Distinguished names in canonical spelling.
    pub(super) places: IdColumn,
    /// Numbers of their primary groups; 0 where there is none.
    pub(super) primary: Vec<u32>,
    /// Where only some users are read, what more is known of them.
    pub(super) some: Vec<SomeUser>,
}

/// What is kept of a user where only some are read.
#[derive(Debug)]
pub(super) struct SomeUser {
    /// The immutable id.
    pub(super) id: String,
    /// The distinguished name, as the server spells it.
    pub(super) place: String,
    /// The security id; empty where there is none.
    pub(super) security_id: Vec<u8>,
    /// The primary group's number; 0 where there is none.
    pub(super) primary: u32,
}

struct Reader<'r> {
    decoder: UserDecoder,
    builder: &'r mut DirectoryBuilder,
    /// Whether only some users are read, of whom more is kept.
    some: bool,
    users: Users,
    /// Entries with an attribute in pieces: read again, one by one.
    unfinished: Vec<String>,
}

/// Reads the users. None at all is an error: no company has nobody (threat E5).
pub(super) fn read(
    session: &mut Session,
    request: &ReadRequest<'_>,
    builder: &mut DirectoryBuilder,
) -> Result<Users, LdapError> {
    let users = search(session, request, builder, None)?;
    if users.places.is_empty() {
        let base = base(request);
        let problem = format!(
            "`{base}` holds no user that this account may see: correct `baseDn` or `users.under`, or grant it reading"
        );
        return Err(LdapError::Unusable(problem));
    }
    Ok(users)
}

/// Reads the users who are asked for.
pub(super) fn read_some(
    session: &mut Session,
    request: &ReadRequest<'_>,
    asked: &UserSearch,
    builder: &mut DirectoryBuilder,
) -> Result<Users, LdapError> {
    let named = request.attributes.iter().map(|it| (it.name.as_str(), it.source.as_str()));
    match sought(asked, named, session.flavour) {
        Some(sought) => search(session, request, builder, Some(sought)),
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
    sought: Option<Filter>,
) -> Result<Users, LdapError> {
    let attributes = request.attributes.iter();
    let named = attributes.map(|it| (it.name.as_str(), it.source.as_str(), it.kind.into()));
    let decoder = UserDecoder::new(named, session.flavour, request.now);
    let mut asked = decoder.ldap_attributes();
    asked.extend(own(session.flavour).iter().map(|name| (*name).to_owned()));
    let some = sought.is_some();
    asked.extend(some.then(|| OBJECT_SID.to_owned()));
    let mut filter = persons(session.flavour);
    if let Some(sought) = sought {
        filter = Filter::All(vec![filter, sought]);
    }
    let mut reader = Reader { decoder, builder, some, users: Users::default(), unfinished: Vec::new() };
    session.search(base(request), filter, asked.clone(), |entry| {
        if in_pieces(entry) {
            reader.unfinished.push(entry.name.to_owned());
            return Ok(());
        }
        reader.user(entry)
    })?;
    for place in std::mem::take(&mut reader.unfinished) {
        let values = whole(session, &place, &asked)?;
        reader.user(&entry_of(&place, &values))?;
    }
    Ok(reader.users)
}

/// Persons. Computers are users too in Active Directory, but of another category; contacts are persons, but no users (L7).
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

/// What is asked of every user besides.
fn own(flavour: Flavour) -> &'static [&'static str] {
    match flavour {
        Flavour::ActiveDirectory => &[OBJECT_GUID, PRIMARY_GROUP],
        Flavour::Standard => &[ENTRY_UUID],
    }
}

impl Reader<'_> {
    fn user(&mut self, entry: &Entry<'_>) -> Result<(), LdapError> {
        let id = entry_id(entry)?;
        let place = place(entry.name)?;
        let fields = self.decoder.fields(entry);
        let fields =
            fields.map_err(|problem| LdapError::Unusable(format!("the user `{}`: {problem}", entry.name)))?;
        count();
        self.builder.user(&id, &fields)?;
        self.users.places.insert(place.canonical()).map_err(|_| twice(entry.name))?;
        self.users.primary.push(number(entry, PRIMARY_GROUP).unwrap_or_default());
        if self.some {
            let security_id = entry.values(OBJECT_SID).first().map(|id| id.to_vec());
            self.users.some.push(SomeUser {
                id,
                place: entry.name.to_owned(),
                security_id: security_id.unwrap_or_default(),
                primary: number(entry, PRIMARY_GROUP).unwrap_or_default(),
            });
        }
        Ok(())
    }
}

/// All values of one entry, the pieces of each attribute put together (L3).
fn whole(
    session: &mut Session,
    place: &str,
    asked: &[String],
) -> Result<BTreeMap<String, Vec<Vec<u8>>>, LdapError> {
    let mut values: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let mut open: Vec<(String, u64)> = Vec::new();
    let any = || Filter::Present("objectClass");
    let found = session.entry(place, any(), asked.to_vec(), |entry| {
        for attribute in asked {
            let Some(piece) = piece(entry, attribute, 0).map_err(|error| changed(place, &error))? else {
                continue;
            };
            values.insert(attribute.clone(), piece.values.iter().map(|value| value.to_vec()).collect());
            open.extend(piece.next.map(|next| (attribute.clone(), next)));
        }
        Ok(())
    })?;
    if !found {
        return Err(gone(place));
    }
    for (attribute, mut next) in open {
        let mut more = true;
        while std::mem::take(&mut more) {
            let list = values.entry(attribute.clone()).or_default();
            session.entry(place, any(), vec![range_name(&attribute, next)], |entry| {
                let piece = piece(entry, &attribute, next).map_err(|error| changed(place, &error))?;
                let piece = piece.ok_or_else(|| gone(place))?;
                list.extend(piece.values.iter().map(|value| value.to_vec()));
                more = piece.next.is_some();
                next = piece.next.unwrap_or(next);
                Ok(())
            })?;
        }
    }
    Ok(values)
}

fn entry_of<'e>(place: &'e str, values: &'e BTreeMap<String, Vec<Vec<u8>>>) -> Entry<'e> {
    let attributes =
        values.iter().map(|(name, values)| (name.as_str(), values.iter().map(Vec::as_slice).collect()));
    Entry::new(place, attributes.collect())
}

/// The id of an entry; one without is not known for sure tomorrow.
pub(super) fn entry_id(entry: &Entry<'_>) -> Result<String, LdapError> {
    id_of(entry).ok_or_else(|| {
        let name = entry.name;
        LdapError::Unusable(format!(
            "`{name}` shows neither `objectGUID` nor `entryUUID`: grant the account reading of it"
        ))
    })
}

/// The place of an entry, so that other spellings find it.
pub(super) fn place(name: &str) -> Result<DistinguishedName, LdapError> {
    DistinguishedName::parse(name).map_err(|error| {
        LdapError::Unusable(format!("the server names an entry `{name}`, and that is no name: {error}"))
    })
}

/// An entry that came twice: the list changed while it was read.
pub(super) fn twice(name: &str) -> LdapError {
    LdapError::Contradiction(format!("`{name}` came twice"))
}

/// An entry that was there before.
pub(super) fn gone(place: &str) -> LdapError {
    LdapError::Contradiction(format!("`{place}` changed while it was read"))
}

/// Pieces that do not fit together.
pub(super) fn changed(place: &str, error: &crate::wire::ldap::RangeError) -> LdapError {
    LdapError::Contradiction(format!("`{place}`: {error}"))
}

/// A number as text.
pub(super) fn number(entry: &Entry<'_>, attribute: &str) -> Option<u32> {
    std::str::from_utf8(entry.values(attribute).first()?).ok()?.parse().ok()
}
