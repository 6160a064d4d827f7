//! The compiled overrides: allowances above a limit (the policy language, 11; the gate, 4).

use super::{LimitedChange, Origin};
use crate::model::Date;
use serde::Serialize;

/// Lets a reviewed number pass, until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// Its id. The ledger remembers by it what was used.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// How many changes, by what limits count; sorted.
    pub allow: Vec<Allowance>,
    /// How few users a source may have that had more before.
    pub shrink_to: Option<u32>,
    /// The last day it holds, UTC.
    pub until: Date,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
}

/// So many changes of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Allowance {
    /// What a limit counts.
    pub change: LimitedChange,
    /// In all, over as many runs as it takes.
    pub count: u32,
}

impl Override {
    /// The furthest that `until` may lie ahead: an override is for once, not for good.
    pub const LONGEST_DAYS: i32 = 31;

    /// Whether it holds on a day: neither over, nor ending so far ahead that it would be no exception.
    pub fn holds(&self, day: Date) -> bool {
        (0..=Self::LONGEST_DAYS).contains(&day.days_until(self.until))
    }

    /// How many changes of a kind it allows; none: it says nothing of that kind.
    pub fn allowed(&self, change: LimitedChange) -> Option<u32> {
        self.allow.iter().find(|allowance| allowance.change == change).map(|allowance| allowance.count)
    }
}
