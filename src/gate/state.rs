//! The ledger's state of one instance, and how a run changes it (the gate, 6).

use super::allowances::Used;
use super::carried::CarriedPull;
use super::item::pieces;
use super::run::RunRecord;
use super::setback::Quarantine;
use crate::model::{Date, Operation, unix_of_rfc3339};
use crate::plan::{AccountMemory, Memory};
use crate::policy::Review;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The ledger's format. A newer format than this binary supports is refused.
pub const FORMAT: &str = "rolewright-ledger 1";

/// The most pull requests that are told about runs.
const MAX_CARRIED: usize = 50;

/// The items of sensitive changes that happen on later days, by day and operation.
pub type Later = BTreeMap<String, BTreeMap<String, String>>;

/// `state.json`: everything that the next run needs. Unknown keys are preserved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Version of the format: 1.
    pub version: u32,
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The number of runs so far.
    pub seq: u64,
    /// The settled policies.
    pub settled: Option<Settled>,
    /// The run that is writing, if any.
    pub open: Option<Open>,
    /// The run since which changes are held.
    pub held_since: Option<String>,
    /// Runs whose held changes a person released.
    pub shown: Vec<String>,
    /// The changes of earlier runs, without those that overrides allowed.
    pub window: Vec<Charge>,
    /// The used parts of overrides.
    pub allowances: Used,
    /// The sizes in the last complete read.
    pub seen: Seen,
    /// The day of the last run: no later run has an earlier one.
    pub as_of: Option<String>,
    /// What people were shown for later days: by day and operation, the items of sensitive changes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub later: Later,
    /// The changes that failed, and are tried less and less often.
    #[serde(skip_serializing_if = "Quarantine::is_empty")]
    pub quarantine: Quarantine,
    /// The pull requests that runs began to carry out and have not finished: later runs tell them what came of it.
    /// Nothing is decided by them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<CarriedPull>,
    /// How the last run reviewed changes; it counts until policies are settled.
    pub review: Review,
    /// The id of the key that the items are made with.
    pub kid: String,
    /// What is stored about users' records, in a separate file; none: the file stays as it is.
    #[serde(skip)]
    pub memory: Option<Memory>,
    /// What is remembered of accounts, in a separate file; none: the file stays as it is.
    #[serde(skip)]
    pub accounts: Option<AccountMemory>,
    /// Unknown keys.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The settled policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The commit that they come from.
    pub commit: String,
    /// Their digest.
    pub policy: String,
    /// When they were settled, RFC 3339.
    pub at: String,
    /// The day for which people saw what they do; empty: the day of `at`. What they do by themselves on a later day has
    /// to be shown for that day.
    #[serde(default)]
    pub as_of: String,
}

/// A run that announced its writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Its name.
    pub run: String,
    /// A counter that increases while the run lives.
    pub beat: u64,
}

/// The changes of one run, as limits count them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The run.
    pub run: String,
    /// The time, RFC 3339.
    pub at: String,
    /// The number of changes of each operation.
    #[serde(flatten)]
    pub counts: BTreeMap<String, u64>,
}

/// The sizes in the last complete read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Users.
    pub users: u32,
    /// Groups.
    pub groups: u32,
    /// Accounts.
    pub accounts: u32,
}

impl Settled {
    /// The day for which people saw what the policies do; none: it cannot be read.
    pub fn day(&self) -> Option<Date> {
        let day = if self.as_of.is_empty() { self.at.get(..10).unwrap_or_default() } else { &self.as_of };
        Date::parse(day).ok()
    }
}

impl State {
    /// The state before the first run.
    pub fn first(instance: &str) -> Self {
        Self { version: 1, instance: instance.to_owned(), ..Self::default() }
    }

    /// The day of the last run; later plans are never for an earlier day. None before the first run.
    pub fn last_day(&self) -> Option<Date> {
        self.as_of.as_deref().and_then(|day| Date::parse(day).ok())
    }

    /// The pull requests that a run carries out: those of earlier runs that are not finished, and these. The oldest are
    /// forgotten where there are many.
    pub fn carries(&self, pulls: &[CarriedPull]) -> Vec<CarriedPull> {
        let new = pulls.iter().filter(|pull| !self.carried.contains(pull));
        let mut carried: Vec<CarriedPull> = self.carried.iter().chain(new).cloned().collect();
        carried.drain(..carried.len().saturating_sub(MAX_CARRIED));
        carried
    }

