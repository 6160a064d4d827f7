//! `Lifecycle` as written (the policy language, 10).

use super::{Condition, Selector, Table, pattern};
use crate::model::{Date, Period, words};
use crate::policy::{AccountTypeChange, Adoption, LeaverWord, ProtectionWord, Returning, Word};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// What happens to accounts, and how many changes a run may make.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Lifecycle")]
pub struct LifecycleDocument {
    /// The application whose accounts are meant.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// Who is in scope: `{ anyGrant: true }`, `{ always: true }`, or any condition.
    pub scope: Spanned<Condition>,
    /// Which users in scope without an account get one; everybody where it is left out.
    pub create: Option<Spanned<Condition>>,
    /// For a linked account whose user is in no directory.
    pub deleted: Spanned<LeaverWord>,
    /// For a user who is not in scope.
    pub out_of_scope: Spanned<LeaverWord>,
    /// For a disabled user in scope.
    pub disabled: Spanned<Word>,
    /// For an account without link that matches no user; `keep` where it is left out.
    pub unmanaged: Option<Spanned<LeaverWord>>,
    /// Whether existing accounts are taken under management; `hold` where it is left out.
    pub adoption: Option<Spanned<Adoption>>,
    /// For an inactive account whose user is provisioned; `reactivate` where it is left out.
    pub returning: Option<Spanned<Returning>>,
    /// What happens where the account's type is not the one that the rules give; `block` where it is left out.
    pub account_type_change: Option<Spanned<AccountTypeChange>>,
    /// The attributes that archiving writes.
    pub archive: Option<ArchiveObject>,
    /// For a first rollout: changes for users outside this condition wait.
    pub canary: Option<Spanned<Condition>>,
    /// Who is protected from what.
    pub protect: Option<Vec<ProtectionObject>>,
    /// How many changes one run may make.
    pub limits: Option<Vec<Spanned<LimitObject>>>,
}

/// The attributes that archiving writes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Archive")]
pub struct ArchiveObject {
    /// Account attribute and its value, with the account's own attributes in braces: `'{userName}_Archived'`.
    #[schemars(extend("minProperties" = 1))]
    pub set: Spanned<Table<Spanned<String>>>,
}

/// Withholds operations from accounts and users for whom a condition holds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Protection")]
pub struct ProtectionObject {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// What is withheld.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub from: Vec<ProtectionWord>,
    /// Who is protected.
    pub when: Spanned<Condition>,
    /// Narrows `revoke` to these grants.
    #[schemars(extend("minProperties" = 1))]
    pub grants: Option<Spanned<Selector>>,
    /// The message for people.
    pub message: Option<Spanned<String>>,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
}

/// How many changes of one kind a run may make: `count`, `percent` or both.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Limit", extend("minProperties" = 1))]
pub struct LimitObject {
    /// Which changes are counted.
    pub change: Spanned<LimitWord>,
    /// At most this share of the managed accounts, or of the managed grants held.
    #[schemars(range(min = 0, max = 100))]
    pub percent: Option<Spanned<u32>>,
    /// At most this many.
    #[schemars(range(min = 0))]
    pub count: Option<Spanned<u32>>,
    /// Up to this many changes are always allowed; 0 where it is left out.
    #[schemars(range(min = 0))]
    pub floor: Option<Spanned<u32>>,
    /// Also counts changes of this time before the run: `7d`; only the run's own changes where it is left out.
    pub within: Option<Spanned<Period>>,
}

// No part of another set: `Operation` has `reactivate`, which no limit counts, and no word for all removals together.
words! {
    /// What a limit counts.
    pub enum LimitWord {
        /// New accounts.
        Create = "create",
        /// Accounts taken under management.
        Adopt = "adopt",
        /// Accounts whose attributes change.
        Update = "update",
        /// Rights granted.
        Grant = "grant",
        /// Rights revoked.
        Revoke = "revoke",
        /// Accounts deactivated.
        Deactivate = "deactivate",
        /// Accounts archived.
        Archive = "archive",
        /// Accounts deleted.
        Delete = "delete",
        /// `deactivate`, `archive` and `delete` together.
        Removal = "removal",
    }
}
