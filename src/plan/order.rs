//! The order in which changes are written: nothing is written before what it depends on.

use super::value::{Change, Plan};
use crate::model::{Operation, Value};
use std::collections::BTreeMap;

impl Plan {
    /// The changes in the order in which they are written: what frees a name that another change takes, then accounts,
    /// then their rights, then what takes away (threat F14). Places in [`Plan::changes`].
    pub fn write_order(&self) -> Vec<usize> {
        let freed = self.freed();
        let depth: Vec<u32> = (0..self.changes.len()).map(|place| self.depth(place, &freed, 0)).collect();
        let releasing = self.releasing(&freed);
        let mut order: Vec<usize> = (0..self.changes.len()).collect();
        order.sort_by_key(|place| {
            let change = &self.changes[*place];
            let stage = if releasing.contains(place) { 0 } else { stage(change.operation) };
            (stage, depth[*place], *place)
        });
        order
    }

    /// Values of attributes that a change frees: `userName` of an account that is renamed.
    fn freed(&self) -> BTreeMap<(&str, &Value), usize> {
        let mut freed = BTreeMap::new();
        for (place, change) in self.changes.iter().enumerate() {
            for attribute in &change.attributes {
                if let Some(before) =
                    attribute.before.as_ref().filter(|before| matches!(before, Value::Text(_)))
                {
                    freed.insert((attribute.attribute.as_str(), before), place);
                }
            }
        }
        freed
    }

    fn releasing(&self, freed: &BTreeMap<(&str, &Value), usize>) -> std::collections::BTreeSet<usize> {
        let mut releasing = std::collections::BTreeSet::new();
        for change in self.changes.iter().filter(|change| change.operation == Operation::Create) {
            releasing.extend(taken(change).filter_map(|key| freed.get(&key).copied()));
        }
        releasing
    }

    /// How many changes must come before this one, in a chain of names handed on. A ring of names is cut after 16.
    fn depth(&self, place: usize, freed: &BTreeMap<(&str, &Value), usize>, steps: u32) -> u32 {
        if steps >= 16 {
            return 0;
        }
        taken(&self.changes[place])
            .filter_map(|key| freed.get(&key))
            .filter(|other| **other != place)
            .map(|other| 1 + self.depth(*other, freed, steps + 1))
            .max()
            .unwrap_or(0)
    }
}

/// Only what must be unique can collide, and only `userName` always must; freeing more first does no harm.
fn taken(change: &Change) -> impl Iterator<Item = (&str, &Value)> {
    change
        .attributes
        .iter()
        .filter(|attribute| attribute.attribute == "userName")
        .filter_map(|attribute| attribute.after.as_ref().map(|after| (attribute.attribute.as_str(), after)))
}

fn stage(operation: Operation) -> u32 {
    match operation {
        Operation::Adopt => 1,
        Operation::Create => 2,
        Operation::Reactivate => 3,
        Operation::Update => 4,
        Operation::Grant => 5,
        Operation::Revoke => 6,
        Operation::Deactivate => 7,
        Operation::Archive => 8,
        Operation::Delete => 9,
    }
}
