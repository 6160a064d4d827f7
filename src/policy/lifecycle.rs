//! The compiled lifecycle (the policy language, 10).

use super::{AccountSlot, Condition, Origin, RightSelector};
use crate::model::{Date, Operation, Period, words};
use serde::Serialize;

/// What happens to whom.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// Where the document stands.
    #[serde(skip)]
    pub origin: Origin,
    /// Who is in scope.
    pub scope: Condition,
    /// Who, in scope and without account, gets one; none: everybody.
    pub create: Option<Condition>,
    /// For a linked account whose user is gone.
    pub deleted: Setting<Word>,
    /// For a user who is not in scope.
    pub out_of_scope: Setting<Word>,
    /// For a disabled user in scope.
    pub disabled: Setting<Word>,
    /// For an account without link that no user's matching value fits.
    pub unmanaged: Setting<Word>,
    /// Whether existing accounts are taken under management.
    pub adoption: Setting<Adoption>,
    /// For an inactive account whose user is to be provisioned.
    pub returning: Setting<Returning>,
    /// What happens where an account is of another type than the rules want.
    pub account_type_change: Setting<AccountTypeChange>,
    /// What archiving writes, sorted by attribute.
    pub archive: Vec<ArchivedAttribute>,
    /// Whose changes do not wait; none: nobody's do.
    pub canary: Option<Setting<Condition>>,
    /// Sorted by id.
    pub protect: Vec<Protection>,
    /// The limits in force, those that are always there included.
    pub limits: Vec<Limit>,
}

/// One setting and where it stands; where the document leaves it out, the place is the document's.
#[derive(Clone, Debug, Serialize)]
pub struct Setting<T> {
    /// What it says.
    pub value: T,
    /// Where.
    #[serde(skip)]
    pub origin: Origin,
}

words! {
    /// What happens to the account of a disabled user.
    #[schemars(rename = "DisabledWord")]
    pub enum Word {
        /// As if the user were active.
        Provision = "provision",
        /// Nothing.
        Keep = "keep",
        /// Managed grants are revoked.
        Revoke = "revoke",
        /// It is deactivated; grants are left.
        Deactivate = "deactivate",
        /// Both.
        RevokeAndDeactivate = "revokeAndDeactivate",
        /// It is archived.
        Archive = "archive",
        /// It is deleted.
        Delete = "delete",
    }
}

words! {
    /// What happens to an account that should not be there.
    pub enum LeaverWord in Word {
        /// Nothing.
        Keep = "keep",
        /// Managed grants are revoked.
        Revoke = "revoke",
        /// It is deactivated; grants are left.
        Deactivate = "deactivate",
        /// Both.
        RevokeAndDeactivate = "revokeAndDeactivate",
        /// It is renamed as `archive` says, loses managed grants and link, and is deactivated.
        Archive = "archive",
        /// It is deleted.
        Delete = "delete",
    }
}

words! {
    /// What happens where the account is of another type than the rules want.
    #[schemars(rename = "AccountTypeChangeWord")]
    pub enum AccountTypeChange {
        /// The user is blocked.
        Block = "block",
        /// The account is archived, and one of the right type is made.
        Archive = "archive",
    }
}

/// An attribute that archiving writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArchivedAttribute {
    /// The account attribute.
    pub attribute: AccountSlot,
    /// Its value, in order.
    pub parts: Vec<ArchivedPart>,
}

/// A part of an archived value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ArchivedPart {
    /// This text.
    Text(String),
    /// What the account holds.
    Held(AccountSlot),
}

words! {
    /// Whether existing accounts are taken under management.
    #[schemars(rename = "AdoptionWord")]
    pub enum Adoption {
        /// Only what was shown before the merge, or released.
        Hold = "hold",
        /// Yes.
        Allow = "allow",
        /// No.
        Refuse = "refuse",
    }
}

words! {
    /// What happens to an inactive account whose user is provisioned.
    #[schemars(rename = "ReturningWord")]
    pub enum Returning {
        /// It is reactivated and updated.
        Reactivate = "reactivate",
        /// Nothing.
        Keep = "keep",
        /// The user is blocked.
        Block = "block",
    }
}

/// Who is protected from what.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Protection {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// From what.
    pub from: Vec<ProtectedFrom>,
    /// Whom.
    pub when: Condition,
    /// Narrows `revoke` to these rights.
    pub grants: Option<RightSelector>,
    /// What people are told.
    pub message: Option<String>,
    /// The last day it holds.
    pub until: Option<Date>,
}

words! {
    /// An operation that a protection withholds.
    pub enum ProtectedFrom {
        /// Taking under management.
        Adopt = "adopt",
        /// Writing attributes.
        Update = "update",
        /// Taking rights.
        Revoke = "revoke",
        /// Barring sign-in.
        Deactivate = "deactivate",
        /// Archiving.
        Archive = "archive",
        /// Deleting.
        Delete = "delete",
    }
}

/// How many changes of one kind a run may make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Where it stands; none for those that are always there.
    #[serde(skip)]
    pub origin: Option<Origin>,
    /// Which changes.
    pub change: LimitedChange,
    /// At most this many.
    pub count: Option<u32>,
    /// At most this share of the managed accounts, or of the managed grants held.
    pub percent: Option<u32>,
    /// Up to this many are always allowed.
    pub floor: u32,
    /// Changes of this time before the run count too; none: only the run's own.
    pub within: Option<Period>,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LimitedChange {
    /// One operation.
    One(Operation),
    /// Deactivate, archive and delete together.
    Removal,
}

impl LimitedChange {
    /// The word that policies use.
    pub fn word(self) -> &'static str {
        match self {
            Self::One(operation) => operation.word(),
            Self::Removal => "removal",
        }
    }

    /// Whether it counts an operation.
    pub fn counts(self, operation: Operation) -> bool {
        match self {
            Self::One(one) => operation == one,
            Self::Removal => operation.is_removal(),
        }
    }
}
