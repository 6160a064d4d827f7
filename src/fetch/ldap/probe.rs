#![expect(clippy::disallowed_methods, reason = "verb room: every wait has a deadline")]
//! A minimal check of an LDAP directory: signs in and checks that the entries to read are visible.

use super::error::LdapError;
use super::group_entry::groups;
use super::request::ReadRequest;
use super::session::Session;
use super::users::{base, persons};
use crate::doctor::{ProbeReport, Step};
use crate::model::Secret;
use crate::wire::ldap::{ENABLED, ENTRY_UUID, Filter, Flavour, OBJECT_GUID};
use std::time::Instant;

/// Signs in and searches the base entries of users and groups, and one entry below them. Notes each step; the last one
/// may have failed.
pub fn probe(request: &ReadRequest<'_>, password: &Secret, report: &mut ProbeReport) {
    let connection = request.connection;
    let mut session = match Session::open(request, password, Instant::now()) {
        Ok(session) => session,
        Err(error) => {
            let step = step(&error);
            if matches!(step, Step::SignIn) {
                report.note(Step::Connection, Ok(format!("`{}` answers", connection.url)));
            }
            report.note(step, Err(error.printable().to_string()));
            return;
        }
    };
    report.note(Step::Connection, Ok(format!("`{}` answers", connection.url)));
    report.note(Step::SignIn, Ok(format!("`{}` can sign in", connection.bind_dn)));
    report.skew = session.clock.map(|clock| clock - request.now);
    let bases = [Some(&*connection.base_dn), connection.users_under.as_deref(), request.groups_under];
    for base in bases.into_iter().flatten() {
        match session.has_entry(base, Filter::Present("objectClass")) {
            Ok(true) => {}
            Ok(false) => {
                report.note(Step::Permission, Err(format!("this account sees nothing below `{base}`")));
                session.close();
                return;
            }
            Err(error) => {
                report.note(Step::Read, Err(error.printable().to_string()));
                return;
            }
        }
    }
    match hidden(&mut session, request) {
        Ok(None) => {
            report.note(
                Step::Permission,
                Ok("users, their ids and the members of groups can be read".to_owned()),
            );
            let other = match session.other_domains {
                0 => "",
                _ => "; domains below it are not read: each is a directory of its own",
            };
            report.note(Step::Read, Ok(format!("an entry below `{}` was read{other}", connection.base_dn)));
        }
        Ok(Some(problem)) => drop(report.note(Step::Permission, Err(problem))),
        Err(error) => drop(report.note(Step::Read, Err(error.printable().to_string()))),
    }
    session.close();
}

/// What a read would miss: users, their ids, whether they may sign in (if policies need it), members of groups. Checks
/// the first few users only; a read checks all.
fn hidden(session: &mut Session, request: &ReadRequest<'_>) -> Result<Option<String>, LdapError> {
    let (users, flavour) = (base(request), session.flavour);
    let id = match flavour {
        Flavour::ActiveDirectory => OBJECT_GUID,
        Flavour::Standard => ENTRY_UUID,
    };
    let mut required = vec![id];
    let asks = request.attributes.iter().any(|attribute| attribute.name == ENABLED);
    required.extend((asks && flavour == Flavour::ActiveDirectory).then_some("userAccountControl"));
    let mut problem = None;
    let attributes = required.iter().map(|name| (*name).to_owned()).collect();
    let seen = session.sample(users, persons(flavour), attributes, |entry| {
        let missing = required.iter().find(|name| entry.values(name).is_empty());
        problem = problem.take().or(missing.map(|name| format!("`{}` shows no `{name}`", entry.name)));
        Ok(())
    })?;
    if seen == 0 {
        return Ok(Some(format!("this account sees no user below `{users}`")));
    }
    if problem.is_some() {
        return Ok(problem);
    }
    let base = request.groups_under.unwrap_or(&request.connection.base_dn);
    if !session.has_entry(base, groups(flavour))? {
        let none = format!("this account sees no group below `{base}`");
        return Ok((flavour == Flavour::ActiveDirectory).then_some(none));
    }
    // As in a read: some groups may be empty, but not all.
    let members = Filter::Any(vec![Filter::Present("member"), Filter::Present("uniqueMember")]);
    let shown = session.has_entry(&request.connection.base_dn, members)?;
    Ok((!shown).then(|| "no group shows a `member`".to_owned()))
}

fn step(error: &LdapError) -> Step {
    match error {
        LdapError::Host { .. } => Step::Name,
        LdapError::SignIn { .. } => Step::SignIn,
        LdapError::Search { .. } | LdapError::Contradiction(_) | LdapError::Unusable(_) => Step::Read,
        _ => Step::Connection,
    }
}
