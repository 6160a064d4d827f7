//! The record of a tenant's last read, kept for the next one, and the changes since (MG8 to MG11). A change is only a
//! hint: the reader fetches the object's current state, so replays, reordering and partial updates do no harm.

use super::listed::MemberKind;
use super::query::{VERSION, encode};
use crate::model::{Digest, EntraConnection};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The format version of a record; other versions are not read.
const FORMAT_VERSION: u32 = 1;
/// How long a full read is valid, in seconds; Graph keeps cursors for seven days (MG11).
const FULL_READ_LIFETIME: i64 = 24 * 60 * 60;
/// The most groups that one cursor may watch (Microsoft Graph, `group: delta`: at most 50 ids).
pub const MAX_WATCHED_GROUPS: usize = 50;
/// With more users no record is kept: the copy would use more memory than the snapshot.
const MAX_USERS: usize = 250_000;
/// The same for memberships.
const MAX_MEMBERS: usize = 2_000_000;

/// The record of a tenant's last read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    form: u32,
    select: String,
    /// When everything was read, in seconds since 1970.
    full_at: i64,
    /// The cursor for changes of users.
    pub users_link: String,
    /// The users by id, as Graph sent them.
    pub users: BTreeMap<String, Box<RawValue>>,
    /// The direct members of each group that was read.
    pub groups: BTreeMap<String, DirectMembers>,
    /// The cursors for changes of groups.
    pub chains: Vec<Chain>,
}

/// The direct members of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DirectMembers {
    /// Users.
    pub users: BTreeSet<String>,
    /// Groups.
    pub groups: BTreeSet<String>,
}

/// A cursor that watches some groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chain {
    /// The groups.
    pub groups: Vec<String>,
    /// The link that returns their changes.
    pub link: String,
}

impl Record {
    /// An empty record of a read that begins now, with these user properties.
    pub fn new(select: &str, now: i64) -> Self {
        Self {
            form: FORMAT_VERSION,
            select: select.to_owned(),
            full_at: now,
            users_link: String::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            chains: Vec::new(),
        }
    }

    /// The file name of a record: one for each directory and app registration.
    ///
    /// # Errors
    /// Never in practice: a connection is plain text.
    pub fn name(directory: &str, connection: &EntraConnection) -> Result<String, serde_json::Error> {
        let EntraConnection { tenant, client, cloud, endpoint, .. } = connection;
        Ok(Digest::of_json(&(directory, tenant, client, cloud, endpoint))?.to_string().replace(':', "-"))
    }

    /// Reads a record; `None` if its format or properties differ, or it is too old or from the future.
    pub fn decode(bytes: &[u8], select: &str, now: i64) -> Option<Self> {
        let record: Self = serde_json::from_slice(bytes).ok()?;
        let age = now.checked_sub(record.full_at)?;
        let fits = record.form == FORMAT_VERSION
            && record.select == select
            && (0..FULL_READ_LIFETIME).contains(&age);
        (fits && !record.users_link.is_empty()).then_some(record)
    }

    /// Whether it is small enough to keep.
    pub fn fits(&self) -> bool {
        let members = self.groups.values().map(|group| group.users.len() + group.groups.len()).sum::<usize>();
        self.users.len() <= MAX_USERS && members <= MAX_MEMBERS
    }

    /// Whether reading only the changed users is cheaper than reading everything.
    pub fn is_worth_updating(&self, changed: usize) -> bool {
        changed <= (self.users.len() / 20).max(100)
    }

    /// Whether a cursor watches a group.
    pub fn watches(&self, group: &str) -> bool {
        self.chains.iter().any(|chain| chain.groups.iter().any(|known| known == group))
    }

    /// Drops the groups that were not requested this time, and cursors that watch only such groups.
    pub fn retain(&mut self, requested: &BTreeSet<String>) {
        self.groups.retain(|id, _| requested.contains(id));
        self.chains.retain(|chain| chain.groups.iter().any(|id| requested.contains(id)));
    }
}

/// The link that returns changes of users from now on.
pub fn users_from_now(select: &str) -> String {
    format!("{VERSION}/users/delta?$select={select}&$deltatoken=latest")
}

/// The link that returns changes of these groups' members from now on.
pub fn groups_from_now(groups: &[String]) -> String {
    let ids: Vec<String> = groups.iter().map(|id| format!("id eq '{id}'")).collect();
    format!("{VERSION}/groups/delta?$select=members&$filter={}&$deltatoken=latest", encode(&ids.join(" or ")))
}

/// A page of changes.
#[derive(Debug, Deserialize)]
pub struct ChangePage<'a> {
    /// The changed objects.
    #[serde(borrow)]
    pub value: Vec<Change<'a>>,
    /// The URL of the next page.
    #[serde(borrow, default, rename = "@odata.nextLink")]
    pub next: Option<Cow<'a, str>>,
    /// On the last page: the link that returns later changes.
    #[serde(borrow, default, rename = "@odata.deltaLink")]
    pub delta: Option<Cow<'a, str>>,
}

/// An object that changed or is reported as removed; only the id is guaranteed (MG9).
#[derive(Debug, Deserialize)]
pub struct Change<'a> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Whether it is reported as removed.
    #[serde(default, rename = "@removed")]
    pub removed: Option<serde::de::IgnoredAny>,
    /// For a group: members that were added or removed.
    #[serde(borrow, default, rename = "members@delta")]
    pub members: Vec<ChangedMember<'a>>,
}

/// A member that was added or removed.
#[derive(Debug, Deserialize)]
pub struct ChangedMember<'a> {
    #[serde(borrow, rename = "@odata.type")]
    kind: Cow<'a, str>,
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Whether it was removed.
    #[serde(default, rename = "@removed")]
    pub removed: Option<serde::de::IgnoredAny>,
}

impl ChangedMember<'_> {
    /// Its kind.
    pub fn kind(&self) -> MemberKind {
        MemberKind::of(&self.kind)
    }
}

/// Reads a page of changes.
///
/// # Errors
/// When the bytes are not such a page, or the page has neither a next link nor a delta link, so that changes are
/// missing.
pub fn decode_changes(body: &[u8]) -> Result<ChangePage<'_>, String> {
    let page: ChangePage<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    match (&page.next, &page.delta) {
        (None, None) => Err("it has neither a next page nor a cursor".to_owned()),
        _ => Ok(page),
    }
}
