//! The record of a run: what it was going to do, and its result (the gate, 6).

use super::allowances::Used;
use crate::plan::Change;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// `runs/YYYY/r-N.json`: the record of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunRecord {
    /// Version of the format: 1.
    pub version: u32,
    /// Its name: `r-12`.
    pub run: String,
    /// `manual`, `push`, `schedule`, or `release of r-11`.
    pub cause: String,
    /// The forge's number of the person who started it; none: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it began, RFC 3339.
    pub at: String,
    /// The commit whose policies it applied.
    pub commit: String,
    /// The policies settled before it.
    pub settled_before: Option<String>,
    /// The policy digest.
    pub policy: String,
    /// The plan digest.
    pub plan: String,
    /// The version of the binary.
    pub tool: String,
    /// The day that it planned for.
    pub as_of: String,
    /// The changes to make: operation and number.
    pub counts: BTreeMap<String, u64>,
    /// What is charged to the window: `counts` as limits count them, without the changes that overrides allow.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub charged: BTreeMap<String, u64>,
    /// The changes that overrides allow.
    #[serde(skip_serializing_if = "Used::is_empty")]
    pub overrides: Used,
    /// The items of the sensitive changes to make: for each operation, 8 characters an item without separators.
    pub items: BTreeMap<String, String>,
    /// The items of the held changes, in the same form.
    pub held: BTreeMap<String, String>,
    /// How many changes are held, as plans count them: an update of three attributes is one and has three items. Zero in
    /// records of older versions.
    #[serde(skip_serializing_if = "is_zero")]
    pub waiting: u64,
    /// How many changes may be made and were left, because the run was asked for one user only.
    #[serde(skip_serializing_if = "is_zero")]
    pub left: u64,
    /// How many changes waited because they failed before.
    #[serde(skip_serializing_if = "is_zero")]
    pub quarantined: u64,
    /// The result.
    pub result: RunResult,
    /// Its exit code; none while it is open.
    pub exit: Option<u8>,
    /// How many changes were made, failed, or were stale.
    pub outcome: BTreeMap<String, u64>,
    /// Unknown keys.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The result of a run; a word in the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunResult {
    /// The run has not ended: it writes.
    #[default]
    Open,
    /// Every change was made.
    Done,
    /// Some changes were not made.
    Partial,
    /// A guard refused; nothing was written.
    Refused,
    /// A read was incomplete; nothing was planned.
    Incomplete,
    /// Nothing was written, and something waits for a person.
    Held,
    /// A change window was closed; nothing was written.
    Closed,
    /// The run died while it was open: its result is unknown.
    Lost,
    /// A word of a newer version, preserved.
    Other(String),
}

impl RunResult {
    /// The words that this version writes.
    const KNOWN: [Self; 8] = [
        Self::Open,
        Self::Done,
        Self::Partial,
        Self::Refused,
        Self::Incomplete,
        Self::Held,
        Self::Closed,
        Self::Lost,
    ];

    /// The word in the ledger.
    pub fn word(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::Incomplete => "incomplete",
            Self::Held => "held",
            Self::Closed => "closed",
            Self::Lost => "lost",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for RunResult {
    fn from(word: String) -> Self {
        Self::KNOWN.into_iter().find(|known| known.word() == word).unwrap_or(Self::Other(word))
    }
}

impl fmt::Display for RunResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for RunResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for RunResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The number of changes of each operation.
pub fn by_operation<'c>(changes: impl Iterator<Item = &'c Change>) -> BTreeMap<String, u64> {
    changes.fold(BTreeMap::new(), |mut counts, change| {
        *counts.entry(change.operation().word().to_owned()).or_insert(0) += 1;
        counts
    })
}

impl RunRecord {
    /// The record of a run that died: its result is unknown.
    #[must_use]
    pub fn lost(self) -> Self {
        Self { result: RunResult::Lost, ..self }
    }
}
