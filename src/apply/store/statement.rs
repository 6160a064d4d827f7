//! The statements that write, in SQL that every database of a store takes.

use crate::model::Right;
use crate::wire::store::StoredValue;

/// Writes one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::apply) enum Statement<'c> {
    /// A new account without attributes.
    Insert { id: &'c str, link: &'c str, active: bool },
    /// The link; none removes it.
    Link { id: &'c str, link: Option<String> },
    /// Whether the account may sign in.
    Active { id: &'c str, active: bool },
    /// An attribute; none removes it.
    Attribute { id: &'c str, name: &'c str, value: Option<StoredValue> },
    /// Deletes the account with everything that belongs to it.
    Delete { id: &'c str },
    /// Gives a right.
    Grant { id: &'c str, right: &'c Right },
    /// Takes a right.
    Revoke { id: &'c str, right: &'c Right },
}

/// A value of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::apply) enum Parameter<'s> {
    Text(Option<&'s str>),
    Boolean(bool),
}

impl Statement<'_> {
    /// Its SQL; parameters are numbered in the order in which they appear, as SQLite and PostgreSQL both read them.
    pub(in crate::apply) fn sql(&self) -> &'static str {
        match self {
            Self::Insert { .. } => "INSERT INTO accounts (id, link, active) VALUES ($1, $2, $3)",
            Self::Link { .. } => "UPDATE accounts SET link = $1 WHERE id = $2",
            Self::Active { .. } => "UPDATE accounts SET active = $1 WHERE id = $2",
            Self::Attribute { value: None, .. } => "DELETE FROM attributes WHERE account = $1 AND name = $2",
            Self::Attribute { value: Some(_), .. } => {
                "INSERT INTO attributes (account, name, value, type) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, type = excluded.type"
            }
            Self::Delete { .. } => "DELETE FROM accounts WHERE id = $1",
            Self::Grant { .. } => {
                "INSERT INTO grants (account, entitlement, value, scope) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING"
            }
            Self::Revoke { .. } => {
                "DELETE FROM grants WHERE account = $1 AND entitlement = $2 AND value = $3 AND scope = $4"
            }
        }
    }

    /// Its parameters.
    pub(in crate::apply) fn parameters(&self) -> Vec<Parameter<'_>> {
        use Parameter::{Boolean, Text};
        match self {
            Self::Insert { id, link, active } => vec![Text(Some(id)), Text(Some(link)), Boolean(*active)],
            Self::Link { id, link } => vec![Text(link.as_deref()), Text(Some(id))],
            Self::Active { id, active } => vec![Boolean(*active), Text(Some(id))],
            Self::Attribute { id, name, value: None } => vec![Text(Some(id)), Text(Some(name))],
            Self::Attribute { id, name, value: Some(StoredValue { kind, text }) } => {
                vec![Text(Some(id)), Text(Some(name)), Text(Some(text)), Text(Some(kind))]
            }
            Self::Delete { id } => vec![Text(Some(id))],
            Self::Grant { id, right } | Self::Revoke { id, right } => {
                let of_right = [&right.entitlement, &right.value].map(|text| Text(Some(text)));
                let scope = Text(Some(right.scope.as_deref().unwrap_or_default()));
                [Text(Some(id))].into_iter().chain(of_right).chain([scope]).collect()
            }
        }
    }
}
