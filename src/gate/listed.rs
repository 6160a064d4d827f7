//! What people were shown before: the items of records and of released runs.

use super::item::pieces;
use super::record::Record;
use super::run::RunRecord;
use std::collections::{BTreeMap, BTreeSet};

/// The union of what several records and runs list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    items: BTreeSet<(String, String)>,
    counted: BTreeMap<String, u64>,
}

impl Listed {
    /// Adds what a pull request showed.
    pub fn record(&mut self, record: &Record) {
        for (operation, items) in &record.items {
            match items {
                Some(items) => self.run_together(operation, items),
                None => {
                    let count = record.counts.get(operation).copied().unwrap_or_default();
                    *self.counted.entry(operation.clone()).or_default() += count;
                }
            }
        }
    }

    /// Adds what a run listed, held or flowing.
    pub fn run(&mut self, run: &RunRecord) {
        for (operation, items) in run.held.iter().chain(&run.items) {
            self.run_together(operation, items);
        }
    }

    fn run_together(&mut self, operation: &str, items: &str) {
        self.items.extend(pieces(items).map(|item| (operation.to_owned(), item.to_owned())));
    }

    /// Whether an item of an operation is listed.
    pub(super) fn has(&self, operation: &str, item: &str) -> bool {
        self.items.contains(&(operation.to_owned(), item.to_owned()))
    }

    /// How many of an operation were shown by their number.
    pub(super) fn counted(&self, operation: &str) -> u64 {
        self.counted.get(operation).copied().unwrap_or_default()
    }

    /// How many listed items are none of these: what was shown and is wanted no longer.
    pub(super) fn but(&self, wanted: &BTreeSet<(String, String)>) -> usize {
        self.items.difference(wanted).count()
    }
}
