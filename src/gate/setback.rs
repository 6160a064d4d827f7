//! How often a change failed, and how long it waits for that.

use crate::model::unix_of_rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// How often a change counts as failed if the application accepted it and did not keep it: trying again soon is no use.
const NOT_KEPT: u32 = 4;

/// The changes that failed, by the items of their identities.
pub type Quarantine = BTreeMap<String, Setback>;

/// How often a change failed in a row, and when it did last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setback {
    /// How often.
    pub times: u32,
    /// The time of the last failure, RFC 3339.
    pub at: String,
}

/// How a change of a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was made.
    Made {
        /// Short names of attributes that the application did not keep.
        not_kept: Vec<String>,
        /// The account's id.
        account: Option<String>,
    },
    /// The application refused it.
    Failed,
    /// It is unknown whether it was made.
    Unknown,
    /// The application accepted it, and kept nothing of it.
    NotKept,
    /// It was not tried, or for a reason that says nothing about it.
    Left,
}

impl Setback {
    /// When the change is tried again, in seconds since 1970; none: in the next run. After the first failure that is the
    /// next run, then after an hour, four hours, a day, and a week.
    pub(super) fn until(&self) -> Option<i64> {
        let wait = match self.times {
            0 | 1 => return None,
            2 => HOUR,
            3 => 4 * HOUR,
            4 => DAY,
            _ => 7 * DAY,
        };
        Some(unix_of_rfc3339(&self.at)?.saturating_add(wait))
    }

    /// The same change failed once more, or for the first time.
    pub(super) fn again(before: Option<&Self>, ended: &Ended, at: &str) -> Self {
        let times = before.map_or(0, |before| before.times).saturating_add(1);
        let times = if *ended == Ended::NotKept { times.max(NOT_KEPT) } else { times };
        Self { times, at: at.to_owned() }
    }
}