    /// The name of the next run.
    pub fn next_run(&self) -> String {
        format!("r-{}", self.seq + 1)
    }

    /// Opens a run: it is charged before it writes, so that removals count even after a crash.
    pub fn opened(mut self, record: &RunRecord) -> Self {
        self.seq += 1;
        self.open = Some(Open { run: record.run.clone(), beat: 0 });
        self.window.push(Charge {
            run: record.run.clone(),
            at: record.at.clone(),
            counts: record.charged.clone(),
        });
        self.recharged(&Used::new(), &record.overrides)
    }

    /// Closes a run: the charge becomes what was made, as limits count it.
    pub fn closed(mut self, run: &str, done: &BTreeMap<String, u64>) -> Self {
        self.open = None;
        for charge in self.window.iter_mut().filter(|charge| charge.run == run) {
            charge.counts = done.clone();
        }
        self.window.retain(|charge| !charge.counts.is_empty());
        self
    }

    /// Takes over a dead run: of the removals that it listed, those that are no longer wanted count as made; for
    /// operations without a list, the whole charge stays.
    pub fn taken_over(mut self, dead: &RunRecord, wanted_items: &BTreeMap<String, String>) -> Self {
        self.open = None;
        for charge in self.window.iter_mut().filter(|charge| charge.run == dead.run) {
            for (operation, count) in &mut charge.counts {
                let Some(listed) = dead.items.get(operation) else { continue };
                let wanted = wanted_items.get(operation).map_or("", String::as_str);
                *count = (*count).min(gone(listed, wanted));
            }
            charge.counts.retain(|_, count| *count > 0);
        }
        self.window.retain(|charge| !charge.counts.is_empty());
        let done = carried(dead, wanted_items);
        self.recharged(&dead.overrides, &done)
    }

    /// Replaces what a run charged to overrides, `charged`, by what it made, `done`.
    #[must_use]
    pub fn recharged(mut self, charged: &Used, done: &Used) -> Self {
        let of = |used: &Used, id: &str, kind: &str| {
            used.get(id).and_then(|kinds| kinds.get(kind)).copied().unwrap_or_default()
        };
        let pairs = charged.iter().chain(done);
        let pairs: BTreeSet<(&String, &String)> =
            pairs.flat_map(|(id, kinds)| kinds.keys().map(move |kind| (id, kind))).collect();
        for (id, kind) in pairs {
            let total = self.allowances.entry(id.clone()).or_default().entry(kind.clone()).or_default();
            *total = (*total + of(done, id, kind)).saturating_sub(of(charged, id, kind));
        }
        self
    }

    /// The same state without the window's runs before an instant; a run without a valid time stays.
    pub fn pruned(mut self, before: i64) -> Self {
        self.window.retain(|charge| unix_of_rfc3339(&charge.at).is_none_or(|at| at >= before));
        self
    }

    /// The same state with the policies of a commit settled.
    pub fn settle(mut self, settled: Settled) -> Self {
        self.settled = Some(settled);
        self
    }
}

/// How many listed items are no longer wanted, and so were made.
fn gone(listed: &str, wanted: &str) -> u64 {
    pieces(listed).filter(|item| !pieces(wanted).any(|other| other == *item)).count() as u64
}

/// The changes of a dead run that overrides allowed and that were made, as for the window.
fn carried(dead: &RunRecord, wanted_items: &BTreeMap<String, String>) -> Used {
    let done = |kind: &str, charged: u64| {
        let of_kind =
            dead.counts.iter().filter(|(word, _)| *word == kind || kind == "removal" && removes(word));
        let done: u64 = of_kind
            .map(|(word, count)| match dead.items.get(word) {
                Some(listed) => gone(listed, wanted_items.get(word).map_or("", String::as_str)),
                None => *count,
            })
            .sum();
        done.min(charged)
    };
    let kinds = |kinds: &BTreeMap<String, u64>| {
        kinds.iter().map(|(kind, charged)| (kind.clone(), done(kind, *charged))).collect()
    };
    dead.overrides.iter().map(|(id, used)| (id.clone(), kinds(used))).collect()
}

fn removes(word: &str) -> bool {
    Operation::ALL.into_iter().any(|operation| operation.word() == word && operation.is_removal())
}
