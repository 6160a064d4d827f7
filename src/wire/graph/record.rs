//! What was read of a tenant, kept for the next read, and who changed since (MG8 to MG11). A change is only a hint: what
//! the object is now is read, so that replays, any order and partial updates do no harm.

use super::listed::MemberKind;
use super::query::{VERSION, encode};
use crate::model::{Digest, EntraConnection};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The form of a record; another one is not read.
const FORM: u32 = 1;
/// Seconds for which a full read counts; Graph keeps its cursors for seven days (MG11).
const FULL: i64 = 24 * 60 * 60;
/// Groups that one cursor may watch (Microsoft Graph, `group: delta`: at most 50 ids).
pub const WATCHED: usize = 50;
/// More users than this are not kept: the copy would take more memory than the snapshot.
const MOST_USERS: usize = 250_000;
/// The like for memberships.
const MOST_MEMBERS: usize = 2_000_000;

/// What was read of a tenant.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    form: u32,
    select: String,
    /// When everything was read, seconds since 1970.
    full_at: i64,
    /// Where changes of users since are told.
    pub users_link: String,
    /// The users as they came, by id.
    pub users: BTreeMap<String, Box<RawValue>>,
    /// The direct members of each group that was asked for.
    pub groups: BTreeMap<String, KeptMembers>,
    /// Where changes of groups since are told.
    pub chains: Vec<Chain>,
}

/// The direct members of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeptMembers {
    /// Users.
    pub users: BTreeSet<String>,
    /// Groups.
    pub groups: BTreeSet<String>,
}

/// A cursor over some groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chain {
    /// The groups.
    pub groups: Vec<String>,
    /// Where their changes since are told.
    pub link: String,
}

impl Record {
    /// An empty record of a read that begins now, with these properties of users.
    pub fn new(select: &str, now: i64) -> Self {
        Self {
            form: FORM,
            select: select.to_owned(),
            full_at: now,
            users_link: String::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            chains: Vec::new(),
        }
    }

    /// What the file of a record is called: one for each directory and registration.
    ///
    /// # Errors
    /// Never: a connection is text.
    pub fn name(directory: &str, connection: &EntraConnection) -> Result<String, serde_json::Error> {
        let EntraConnection { tenant, client, cloud, endpoint, .. } = connection;
        Ok(Digest::of_json(&(directory, tenant, client, cloud, endpoint))?.to_string().replace(':', "-"))
    }

    /// Reads a record; none where it is of another form, of other properties, too old, or from the future.
    pub fn decode(bytes: &[u8], select: &str, now: i64) -> Option<Self> {
        let record: Self = serde_json::from_slice(bytes).ok()?;
        let age = now.checked_sub(record.full_at)?;
        let fits = record.form == FORM && record.select == select && (0..FULL).contains(&age);
        (fits && !record.users_link.is_empty()).then_some(record)
    }

    /// Whether it is small enough to be kept.
    pub fn fits(&self) -> bool {
        let members = self.groups.values().map(|it| it.users.len() + it.groups.len()).sum::<usize>();
        self.users.len() <= MOST_USERS && members <= MOST_MEMBERS
    }

    /// Whether reading those who changed pays, or everything is read anew.
    pub fn pays(&self, changed: usize) -> bool {
        changed <= (self.users.len() / 20).max(100)
    }

    /// Whether a cursor watches a group.
    pub fn watches(&self, group: &str) -> bool {
        self.chains.iter().any(|chain| chain.groups.iter().any(|it| it == group))
    }

    /// Forgets the groups that nobody asked for this time, and the cursors that watch only such.
    pub fn retain(&mut self, asked: &BTreeSet<String>) {
        self.groups.retain(|id, _| asked.contains(id));
        self.chains.retain(|chain| chain.groups.iter().any(|id| asked.contains(id)));
    }
}

/// Where changes of users from now on are told.
pub fn users_from_now(select: &str) -> String {
    format!("{VERSION}/users/delta?$select={select}&$deltatoken=latest")
}

/// Where changes of these groups' members from now on are told.
pub fn groups_from_now(groups: &[String]) -> String {
    let ids: Vec<String> = groups.iter().map(|id| format!("id eq '{id}'")).collect();
    format!("{VERSION}/groups/delta?$select=members&$filter={}&$deltatoken=latest", encode(&ids.join(" or ")))
}

/// A page of changes.
#[derive(Debug, Deserialize)]
pub struct ChangePage<'a> {
    /// Those who changed.
    #[serde(borrow)]
    pub value: Vec<Change<'a>>,
    /// Where the next page is.
    #[serde(borrow, default, rename = "@odata.nextLink")]
    pub next: Option<Cow<'a, str>>,
    /// On the last page: where later changes are told.
    #[serde(borrow, default, rename = "@odata.deltaLink")]
    pub delta: Option<Cow<'a, str>>,
}

/// An object that changed, or is said to be removed; only the id is promised (MG9).
#[derive(Debug, Deserialize)]
pub struct Change<'a> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Whether it is said to be removed.
    #[serde(default, rename = "@removed")]
    pub removed: Option<serde::de::IgnoredAny>,
    /// Of a group: members that came or went.
    #[serde(borrow, default, rename = "members@delta")]
    pub members: Vec<ChangedMember<'a>>,
}

/// A member that came or went.
#[derive(Debug, Deserialize)]
pub struct ChangedMember<'a> {
    #[serde(borrow, rename = "@odata.type")]
    kind: Cow<'a, str>,
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Whether it went.
    #[serde(default, rename = "@removed")]
    pub removed: Option<serde::de::IgnoredAny>,
}

impl ChangedMember<'_> {
    /// What it is.
    pub fn kind(&self) -> MemberKind {
        MemberKind::of(&self.kind)
    }
}

/// Reads a page of changes.
///
/// # Errors
/// When the bytes are none, or the page has neither a next one nor a place for later changes: then some are missing.
pub fn decode_changes(body: &[u8]) -> Result<ChangePage<'_>, String> {
    let page: ChangePage<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    match (&page.next, &page.delta) {
        (None, None) => Err("it has neither a next page nor a cursor".to_owned()),
        _ => Ok(page),
    }
}
