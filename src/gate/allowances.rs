//! Overrides: a reviewed number of changes may exceed a limit until a day (the gate, 4).

use crate::model::Date;
use crate::policy::{LimitedChange, Override};
use std::collections::BTreeMap;

/// For each override and kind of change, how many changes were used.
pub type Used = BTreeMap<String, BTreeMap<String, u64>>;

/// An override in force that allows all changes of a kind, so that they are not counted in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The override.
    pub by: Override,
    /// What is counted.
    pub change: LimitedChange,
    /// How many changes of this run use it.
    pub count: u32,
    /// How many changes used it before.
    pub used: u64,
    /// How many changes it allows in total.
    pub of: u32,
}

/// The override that allows this many changes of a kind; of several, the one that ends first.
pub(super) fn carries(
    overrides: &[Override],
    used: &Used,
    day: Date,
    change: LimitedChange,
    count: u32,
) -> Option<Allowed> {
    let used_of = |by: &Override| {
        used.get(&by.id).and_then(|kinds| kinds.get(change.word())).copied().unwrap_or_default()
    };
    let fitting = overrides.iter().filter(|by| by.holds(day)).filter_map(|by| {
        let (of, used) = (by.allowed(change)?, used_of(by));
        let left = u64::from(of).saturating_sub(used);
        (left >= u64::from(count)).then(|| Allowed { by: by.clone(), change, count, used, of })
    });
    fitting.min_by(|one, other| (one.by.until, &one.by.id).cmp(&(other.by.until, &other.by.id)))
}
