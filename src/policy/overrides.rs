//! The compiled overrides: allowances above a limit (the policy language, 11; the gate, 4).

use super::{LimitedChange, Origin};
use crate::model::Date;
use serde::Serialize;

/// Allows a reviewed number until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// Its id. The ledger stores under it how much was used.
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// How many changes of each kind are allowed; sorted.
    pub allow: Vec<Allowance>,
    /// The smallest allowed number of users, after the source had more.
    pub shrink_to: Option<u32>,
    /// The smallest allowed number of accounts, after the application had more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts_to: Option<u32>,
    /// The last day on which it holds, UTC.
    pub until: Date,
    /// Who is responsible for it.
    pub owner: String,
    /// Why.
    pub reason: String,
}

/// A number of allowed changes of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Allowance {
    /// What a limit counts.
    pub change: LimitedChange,
    /// The number in total, over all runs.
    pub count: u32,
}

impl Override {
    /// How far ahead `until` may be, in days: an override is an exception, not a permanent setting.
    pub const LONGEST_DAYS: i32 = 31;

    /// Whether it holds on a day: it has not ended, and it does not end more than `LONGEST_DAYS` ahead.
    pub fn holds(&self, day: Date) -> bool {
        (0..=Self::LONGEST_DAYS).contains(&day.days_until(self.until))
    }

    /// How many changes of a kind it allows; none: it does not mention that kind.
    pub fn allowed(&self, change: LimitedChange) -> Option<u32> {
        self.allow.iter().find(|allowance| allowance.change == change).map(|allowance| allowance.count)
    }
}
