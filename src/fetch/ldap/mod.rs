#![expect(clippy::disallowed_methods, reason = "verb room: a read has an end")]
//! Reads an LDAP directory: Active Directory, OpenLDAP and others. The result is complete or an error.

mod connection;
mod error;
mod group_entry;
mod groups;
mod memberships;
mod probe;
mod request;
mod session;
mod tls;
mod users;

pub use error::LdapError;
pub use probe::probe;
pub use request::{Limits, ReadRequest, now};

use crate::model::{Secret, UserSearch};
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, Excerpt};
use session::Session;
use std::thread;
use std::time::Instant;

/// Reads all users and groups. If the connection is lost, or entries change during the read, it is repeated once (L20);
/// a refused password is not tried again.
///
/// A group without the prefix or outside the base is left out, unless it is nested in one that is read: then its
/// members count there, but it has no name, so no policy finds it.
///
/// # Errors
/// When anything fails or is missing. What was read so far is dropped: never a shorter snapshot (threats E3 to E5).
pub fn read(request: &ReadRequest<'_>, password: &Secret) -> Result<Complete<DirectorySnapshot>, LdapError> {
    at_most_twice(request, |began| attempt(request, password, began))
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
    at_most_twice(request, |began| attempt_selected(request, password, asked, began))
}

fn at_most_twice<T>(
    request: &ReadRequest<'_>,
    attempt: impl Fn(Instant) -> Result<T, LdapError>,
) -> Result<T, LdapError> {
    let began = Instant::now();
    let ended = match attempt(began) {
        Err(error) if error.is_temporary() => {
            thread::sleep(request.limits.pause);
            attempt(began)
        }
        ended => ended,
    };
    ended.map_err(LdapError::printable)
}

fn attempt(
    request: &ReadRequest<'_>,
    password: &Secret,
    began: Instant,
) -> Result<Complete<DirectorySnapshot>, LdapError> {
    let mut session = Session::open(request, password, began)?;
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
    began: Instant,
) -> Result<Excerpt<DirectorySnapshot>, LdapError> {
    let mut session = Session::open(request, password, began)?;
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
