#![expect(clippy::disallowed_methods, reason = "verb room: accounts expire at a moment")]
//! Reads an LDAP directory: Active Directory, OpenLDAP and others. The result is complete or an error.

mod connection;
mod error;
mod group_entry;
mod groups;
mod memberships;
mod probe;
mod session;
mod tls;
mod users;

pub use error::LdapError;
pub use probe::probe;

use crate::model::{LdapConnection, Secret, UserSearch};
use crate::policy::{DirectoryAttribute, DirectoryPolicy};
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, Excerpt};
use session::Session;
use std::thread;
use std::time::{Duration, SystemTime};

/// Time and size limits of every wait and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To resolve the host, and to connect to one of its addresses.
    pub connect: Duration,
    /// For one answer: a whole page.
    pub answer: Duration,
    /// For the whole read.
    pub read: Duration,
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
            read: Duration::from_secs(3600),
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
    ) -> Self {
        Self {
            directory: &policy.name,
            connection,
            ca,
            attributes: &policy.attributes,
            group_prefix: &policy.group_prefix,
            groups_under: policy.groups_under.as_deref(),
            limits,
            now: now(),
        }
    }
}

/// Reads all users and groups. If the connection is lost, or entries change during the read, it is repeated once (L20);
/// a refused password is not tried again.
///
/// A group without the prefix or outside the base is left out, unless it is nested in one that is read: then its
/// members count there, but it has no name, so no policy finds it.
///
/// # Errors
/// When anything fails or is missing. What was read so far is dropped: never a shorter snapshot (threats E3 to E5).
pub fn read(request: &ReadRequest<'_>, password: &Secret) -> Result<Complete<DirectorySnapshot>, LdapError> {
    at_most_twice(request, || attempt(request, password))
}

/// Reads selected users and their groups, and the names of other groups that policies may use: a few requests, whatever
/// the directory's size.
///
/// # Errors
/// As [`read`]. Finding nobody is not an error.
pub fn read_selected(
    request: &ReadRequest<'_>,
    password: &Secret,
    asked: &UserSearch,
) -> Result<Excerpt<DirectorySnapshot>, LdapError> {
    at_most_twice(request, || attempt_selected(request, password, asked))
}

fn at_most_twice<T>(
    request: &ReadRequest<'_>,
    attempt: impl Fn() -> Result<T, LdapError>,
) -> Result<T, LdapError> {
    let ended = match attempt() {
        Err(error) if error.is_temporary() => {
            thread::sleep(request.limits.pause);
            attempt()
        }
        ended => ended,
    };
    ended.map_err(LdapError::printable)
}

/// The current time in seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn attempt(request: &ReadRequest<'_>, password: &Secret) -> Result<Complete<DirectorySnapshot>, LdapError> {
    let mut session = Session::open(request, password)?;
    let mut builder = builder(request);
    let users = users::read(&mut session, request, &mut builder)?;
    groups::read(&mut session, request, &users, &mut builder)?;
    session.close();
    Ok(builder.finish()?)
}

fn attempt_selected(
    request: &ReadRequest<'_>,
    password: &Secret,
    asked: &UserSearch,
) -> Result<Excerpt<DirectorySnapshot>, LdapError> {
    let mut session = Session::open(request, password)?;
    let mut builder = builder(request);
    let users = users::read_selected(&mut session, request, asked, &mut builder)?;
    groups::read_selected(&mut session, request, &users, &mut builder)?;
    session.close();
    Ok(builder.excerpt()?)
}

fn builder(request: &ReadRequest<'_>) -> DirectoryBuilder {
    let attributes = request.attributes.iter();
    let typed: Vec<_> = attributes.map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    DirectoryBuilder::new(request.directory, &typed)
}
