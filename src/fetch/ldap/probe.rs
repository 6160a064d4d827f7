//! The smallest look at an LDAP directory: signs in and asks whether what is to be read is there.

use super::session::Session;
use super::{LdapError, ReadRequest};
use crate::doctor::{Met, Step};
use crate::model::Secret;
use crate::wire::ldap::Filter;

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
    session.close();
    met.note(Step::Read, Ok(format!("an entry below `{}` was read", connection.base_dn)));
}

fn step(error: &LdapError) -> Step {
    match error {
        LdapError::Host { .. } => Step::Name,
        LdapError::SignIn { .. } => Step::SignIn,
        LdapError::Search { .. } | LdapError::Contradiction(_) | LdapError::Unusable(_) => Step::Read,
        _ => Step::Connection,
    }
}
