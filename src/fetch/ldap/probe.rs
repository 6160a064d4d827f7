//! The smallest look at an LDAP directory: signs in and asks whether what is to be read is there.

use super::group_entry::groups;
use super::session::Session;
use super::users::{base, persons};
use super::{LdapError, ReadRequest};
use crate::doctor::{Met, Step};
use crate::model::Secret;
use crate::wire::ldap::{ENABLED, ENTRY_UUID, Filter, Flavour, OBJECT_GUID};

/// Signs in and asks for the entries below which users and groups are read, and for one entry below; the steps that
/// were taken, the last of them may have failed.
pub fn probe(request: &ReadRequest<'_>, password: &Secret, met: &mut Met) {
    let connection = request.connection;
    let mut session = match Session::open(request, password) {
        Ok(session) => session,
        Err(error) => {
            let step = step(&error);
            if matches!(step, Step::SignIn) {
                met.note(Step::Connection, Ok(format!("`{}` answers", connection.url)));
            }
            met.note(step, Err(error.harmless().to_string()));
            return;
        }
    };
    met.note(Step::Connection, Ok(format!("`{}` answers", connection.url)));
    met.note(Step::SignIn, Ok(format!("`{}` is let in", connection.bind_dn)));
    met.skew = session.clock.map(|clock| clock - request.now);
    let places = [Some(&*connection.base_dn), connection.users_under.as_deref(), request.groups_under];
    for place in places.into_iter().flatten() {
        match session.any(place, Filter::Present("objectClass")) {
            Ok(true) => {}
            Ok(false) => {
                met.note(Step::Permission, Err(format!("nothing below `{place}` may be seen")));
                session.close();
                return;
            }
            Err(error) => {
                met.note(Step::Read, Err(error.harmless().to_string()));
                return;
            }
        }
    }
    match hidden(&mut session, request) {
        Ok(None) => {
            met.note(
                Step::Permission,
                Ok("users, their ids and the members of groups may be read".to_owned()),
            );
            met.note(Step::Read, Ok(format!("an entry below `{}` was read", connection.base_dn)));
        }
        Ok(Some(problem)) => drop(met.note(Step::Permission, Err(problem))),
        Err(error) => drop(met.note(Step::Read, Err(error.harmless().to_string()))),
    }
    session.close();
}

/// What a read would miss: users, their ids, whether they may sign in where policies ask for it, the members of groups. Of
/// users the first few are looked at; reading looks at all.
fn hidden(session: &mut Session, request: &ReadRequest<'_>) -> Result<Option<String>, LdapError> {
    let (users, flavour) = (base(request), session.flavour);
    let id = match flavour {
        Flavour::ActiveDirectory => OBJECT_GUID,
        Flavour::Standard => ENTRY_UUID,
    };
    let mut wanted = vec![id];
    let asks = request.attributes.iter().any(|attribute| attribute.name == ENABLED);
    wanted.extend((asks && flavour == Flavour::ActiveDirectory).then_some("userAccountControl"));
    let mut problem = None;
    let attributes = wanted.iter().map(|name| (*name).to_owned()).collect();
    let seen = session.sample(users, persons(flavour), attributes, |entry| {
        let missing = wanted.iter().find(|name| entry.values(name).is_empty());
        problem = problem.take().or(missing.map(|name| format!("`{}` shows no `{name}`", entry.name)));
        Ok(())
    })?;
    if seen == 0 {
        return Ok(Some(format!("no user below `{users}` may be seen")));
    }
    if problem.is_some() {
        return Ok(problem);
    }
    let place = request.groups_under.unwrap_or(&request.connection.base_dn);
    if !session.any(place, groups(flavour))? {
        let none = format!("no group below `{place}` may be seen");
        return Ok((flavour == Flavour::ActiveDirectory).then_some(none));
    }
    // As reading does: groups may be empty, but not all of them are.
    let members = Filter::Any(vec![Filter::Present("member"), Filter::Present("uniqueMember")]);
    let shown = session.any(&request.connection.base_dn, members)?;
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
