//! What can be done to an account.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of change. The order is the order in plans: removals come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Delete the account permanently.
    Delete,
    /// Rename, revoke, deactivate and unlink it.
    Archive,
    /// Disable its sign-in; nothing else changes.
    Deactivate,
    /// Remove one right.
    Revoke,
    /// Bring an existing account under management: write the link, and the attributes that differ.
    Adopt,
    /// Create an account.
    Create,
    /// Enable its sign-in again, and write the attributes that differ.
    Reactivate,
    /// Write the attributes that differ.
    Update,
    /// Grant one right.
    Grant,
}

impl Operation {
    /// Every operation, in plan order.
    pub const ALL: [Self; 9] = [
        Self::Delete,
        Self::Archive,
        Self::Deactivate,
        Self::Revoke,
        Self::Adopt,
        Self::Create,
        Self::Reactivate,
        Self::Update,
        Self::Grant,
    ];

    /// Its name in policies, plans and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Archive => "archive",
            Self::Deactivate => "deactivate",
            Self::Revoke => "revoke",
            Self::Adopt => "adopt",
            Self::Create => "create",
            Self::Reactivate => "reactivate",
            Self::Update => "update",
            Self::Grant => "grant",
        }
    }

    /// Whether limits count it as a `removal`, which takes the whole account away (the policy language, 10, `limits`).
    pub fn is_removal(self) -> bool {
        matches!(self, Self::Delete | Self::Archive | Self::Deactivate)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
