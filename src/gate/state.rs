//! What the ledger remembers of one instance, and how a run changes it (the gate, 6).

use super::allowances::Used;
use super::item::pieces;
use crate::model::{Operation, unix_of_rfc3339};
use crate::plan::Memory;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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

/// `runs/YYYY/r-N.json`: what one run did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunRecord {
    /// Version of the format: 1.
    pub version: u32,
    /// Its name: `r-12`.
    pub run: String,
    /// `manual`, `push`, `schedule`, or `release of r-11`.
    pub cause: String,
    /// Who started it, as the forge numbers people; none: nobody knows.
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
    /// The binary.
    pub tool: String,
    /// The day it planned for.
    pub as_of: String,
    /// What flows: operation and how many.
    pub counts: BTreeMap<String, u64>,
    /// What is charged to the window: `counts` as limits count them, without what overrides carry.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub charged: BTreeMap<String, u64>,
    /// What overrides carry.
    #[serde(skip_serializing_if = "Used::is_empty")]
    pub overrides: Used,
    /// Sensitive changes that flow, keyed: operation, and 8 characters an item run together.
    pub items: BTreeMap<String, String>,
    /// What waits for a person, in the same form.
    pub held: BTreeMap<String, String>,
    /// `open`, `done`, `partial`, `refused`, `incomplete`, `held`, `closed` (a change window was), `lost`.
    pub result: String,
    /// Its exit code; none while it is open.
    pub exit: Option<u8>,
    /// Changes that were made, failed, went stale.
    pub outcome: BTreeMap<String, u64>,
    /// Whatever else is there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl RunRecord {
    /// The record of a run that died: nobody knows how it ended.
    #[must_use]
    pub fn lost(self) -> Self {
        Self { result: "lost".to_owned(), ..self }
    }
}

impl State {
    /// The state before the first run.
    pub fn first(instance: &str) -> Self {
        Self { version: 1, instance: instance.to_owned(), ..Self::default() }
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
