//! What the ledger remembers of one instance, and how a run changes it (the gate, 6).

use super::allowances::Used;
use super::item::pieces;
use super::run::RunRecord;
use crate::model::{Date, Operation, unix_of_rfc3339};
use crate::plan::Memory;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The ledger's format. One that is newer than this binary knows is refused.
pub const FORMAT: &str = "rolewright-ledger 1";

/// `state.json`: everything that the next run needs. Keys that this binary does not know are kept as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Version of the format: 1.
    pub version: u32,
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// How many runs there were.
    pub seq: u64,
    /// The policies last settled.
    pub settled: Option<Settled>,
    /// The run that is writing, if any.
    pub open: Option<Open>,
    /// The run since which something is held.
    pub held_since: Option<String>,
    /// Runs whose held changes a person released.
    pub shown: Vec<String>,
    /// What was done, run by run, but for what overrides carried.
    pub window: Vec<Charge>,
    /// What was used of overrides.
    pub allowances: Used,
    /// What the last complete read saw.
    pub seen: Seen,
    /// The day of the last run: the next is never earlier.
    pub as_of: Option<String>,
    /// Which key the items are made with.
    pub kid: String,
    /// What is remembered of users' records, a file of its own; none: it stays as it is.
    #[serde(skip)]
    pub memory: Option<Memory>,
    /// Whatever else is there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The policies last settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The commit they came from.
    pub commit: String,
    /// Their digest.
    pub policy: String,
    /// When, RFC 3339.
    pub at: String,
}

/// A run that has announced its writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Its name.
    pub run: String,
    /// Counts up while it lives.
    pub beat: u64,
}

/// What one run does, as limits count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The run.
    pub run: String,
    /// When, RFC 3339.
    pub at: String,
    /// Operation and how many.
    #[serde(flatten)]
    pub counts: BTreeMap<String, u64>,
}

/// How much the last complete read saw.
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

impl State {
    /// The state before the first run.
    pub fn first(instance: &str) -> Self {
        Self { version: 1, instance: instance.to_owned(), ..Self::default() }
    }

    /// The day of the last run, which no later plan goes behind; none before the first.
    pub fn last_day(&self) -> Option<Date> {
        self.as_of.as_deref().and_then(|day| Date::parse(day).ok())
    }

    /// The name of the next run.
    pub fn next_run(&self) -> String {
        format!("r-{}", self.seq + 1)
    }

    /// Opens a run: it is charged before it writes, so that no crash forgets a removal.
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

    /// Closes a run: the charge is what was done, as limits count it.
    pub fn closed(mut self, run: &str, done: &BTreeMap<String, u64>) -> Self {
        self.open = None;
        for charge in self.window.iter_mut().filter(|charge| charge.run == run) {
            charge.counts = done.clone();
        }
        self.window.retain(|charge| !charge.counts.is_empty());
        self
    }

    /// Takes a dead run over: of the removals that it listed, those that are wanted no longer were done; kinds that it
    /// did not list stay whole.
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

    /// Takes what a run charged to overrides as what it really did: `charged` before, `done` now.
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

    /// The same without what the window remembers of runs before an instant; one that says no time stays.
    pub fn pruned(mut self, before: i64) -> Self {
        self.window.retain(|charge| unix_of_rfc3339(&charge.at).is_none_or(|at| at >= before));
        self
    }

    /// The same with the policies of a commit settled.
    pub fn settle(mut self, settled: Settled) -> Self {
        self.settled = Some(settled);
        self
    }
}

/// How many listed items are wanted no longer: they were done.
fn gone(listed: &str, wanted: &str) -> u64 {
    pieces(listed).filter(|item| !pieces(wanted).any(|other| other == *item)).count() as u64
}

/// What a dead run did of what overrides carried: as for the window.
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
