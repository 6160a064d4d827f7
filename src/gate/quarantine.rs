//! Changes that failed again and again are tried less and less often, each by itself: they stop nobody else, and a plan
//! says which ones wait. What takes something away never waits.

use super::approved::Approved;
use super::classify::with_dependents;
use super::identity::{Identity, identities, identity_of_update};
use super::item::ItemKey;
use super::marks::Marks;
use super::setback::{Ended, Setback};
use super::state::State;
use crate::model::{Operation, rfc3339_of};
use crate::plan::{Action, Change, Outcome, Plan, Report};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// Why a change waits, and until when, in seconds since 1970.
#[derive(Clone, Debug)]
struct Rest {
    setback: Setback,
    until: i64,
}

impl State {
    /// The plan without the changes that failed before and are not tried again yet, and without those that depend on
    /// them; each of them is reported. Of an update only the attributes in question wait.
    #[must_use]
    pub fn set_aside(&self, mut plan: Plan, policy: &ApplicationPolicy, key: &ItemKey, now: i64) -> Plan {
        if self.quarantine.is_empty() || self.kid != key.kid() {
            return plan;
        }
        let (instance, marks) = (plan.instance(), Marks::of(policy));
        let waits = |identity: &Identity| {
            let setback = self.quarantine.get(&key.item(identity))?;
            Some(Rest { setback: setback.clone(), until: setback.until().filter(|until| *until > now)? })
        };
        let (mut changes, mut resting) = (Vec::new(), BTreeMap::new());
        for change in std::mem::take(&mut plan.changes) {
            let all = identities(&instance, &marks, &change);
            let found: Vec<(&Identity, Rest)> =
                all.iter().filter_map(|identity| Some((identity, waits(identity)?))).collect();
            let Some((_, latest)) = found.iter().max_by_key(|(_, rest)| rest.until) else {
                changes.push(change);
                continue;
            };
            let names: BTreeSet<&str> =
                found.iter().filter_map(|(identity, _)| identity.attribute()).collect();
            if found.len() < all.len() {
                changes.push(change.with_attributes(|name| !names.contains(name)));
            }
            resting.insert(changes.len(), latest.clone());
            changes.push(change.with_attributes(|name| names.contains(name)));
        }
        plan.changes = changes;
        let away = with_dependents(&plan, policy, resting.keys().copied().collect());
        let told = away.iter().map(|place| report(&plan.changes[*place], resting.get(place)));
        plan.reports.extend(told.collect::<Vec<_>>());
        plan.reports.sort_by(|one, other| (one.outcome, &one.subject).cmp(&(other.outcome, &other.subject)));
        let mut place = 0;
        plan.changes.retain(|_| {
            place += 1;
            !away.contains(&(place - 1))
        });
        plan
    }

    /// Forgets failures of changes that are not wanted any more.
    pub(super) fn still_wanted(&mut self, wanted: &Plan, marks: &Marks, key: &ItemKey) {
        if self.quarantine.is_empty() {
            return;
        }
        let instance = wanted.instance();
        let items: BTreeSet<String> = wanted
            .changes
            .iter()
            .flat_map(|change| identities(&instance, marks, change))
            .map(|identity| key.item(&identity))
            .collect();
        self.quarantine.retain(|item, _| items.contains(item));
    }

    /// Notes how the changes of a run ended, in the order of writing.
    pub(super) fn set_back(&mut self, approved: &Approved, ended: &[Ended], key: &ItemKey, at: &str) {
        let instance = approved.plan().instance();
        for (change, ended) in approved.changes().zip(ended) {
            // Nearly all changes, of which nothing is to be noted.
            let is_whole = matches!(ended, Ended::Made { not_kept, .. } if not_kept.is_empty());
            let is_plain = self.quarantine.is_empty() && is_whole;
            if is_plain || *ended == Ended::Left {
                continue;
            }
            let items: Vec<String> = identities(&instance, approved.marks(), change)
                .iter()
                .map(|identity| key.item(identity))
                .collect();
            match ended {
                Ended::Left => {}
                Ended::Made { not_kept, .. } => {
                    for item in &items {
                        self.quarantine.remove(item);
                    }
                    // What the application did not keep of a new account is wanted as an update from now on.
                    for identity in lacking(&instance, approved, change, not_kept) {
                        let setback = Setback::again(None, &Ended::NotKept, at);
                        self.quarantine.insert(key.item(&identity), setback);
                    }
                }
                Ended::Failed | Ended::Unknown | Ended::NotKept if waits_at_all(change.operation()) => {
                    for item in items {
                        let setback = Setback::again(self.quarantine.get(&item), ended, at);
                        self.quarantine.insert(item, setback);
                    }
                }
                Ended::Failed | Ended::Unknown | Ended::NotKept => {}
            }
        }
    }
}

/// What takes something away is tried in every run.
fn waits_at_all(operation: Operation) -> bool {
    match operation {
        Operation::Adopt
        | Operation::Create
        | Operation::Reactivate
        | Operation::Update
        | Operation::Grant => true,
        Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke => false,
    }
}

/// The updates that the next plan wants because the application did not keep attributes of this change.
fn lacking(instance: &str, approved: &Approved, change: &Change, not_kept: &[String]) -> Vec<Identity> {
    let written = change.attribute_changes();
    let lost = written.iter().filter(|attribute| not_kept.iter().any(|name| name == attribute.attribute));
    lost.map(|attribute| identity_of_update(instance, approved.marks(), change, *attribute)).collect()
}

/// Who waits, why, and until when; without a setback of its own, a change follows another.
fn report(change: &Change, rest: Option<&Rest>) -> Report {
    let what = match (&change.action, change.right()) {
        (Action::Update { .. }, _) => {
            let names: Vec<&str> =
                change.attribute_changes().iter().map(|attribute| attribute.attribute).collect();
            format!("{} of `{}`", change.operation().word(), names.join("`, `"))
        }
        (_, Some(right)) => format!("{} `{right}`", change.operation().word()),
        (_, None) => change.operation().word().to_owned(),
    };
    let message = match rest {
        Some(Rest { setback: Setback { times, at }, until }) => {
            let again = rfc3339_of(*until);
            format!("{what}: did not succeed (counted {times}, last {at}); tried again from {again} on")
        }
        None => format!("{what}: what it depends on did not succeed and waits"),
    };
    Report {
        outcome: Outcome::Quarantined,
        subject: change.subject.clone(),
        operation: Some(change.operation()),
        message,
        rule: None,
    }
}
