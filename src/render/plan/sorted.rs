//! The changes of a plan, sorted as reports list them: who is added, who is taken away, who is changed.

use crate::model::Operation;
use crate::plan::{Change, Plan, Subject};
use std::collections::BTreeMap;

/// What happens to one subject in one of the lists.
pub(in crate::render) struct Entry<'p> {
    /// Who.
    pub(in crate::render) subject: &'p Subject,
    /// The changes, by their places in the plan: what is done to the account first, then its rights.
    pub(in crate::render) places: Vec<usize>,
}

/// The lists. Each change stands in one of them.
#[derive(Default)]
pub(in crate::render) struct Sorted<'p> {
    /// Who gets an account, with the rights that come with it.
    pub(in crate::render) added: Vec<Entry<'p>>,
    /// Whose account is deleted, archived or deactivated, with the rights taken.
    pub(in crate::render) removed: Vec<Entry<'p>>,
    /// Everybody else to whom something happens.
    pub(in crate::render) updated: Vec<Entry<'p>>,
}

/// Which list a subject's changes go to.
#[derive(Clone, Copy, Default)]
struct Fate {
    added: bool,
    removed: bool,
}

impl<'p> Entry<'p> {
    /// The changes.
    pub(in crate::render) fn changes<'e>(
        &'e self,
        plan: &'p Plan,
    ) -> impl Iterator<Item = &'p Change> + use<'p, 'e> {
        self.places.iter().map(|place| &plan.changes[*place])
    }
}

impl<'p> Sorted<'p> {
    /// Sorts the changes of a plan; each list has its order.
    pub(in crate::render) fn new(plan: &'p Plan) -> Self {
        let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
        for change in &plan.changes {
            let fate = fates.entry(change.subject.key()).or_default();
            fate.added |= change.operation == Operation::Create;
            fate.removed |= change.operation.is_removal();
        }
        let mut sorted = Self::default();
        let mut entries: [BTreeMap<&str, usize>; 3] = Default::default();
        for (place, change) in plan.changes.iter().enumerate() {
            let key = change.subject.key();
            let fate = fates.get(key).copied().unwrap_or_default();
            let list = match change.operation {
                Operation::Create => 0,
                Operation::Grant if fate.added => 0,
                operation if operation.is_removal() => 1,
                Operation::Revoke if fate.removed => 1,
                _ => 2,
            };
            let entry = (list, &mut entries[list]);
            sorted.push(entry, (key, change), place);
        }
        sorted
    }

    fn push(
        &mut self,
        (list, known): (usize, &mut BTreeMap<&'p str, usize>),
        (key, change): (&'p str, &'p Change),
        place: usize,
    ) {
        let list = match list {
            0 => &mut self.added,
            1 => &mut self.removed,
            _ => &mut self.updated,
        };
        let entry = *known.entry(key).or_insert(list.len());
        if entry == list.len() {
            list.push(Entry { subject: &change.subject, places: Vec::new() });
        }
        list[entry].places.push(place);
    }
}
