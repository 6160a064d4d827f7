#![expect(clippy::disallowed_methods, reason = "verb room: accounts expire at a moment")]
//! Reads a directory that speaks LDAP: Active Directory, OpenLDAP and others. All of it, or an error.

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

/// How long and how much. Every wait and every message has these limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To find the host, and to open a connection to one of its addresses.
    pub connect: Duration,
    /// For one answer: a page, to its end.
    pub answer: Duration,
    /// For the whole read.
    pub read: Duration,
    /// Before the second attempt.
    pub pause: Duration,
    /// Bytes of one message: of an entry.
    pub message: usize,
    /// Entries a page; a server that gives fewer is asked for fewer.
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
    /// How it is reached.
    pub connection: &'r LdapConnection,
    /// The text of its `ca`.
    pub ca: Option<&'r str>,
    /// The attributes that policies need; nothing else is asked for.
    pub attributes: &'r [DirectoryAttribute],
    /// Only groups whose name begins with this, and those nested in them; empty: all.
    pub group_prefix: &'r str,
    /// Only groups under this distinguished name, and those nested in them; none: those under `base_dn`.
    pub groups_under: Option<&'r str>,
    /// Time-outs and sizes.
    pub limits: Limits,
    /// The moment at which accounts have expired or not, in seconds since 1970.
    pub now: i64,
}

impl<'r> ReadRequest<'r> {
    /// What policies ask of a directory that is reached so, as of this moment; `ca` is the text of the connection's.
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

/// Reads all users and groups. Where the connection breaks off, or entries change while they are read, it is read once
/// more from the beginning (L20); a refused password is not tried again.
///
/// A group outside prefix and place is left out, unless it is nested in one that is read: then its members count there,
/// but it has no name, so that no policy finds it.
///
/// # Errors
/// When anything failed or is missing. What was read until then is dropped: never a shorter snapshot (threats E3 to E5).
pub fn read(request: &ReadRequest<'_>, password: &Secret) -> Result<Complete<DirectorySnapshot>, LdapError> {
    at_most_twice(request, || attempt(request, password))
}

/// Reads some users and the groups that they are in; of other groups what policies may name them by. A few requests,
/// however large the directory is.
///
/// # Errors
/// As [`read`]. That nobody is found is none.
pub fn read_some(
    request: &ReadRequest<'_>,
    password: &Secret,
    asked: &UserSearch,
) -> Result<Excerpt<DirectorySnapshot>, LdapError> {
    at_most_twice(request, || attempt_some(request, password, asked))
}

fn at_most_twice<T>(
    request: &ReadRequest<'_>,
    attempt: impl Fn() -> Result<T, LdapError>,
) -> Result<T, LdapError> {
    let ended = match attempt() {
        Err(error) if error.may_pass() => {
            thread::sleep(request.limits.pause);
            attempt()
        }
        ended => ended,
    };
    ended.map_err(LdapError::harmless)
}

/// The moment, in seconds since 1970: accounts expire at one.
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

fn attempt_some(
    request: &ReadRequest<'_>,
    password: &Secret,
    asked: &UserSearch,
) -> Result<Excerpt<DirectorySnapshot>, LdapError> {
    let mut session = Session::open(request, password)?;
    let mut builder = builder(request);
    let users = users::read_some(&mut session, request, asked, &mut builder)?;
    groups::read_some(&mut session, request, &users, &mut builder)?;
    session.close();
    Ok(builder.excerpt()?)
}

fn builder(request: &ReadRequest<'_>) -> DirectoryBuilder {
    let attributes = request.attributes.iter();
    let typed: Vec<_> = attributes.map(|it| (it.name.clone(), it.kind.into())).collect();
    DirectoryBuilder::new(request.directory, &typed)
}
