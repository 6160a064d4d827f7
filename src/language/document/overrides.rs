//! `Overrides` as written (the policy language, 11).

use super::shape::{ShapeError, exactly_one, key};
use super::{LimitWord, pattern};
use crate::model::{Date, Span};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Allowances above a limit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Overrides")]
pub struct OverridesDocument {
    /// The application whose limits are meant.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// The overrides, in any order.
    pub overrides: Vec<Spanned<OverrideObject>>,
}

/// Lets a reviewed number pass, until a day: exactly one of `allow`, `shrinkTo`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Override")]
pub struct OverrideObject {
    /// Its id; never that of another before it, for the ledger remembers by it what was used.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// How many changes, by the word of the limit that would trip.
    pub allow: Option<Spanned<AllowObject>>,
    /// How small a source may have become that had more before.
    pub shrink_to: Option<Spanned<ShrinkObject>>,
    /// The last day it holds, at most 31 days ahead.
    pub until: Spanned<Date>,
    /// Who answers for it.
    pub owner: Spanned<String>,
    /// Why.
    pub reason: Spanned<String>,
}

/// How many changes of each kind, in all.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Allow", extend("minProperties" = 1))]
pub struct AllowObject {
    /// New accounts.
    #[schemars(range(min = 1))]
    pub create: Option<Spanned<u32>>,
    /// Accounts taken under management.
    #[schemars(range(min = 1))]
    pub adopt: Option<Spanned<u32>>,
    /// Accounts whose attributes change.
    #[schemars(range(min = 1))]
    pub update: Option<Spanned<u32>>,
    /// Rights given.
    #[schemars(range(min = 1))]
    pub grant: Option<Spanned<u32>>,
    /// Rights taken.
    #[schemars(range(min = 1))]
    pub revoke: Option<Spanned<u32>>,
    /// Accounts deactivated.
    #[schemars(range(min = 1))]
    pub deactivate: Option<Spanned<u32>>,
    /// Accounts archived.
    #[schemars(range(min = 1))]
    pub archive: Option<Spanned<u32>>,
    /// Accounts deleted.
    #[schemars(range(min = 1))]
    pub delete: Option<Spanned<u32>>,
    /// `deactivate`, `archive` and `delete` together.
    #[schemars(range(min = 1))]
    pub removal: Option<Spanned<u32>>,
}

/// How small a source may have become.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ShrinkTo")]
pub struct ShrinkObject {
    /// Users of all directories together.
    #[schemars(range(min = 1))]
    pub users: Spanned<u32>,
}

/// What an override is.
#[derive(Clone, Copy, Debug)]
pub enum OverrideForm<'a> {
    /// So many changes of each kind.
    Allow(&'a AllowObject),
    /// A source so small.
    ShrinkTo(u32),
}

impl OverrideObject {
    /// What the override is.
    ///
    /// # Errors
    /// None or both of `allow`, `shrinkTo`.
    pub fn form(&self, whole: Span) -> Result<OverrideForm<'_>, ShapeError> {
        exactly_one(
            whole,
            "an override",
            [
                key("allow", self.allow.as_ref(), |allow| OverrideForm::Allow(&allow.value)),
                key("shrinkTo", self.shrink_to.as_ref(), |to| OverrideForm::ShrinkTo(to.value.users.value)),
            ],
        )
    }
}

impl AllowObject {
    /// The kinds of change with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (LimitWord, &Spanned<u32>)> {
        let all = [
            (LimitWord::Create, &self.create),
            (LimitWord::Adopt, &self.adopt),
            (LimitWord::Update, &self.update),
            (LimitWord::Grant, &self.grant),
            (LimitWord::Revoke, &self.revoke),
            (LimitWord::Deactivate, &self.deactivate),
            (LimitWord::Archive, &self.archive),
            (LimitWord::Delete, &self.delete),
            (LimitWord::Removal, &self.removal),
        ];
        all.into_iter().filter_map(|(word, count)| Some((word, count.as_ref()?)))
    }
}
