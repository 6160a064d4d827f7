//! The order of writing: every change comes after those that it depends on.

use super::change::Change;
use super::value::Plan;
use crate::model::{Operation, Value};
use std::collections::{BTreeMap, BTreeSet};

/// When a change is written; all changes of one phase come after all of the phase before (threat F14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Rights of accounts that are archived in the next phase: an archived account has no user, and no later run would
    /// revoke its rights.
    RightsOfArchived,
    /// What frees a name that another change takes, or an account that another takes the place of.
    Names,
    /// Accounts are made and changed.
    Accounts,
    /// Rights are given.
    Grants,
    /// Rights are taken.
    Revocations,
    /// Accounts are deactivated, archived and deleted.
    Removals,
}

impl Phase {
    /// How many there are.
    pub const COUNT: usize = 6;

    fn of(operation: Operation) -> Self {
        match operation {
            Operation::Adopt | Operation::Create | Operation::Reactivate | Operation::Update => {
                Self::Accounts
            }
            Operation::Grant => Self::Grants,
            Operation::Revoke => Self::Revocations,
            Operation::Deactivate | Operation::Archive | Operation::Delete => Self::Removals,
        }
    }
}

impl Plan {
    /// The changes in the order in which they are written: what frees a name that another change takes, then accounts,
    /// then their rights, then what takes away (threat F14). Places in [`Plan::changes`].
    pub fn write_order(&self) -> Vec<usize> {
        let freed = self.freed();
        let depth: Vec<u32> = (0..self.changes.len()).map(|place| self.depth(place, &freed, 0)).collect();
        let phases = self.phases_with(&freed);
        let mut order: Vec<usize> = (0..self.changes.len()).collect();
        order.sort_by_key(|place| {
            let stage = match phases[*place] {
                Phase::RightsOfArchived | Phase::Names => 0,
                Phase::Accounts | Phase::Grants | Phase::Revocations | Phase::Removals => {
                    stage(self.changes[*place].operation())
                }
            };
            (phases[*place], stage, depth[*place], *place)
        });
        order
    }

    /// The phase of each change, by its place in [`Plan::changes`].
    pub fn phases(&self) -> Vec<Phase> {
        self.phases_with(&self.freed())
    }

    fn phases_with(&self, freed: &BTreeMap<String, usize>) -> Vec<Phase> {
        let first: BTreeSet<usize> = self.releasing(freed).union(&self.replaced()).copied().collect();
        let archived: BTreeSet<Option<&str>> = first
            .iter()
            .map(|place| &self.changes[*place])
            .filter(|change| change.operation() == Operation::Archive)
            .map(|change| change.subject.account.as_deref())
            .collect();
        let phase = |(place, change): (usize, &Change)| {
            let account = change.subject.account.as_deref();
            if change.operation() == Operation::Revoke && archived.contains(&account) {
                return Phase::RightsOfArchived;
            }
            if first.contains(&place) { Phase::Names } else { Phase::of(change.operation()) }
        };
        self.changes.iter().enumerate().map(phase).collect()
    }

    /// Which change takes a user name that another frees: places of the one and the other.
    pub fn takes_over_names(&self) -> Vec<(usize, usize)> {
        let freed = self.freed();
        let places = self.changes.iter().enumerate();
        let pairs = places.flat_map(|(place, change)| {
            let others = taken(change).filter_map(|name| freed.get(&name).copied()).collect::<Vec<_>>();
            others.into_iter().filter(move |other| *other != place).map(move |other| (place, other))
        });
        pairs.collect()
    }

    /// User names that a change frees: of an account that is renamed, or deleted (then it is the account's name).
    fn freed(&self) -> BTreeMap<String, usize> {
        let mut freed = BTreeMap::new();
        for (place, change) in self.changes.iter().enumerate() {
            let renamed = change.attribute_change(USER_NAME);
            freed.extend(renamed.and_then(|it| text(it.before)).map(|name| (name, place)));
            if change.operation() == Operation::Delete {
                freed.insert(change.subject.name.to_ascii_lowercase(), place);
            }
        }
        freed
    }

    /// Changes that free a name which another takes.
    fn releasing(&self, freed: &BTreeMap<String, usize>) -> BTreeSet<usize> {
        let mut releasing = BTreeSet::new();
        for (place, change) in self.changes.iter().enumerate() {
            let others = taken(change).filter_map(|name| freed.get(&name).copied());
            releasing.extend(others.filter(|other| *other != place));
        }
        releasing
    }

    /// Accounts archived so that their users get another: if that fails, nothing is made.
    fn replaced(&self) -> BTreeSet<usize> {
        let made = self.changes.iter().filter(|change| change.operation() == Operation::Create);
        let made: BTreeSet<&str> = made.map(|change| change.subject.key()).collect();
        let archived = self.changes.iter().enumerate();
        archived
            .filter(|(_, it)| it.operation() == Operation::Archive && made.contains(it.subject.key()))
            .map(|(place, _)| place)
            .collect()
    }

    /// How many changes must come before this one, in a chain of names passed on. A cycle of names is cut after 16.
    fn depth(&self, place: usize, freed: &BTreeMap<String, usize>, steps: u32) -> u32 {
        if steps >= 16 {
            return 0;
        }
        taken(&self.changes[place])
            .filter_map(|name| freed.get(&name))
            .filter(|other| **other != place)
            .map(|other| 1 + self.depth(*other, freed, steps + 1))
            .max()
            .unwrap_or(0)
    }
}

/// The attribute that is always unique: its value must be freed before another account takes it.
const USER_NAME: &str = "userName";

/// The user name that a change writes.
fn taken(change: &Change) -> impl Iterator<Item = String> + use<> {
    change.attribute_change(USER_NAME).and_then(|written| text(written.after)).into_iter()
}

/// A name as applications compare it.
fn text(value: Option<&Value>) -> Option<String> {
    let Some(Value::Text(text)) = value else { return None };
    Some(text.to_ascii_lowercase())
}

fn stage(operation: Operation) -> u32 {
    match operation {
        Operation::Adopt => 2,
        Operation::Create => 3,
        Operation::Reactivate => 4,
        Operation::Update => 5,
        Operation::Grant => 6,
        Operation::Revoke => 7,
        Operation::Deactivate => 8,
        Operation::Archive => 9,
        Operation::Delete => 10,
    }
}
