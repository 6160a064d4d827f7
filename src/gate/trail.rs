//! What the records of runs say about one person. They hold keyed items, so the items of everything that could have been
//! done to the person are made, and looked for.

use super::identity::identities;
use super::item::{ItemKey, pieces};
use super::marks::Marks;
use super::run::RunRecord;
use crate::model::{Operation, Right};
use crate::plan::{Action, Change, Subject};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One thing that was done to a person, or was to be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deed {
    /// The operation.
    pub operation: Operation,
    /// The right, or the attribute that was written; none: the account as a whole.
    pub what: Option<String>,
}

/// What could have been done to one person, by operation and item.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    deeds: BTreeMap<(&'static str, String), Deed>,
    /// Whether user and account of the person are known. Items of what takes something away are made with both.
    is_whole: bool,
}

/// What one run's record says about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// What the run was to do; whether all of it was done is the run's result.
    pub listed: BTreeSet<Deed>,
    /// What the run held.
    pub held: BTreeSet<Deed>,
    /// Changes of the run that may be this person's or somebody else's, by operation: the record only counts them, or lists
    /// them with values that are not known here.
    pub untold: BTreeMap<String, u64>,
}

impl Traces {
    /// Whether the run may have touched the person at all.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.held.is_empty() && self.untold.is_empty()
    }
}

impl Trail {
    /// The trail of a person who is these subjects, under one version of the policies: `instance` and `marks` are that
    /// version's, `rights` all that could have been given or taken, `planned` what that version would do to the person.
    pub fn new<'c>(
        key: &ItemKey,
        instance: &str,
        marks: &Marks,
        subjects: &[Subject],
        rights: &[Arc<Right>],
        planned: impl Iterator<Item = &'c Change>,
    ) -> Self {
        let is_whole = subjects.iter().any(|subject| subject.user.is_some() && subject.account.is_some());
        let mut trail = Self { is_whole, ..Self::default() };
        for subject in subjects {
            let subject = Arc::new(subject.clone());
            let whole = [Action::Delete, Action::Deactivate].into_iter();
            let rights = rights.iter().flat_map(|right| {
                [Action::Revoke(Arc::clone(right)), Action::Grant(Arc::clone(right))].into_iter()
            });
            for action in whole.chain(rights) {
                let change = Change { subject: Arc::clone(&subject), action, reasons: Arc::new([]) };
                trail.add(key, instance, marks, &change);
            }
        }
        planned.for_each(|change| trail.add(key, instance, marks, change));
        trail
    }

    fn add(&mut self, key: &ItemKey, instance: &str, marks: &Marks, change: &Change) {
        for identity in identities(instance, marks, change) {
            let what = change.right().map(ToString::to_string);
            let what = what.or_else(|| identity.attribute().map(ToOwned::to_owned));
            let deed = Deed { operation: identity.operation, what };
            self.deeds.insert((identity.operation.word(), key.item(&identity)), deed);
        }
    }

    /// What a run's record says about the person.
    pub fn traces(&self, record: &RunRecord) -> Traces {
        let (listed, mut untold) = self.found(&record.items);
        let (held, untold_held) = self.found(&record.held);
        for (operation, count) in untold_held {
            *untold.entry(operation).or_default() += count;
        }
        for (operation, count) in &record.counts {
            // An update has an item for each attribute by which accounts are found, and none for any other.
            let is_update = operation == Operation::Update.word();
            let items = record.items.get(operation).filter(|_| !is_update);
            let items = items.map_or(0, |items| pieces(items).count() as u64);
            *untold.entry(operation.clone()).or_default() += count.saturating_sub(items);
        }
        untold.retain(|_, count| *count > 0);
        Traces { listed, held, untold }
    }

    /// The person's deeds among items, and how many other items may be theirs with other values.
    fn found(&self, items: &BTreeMap<String, String>) -> (BTreeSet<Deed>, BTreeMap<String, u64>) {
        let (mut found, mut untold) = (BTreeSet::new(), BTreeMap::new());
        for (operation, items) in items {
            let mut others = 0_u64;
            for item in pieces(items) {
                let known = Operation::ALL.into_iter().find(|known| known.word() == operation.as_str());
                let key = known.map(|known| (known.word(), item.to_owned()));
                match key.and_then(|key| self.deeds.get(&key)) {
                    Some(deed) => drop(found.insert(deed.clone())),
                    None => others += 1,
                }
            }
            if others > 0 && self.is_unsure(operation) {
                untold.insert(operation.clone(), others);
            }
        }
        (found, untold)
    }

    /// Whether items of an operation are made with something that is not known here: values that were written, or an account
    /// that nobody knows any more.
    fn is_unsure(&self, operation: &str) -> bool {
        let known = Operation::ALL.into_iter().find(|known| known.word() == operation);
        match known {
            // The item is made with user, account and right alone.
            Some(Operation::Delete | Operation::Deactivate | Operation::Revoke) => !self.is_whole,
            Some(Operation::Grant) => false,
            Some(
                Operation::Archive
                | Operation::Adopt
                | Operation::Create
                | Operation::Reactivate
                | Operation::Update,
            )
            | None => true,
        }
    }
}
