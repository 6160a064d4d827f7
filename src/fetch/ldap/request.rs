#![expect(clippy::disallowed_methods, reason = "verb room: accounts expire at a moment")]
//! What to read of an LDAP directory, from where, and within which limits.

use crate::model::{AddressRule, LdapConnection, ReadBudget};
use crate::policy::{DirectoryAttribute, DirectoryPolicy};
use std::time::{Duration, SystemTime};

/// Time and size limits of every wait and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To resolve the host, and to connect to one of its addresses.
    pub connect: Duration,
    /// For one answer: a whole page.
    pub answer: Duration,
    /// For the whole read; entries are its records.
    pub budget: ReadBudget,
    /// Before the second attempt.
    pub pause: Duration,
    /// The largest message in bytes, which is one entry.
    pub message: usize,
    /// Entries on a page; reduced if the server allows fewer.
    pub page: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(120),
            budget: ReadBudget::default(),
            pause: Duration::from_secs(2),
            message: 64 << 20,
            page: 500,
        }
    }
}

/// What to read, and from where.
#[derive(Clone, Copy, Debug)]
pub struct ReadRequest<'r> {
    /// The directory's name, for messages and the snapshot.
    pub directory: &'r str,
    /// The connection's settings.
    pub connection: &'r LdapConnection,
    /// The text of its `ca`.
    pub ca: Option<&'r str>,
    /// The attributes that policies need; no others are requested.
    pub attributes: &'r [DirectoryAttribute],
    /// Only groups whose name begins with this, and those nested in them; empty for all.
    pub group_prefix: &'r str,
    /// Only groups below this distinguished name, and those nested in them; `None` for those below `base_dn`.
    pub groups_under: Option<&'r str>,
    /// Time-outs and sizes.
    pub limits: Limits,
    /// Which addresses may be called.
    pub addresses: &'r AddressRule,
    /// The time that decides which accounts have expired, in seconds since 1970.
    pub now: i64,
}

impl<'r> ReadRequest<'r> {
    /// The request for a directory's policy as of now; `ca` is the text of the connection's `ca`.
    pub fn of(
        policy: &'r DirectoryPolicy,
        connection: &'r LdapConnection,
        ca: Option<&'r str>,
        limits: Limits,
        addresses: &'r AddressRule,
    ) -> Self {
        Self {
            directory: &policy.name,
            connection,
            ca,
            attributes: &policy.attributes,
            group_prefix: &policy.group_prefix,
            groups_under: policy.groups_under.as_deref(),
            limits,
            addresses,
            now: now(),
        }
    }
}

/// The current time in seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
