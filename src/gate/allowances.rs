//! Overrides: what a limit refuses, a reviewed number of changes may pass until a day (the gate, 4).

use crate::model::Date;
use crate::policy::{LimitedChange, Override};
use std::collections::BTreeMap;

/// By override and kind of change, how many.
pub type Used = BTreeMap<String, BTreeMap<String, u64>>;

/// An override that is in force: it carries all changes of a kind, which then do not count in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The override.
    pub by: Override,
    /// What is counted.
    pub change: LimitedChange,
    /// How many changes it carries.
    pub count: u32,
    /// How many it carried before.
    pub used: u64,
    /// How many it allows in all.
    pub of: u32,
}

/// The override that carries so many changes of a kind whole: of several, the one that ends first.
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
