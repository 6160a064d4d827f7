//! Checks a finished plan for what must never be in one, independently of how it was made.

use super::change::{Action, AttributeWrite, Change};
use super::value::{Outcome, Plan};
use crate::model::Right;
use foldhash::fast::RandomState;
use hashbrown::hash_table::Entry;
use hashbrown::{HashSet, HashTable};
use std::hash::BuildHasher;

impl Plan {
    /// What is wrong with the plan itself. Anything found is a bug in Rolewright, and the plan must not be used.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.untouchables();
        faults.extend(self.doubled());
        faults.extend(self.shapes());
        faults
    }

    /// Nobody excluded or blocked is changed.
    fn untouchables(&self) -> Vec<String> {
        let reported = self
            .reports
            .iter()
            .filter(|report| matches!(report.outcome, Outcome::Excluded | Outcome::Blocked));
        let mut users: HashSet<&str, RandomState> = HashSet::default();
        let mut accounts: HashSet<&str, RandomState> = HashSet::default();
        for report in reported {
            users.extend(report.subject.user.as_deref());
            accounts.extend(report.subject.account.as_deref());
        }
        let touched = self.changes.iter().filter(|change| {
            change.subject.user.as_deref().is_some_and(|user| users.contains(user))
                || change.subject.account.as_deref().is_some_and(|account| accounts.contains(account))
        });
        touched
            .map(|change| {
                format!("{} of `{}`, who is to be left alone", change.operation(), change.subject.key())
            })
            .collect()
    }

    /// An account has one change besides its rights, and each right once.
    fn doubled(&self) -> Vec<String> {
        let hasher = RandomState::default();
        let hash = |change: &Change| hasher.hash_one(target(change));
        let mut seen: HashTable<&Change> = HashTable::with_capacity(self.changes.len());
        let mut faults = Vec::new();
        for change in &self.changes {
            let is_same = |other: &&Change| target(other) == target(change);
            match seen.entry(hash(change), is_same, |other| hash(other)) {
                Entry::Vacant(place) => {
                    place.insert(change);
                }
                Entry::Occupied(mut place) => {
                    let other = std::mem::replace(place.get_mut(), change).operation();
                    faults.push(format!("{other} and {} of `{}`", change.operation(), change.subject.key()));
                }
            }
        }
        faults
    }

    /// Each change has what its operation needs.
    fn shapes(&self) -> Vec<String> {
        let differs = |write: &AttributeWrite| write.before != write.after;
        let fault = |change: &&Change| {
            let (user, account) = (change.subject.user.is_some(), change.subject.account.is_some());
            let sound = match &change.action {
                Action::Create { .. } => user && !account,
                Action::Grant(_) => user,
                Action::Revoke(_) | Action::Deactivate | Action::Delete | Action::Archive { .. } => account,
                Action::Adopt { link, attributes, .. } => {
                    account && differs(link) && attributes.iter().all(differs)
                }
                Action::Reactivate { link, attributes, .. } => {
                    account && link.as_deref().into_iter().chain(attributes).all(differs)
                }
                Action::Update { link, attributes } => {
                    account
                        && (link.is_some() || !attributes.is_empty())
                        && link.as_deref().into_iter().chain(attributes).all(differs)
                }
            };
            !sound || change.reasons.is_empty()
        };
        self.changes
            .iter()
            .filter(fault)
            .map(|change| format!("{} of `{}` lacks what it needs", change.operation(), change.subject.key()))
            .collect()
    }
}

/// What no two changes may have in common: the account and the right. An archived account and its replacement are two
/// accounts of one user.
fn target(change: &Change) -> (&str, Option<&str>, Option<&Right>) {
    (change.subject.key(), change.subject.account.as_deref(), change.right())
}
