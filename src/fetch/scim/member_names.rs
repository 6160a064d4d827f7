//! Whose account is meant where groups name their members by user name.

use crate::model::{AttributePath, Field};
use std::collections::BTreeMap;

/// The ids of all accounts, by their user names.
#[derive(Debug, Default)]
pub(super) struct MemberNames(BTreeMap<String, String>);

/// The attribute that has the name.
pub(super) fn attribute() -> AttributePath {
    AttributePath { name: "userName".into(), path: "userName".into(), case_exact: true }
}

impl MemberNames {
    /// Adds an account.
    ///
    /// # Errors
    /// It has no user name, or that of another account: then nobody can say who is in a group.
    pub(super) fn add(&mut self, name: &Field<'_>, id: &str) -> Result<(), String> {
        let Field::Text(name) = name else {
            return Err(format!("groups name their members by user name, and the account `{id}` has none"));
        };
        match self.0.insert(name.clone().into_owned(), id.to_owned()) {
            None => Ok(()),
            Some(other) => Err(format!(
                "groups name their members by user name, and the accounts `{other}` and `{id}` both have `{name}`: rename or \
                 delete one of them in the application"
            )),
        }
    }

    /// The id of the account with this name; none: a member that is no account.
    pub(super) fn id(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
