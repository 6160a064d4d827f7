//! What people were shown: the items in records and in released runs.

use super::item::pieces;
use super::record::Record;
use super::run::RunRecord;
use super::state::Later;
use crate::model::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The union of the items in several records and runs.
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
                    let counted = self.counted.entry(operation.clone()).or_default();
                    *counted = counted.saturating_add(count);
                }
            }
        }
    }

    /// Adds what a run listed, whether it was held or not.
    pub fn run(&mut self, run: &RunRecord) {
        for (operation, items) in run.held.iter().chain(&run.items) {
            self.run_together(operation, items);
        }
    }

    /// Adds what people were shown for days that have come.
    pub fn days(&mut self, later: &Later, today: Date) {
        let come = later.iter().filter(|(day, _)| Date::parse(day).is_ok_and(|day| day <= today));
        for (operation, items) in come.flat_map(|(_, items)| items) {
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

    /// How many changes of an operation were shown only as a number.
    pub(super) fn counted(&self, operation: &str) -> u64 {
        self.counted.get(operation).copied().unwrap_or_default()
    }

    /// How many listed items are not among these: they were shown and are no longer wanted.
    pub(super) fn but(&self, wanted: &BTreeSet<(String, String)>) -> usize {
        self.items.difference(wanted).count()
    }
}
