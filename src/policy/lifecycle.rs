//! The compiled lifecycle (the policy language, 10).

use super::{AccountSlot, Condition, Origin, RightSelector};
use crate::model::{Date, Operation, Period, words};
use serde::Serialize;

/// What happens to accounts, and how many changes a run may make.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// Where the document is.
    #[serde(skip)]
    pub origin: Origin,
    /// Who is in scope.
    pub scope: Condition,
    /// Which users in scope without an account get one; none: everybody.
    pub create: Option<Condition>,
    /// For a linked account whose user is in no directory.
    pub deleted: Setting<Word>,
    /// For a user who is not in scope.
    pub out_of_scope: Setting<Word>,
    /// For a disabled user in scope.
    pub disabled: Setting<Word>,
    /// For an account without link that matches no user.
    pub unmanaged: Setting<Word>,
    /// Whether existing accounts are taken under management.
    pub adoption: Setting<Adoption>,
    /// For an inactive account whose user is to be provisioned.
    pub returning: Setting<Returning>,
    /// What happens if the account's type is not the one that the rules give.
    pub account_type_change: Setting<AccountTypeChange>,
    /// The attributes that archiving writes, sorted by attribute.
    pub archive: Vec<ArchivedAttribute>,
    /// The users whose changes are made at once; none: there is no canary, so everybody's are.
    pub canary: Option<Setting<Condition>>,
    /// Sorted by id.
    pub protect: Vec<Protection>,
    /// The limits, including the built-in ones.
    pub limits: Vec<Limit>,
}

/// One setting and where it is written; for a default, where the document is.
#[derive(Clone, Debug, Serialize)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
}

words! {
    /// What happens to an account.
    #[schemars(rename = "DisabledWord")]
    pub enum Word {
        /// As for an enabled user.
        Provision = "provision",
        /// Nothing.
        Keep = "keep",
        /// Managed grants are revoked.
        Revoke = "revoke",
        /// The account is deactivated; its grants stay.
        Deactivate = "deactivate",
        /// Managed grants are revoked, and the account is deactivated.
        RevokeAndDeactivate = "revokeAndDeactivate",
        /// The account gets the attributes of `archive`, loses managed grants and link, and is deactivated.
        Archive = "archive",
        /// The account is deleted.
        Delete = "delete",
    }
}

words! {
    /// What happens to an account that should not exist.
    pub enum LeaverWord of Word { Keep, Revoke, Deactivate, RevokeAndDeactivate, Archive, Delete }
}

words! {
    /// What happens if the account's type is not the one that the rules give.
    #[schemars(rename = "AccountTypeChangeWord")]
    pub enum AccountTypeChange {
        /// The user is blocked.
        Block = "block",
        /// The account is archived, and one of the right type is created.
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
    /// The value of an attribute of the account.
    Held(AccountSlot),
}

words! {
    /// Whether existing accounts are taken under management.
    #[schemars(rename = "AdoptionWord")]
    pub enum Adoption {
        /// Only if the adoption was shown before the merge, or released.
        Hold = "hold",
        /// Always.
        Allow = "allow",
        /// Never.
        Refuse = "refuse",
    }
}

words! {
    /// What happens to an inactive account whose user is provisioned.
    #[schemars(rename = "ReturningWord")]
    pub enum Returning {
        /// The account is reactivated and updated.
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
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// The withheld operations.
    pub from: Vec<ProtectedFrom>,
    /// For which accounts and users.
    pub when: Condition,
    /// Narrows `revoke` to these rights.
    pub grants: Option<RightSelector>,
    /// The message for people.
    pub message: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

words! {
    /// What a protection withholds.
    pub enum ProtectionWord {
        /// Taking under management.
        Adopt = "adopt",
        /// Writing attributes.
        Update = "update",
        /// Revoking rights.
        Revoke = "revoke",
        /// Deactivating.
        Deactivate = "deactivate",
        /// Archiving.
        Archive = "archive",
        /// Deleting.
        Delete = "delete",
        /// `deactivate`, `archive` and `delete` together.
        Removal = "removal",
    }
}

words! {
    /// An operation that a protection withholds.
    pub enum ProtectedFrom of ProtectionWord { Adopt, Update, Revoke, Deactivate, Archive, Delete }
}

impl ProtectionWord {
    /// Whether the word withholds an operation.
    pub fn withholds(self, from: ProtectedFrom) -> bool {
        use ProtectedFrom::{Archive, Deactivate, Delete};
        self == from.into() || self == Self::Removal && matches!(from, Deactivate | Archive | Delete)
    }
}

/// How many changes of one kind a run may make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Where it is written; none for a built-in limit.
    #[serde(skip)]
    pub origin: Option<Origin>,
    /// The changes that are counted.
    pub change: LimitedChange,
    /// At most this many.
    pub count: Option<u32>,
    /// At most this share of the managed accounts, or of the managed grants held.
    pub percent: Option<u32>,
    /// Up to this many are always allowed.
    pub floor: u32,
    /// Also counts changes of this time before the run; none: only the run's own changes.
    pub within: Option<Period>,
}

/// The changes that a limit counts.
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

    /// Whether the limit counts an operation.
    pub fn counts(self, operation: Operation) -> bool {
        match self {
            Self::One(one) => operation == one,
            Self::Removal => operation.is_removal(),
        }
    }
}
