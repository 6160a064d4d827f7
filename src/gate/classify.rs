//! Decides which changes of a plan may be made, and which wait for a person (the gate, 2).

use super::identity::{Identity, identities};
use super::item::ItemKey;
use super::listed::Listed;
use super::marks::Marks;
use super::policy_plan::PolicyPlan;
use crate::model::{EntitlementWire, Operation};
use crate::plan::{Change, Hold, Plan};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// What is known about the policies of a plan.
pub struct Reviewed<'r> {
    /// The key that items are made with.
    pub key: &'r ItemKey,
    /// Whether these policies are the settled ones.
    pub same: bool,
    /// The plan of the settled policies on the same snapshots; none: there are none, or they can't be evaluated.
    pub settled: Option<PolicyPlan<'r>>,
    /// Whether each commit since the settled policies came with a record or was released.
    pub covered: bool,
    /// What records and released runs listed.
    pub listed: &'r Listed,
}

impl Reviewed<'_> {
    /// What makes the changes of a plan sensitive: its policies, or the settled ones.
    pub(super) fn marks(&self, policy: &ApplicationPolicy) -> Marks {
        self.settled.iter().fold(Marks::of(policy), |marks, settled| marks.and(settled.policy))
    }
}

/// The classes of a plan's changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// The indices of the held changes, in plan order.
    pub held: BTreeSet<usize>,
    /// Whether this run settles the policies: they are covered, and every held change is also wanted by the settled
    /// policies.
    pub settles: bool,
    /// How many of the shown changes are no longer wanted.
    pub vanished: usize,
}

/// The class of one identity; the lower variant is the stricter one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// No person was shown it.
    Unshown,
    /// It is sensitive, and some records only count its operation instead of listing it.
    Counted,
    /// It may be made.
    Flows,
}

/// Classifies every change of a plan.
pub fn classify(plan: &Plan, policy: &ApplicationPolicy, reviewed: &Reviewed<'_>) -> Classes {
    let (instance, marks) = (plan.instance(), reviewed.marks(policy));
    let before = reviewed.settled.map(|settled| settled.unasked(policy)).unwrap_or_default();
    let of_change = |change: &Change| identities(&instance, &marks, change);
    let all: Vec<Vec<Identity>> = plan.changes.iter().map(of_change).collect();
    let classes: Vec<Class> = plan
        .changes
        .iter()
        .zip(&all)
        .map(|(change, identities)| {
            identities
                .iter()
                .map(|identity| class(change, identity, &before, reviewed))
                .min()
                .unwrap_or(Class::Flows)
        })
        .collect();
    let too_many = too_many(&plan.changes, &classes, reviewed.listed);
    let unshown = classes.iter().enumerate().filter(|(place, class)| match class {
        Class::Unshown => true,
        Class::Counted => too_many.contains(&plan.changes[*place].operation()),
        Class::Flows => false,
    });
    let unshown: BTreeSet<usize> = unshown.map(|(place, _)| place).collect();
    let held = with_dependents(plan, policy, unshown.clone());
    // With other values too: an adoption that waits goes on waiting once the policies are settled.
    let settled = reviewed.settled.iter().flat_map(|settled| &settled.plan.changes);
    let waiting: BTreeSet<Adoption<'_>> = settled.filter_map(adoption).collect();
    let settled_too = |place: &usize| {
        adoption(&plan.changes[*place]).is_some_and(|adopts| reviewed.same || waiting.contains(&adopts))
    };
    // Changes that wait only for such an adoption. Unshown changes are not included, because settling would let them
    // through unseen.
    let follows = |place: &usize| {
        let subject = plan.changes[*place].subject.key();
        !unshown.contains(place)
            && held.iter().any(|held| settled_too(held) && plan.changes[*held].subject.key() == subject)
    };
    let items = all.iter().flatten().filter(|identity| identity.sensitive);
    let items = items.map(|item| (item.operation.word().to_owned(), reviewed.key.item(item))).collect();
    Classes {
        settles: (reviewed.same || reviewed.covered)
            && held.iter().all(|place| settled_too(place) || follows(place)),
        vanished: reviewed.listed.but(&items),
        held,
    }
}

/// Operation, subject and account of a change that waits for a person.
type Adoption<'c> = (Operation, &'c str, Option<&'c str>);

fn adoption(change: &Change) -> Option<Adoption<'_>> {
    change.hold()?;
    Some((change.operation(), change.subject.key(), change.subject.account.as_deref()))
}

pub(super) fn class(
    change: &Change,
    identity: &Identity,
    before: &BTreeSet<String>,
    reviewed: &Reviewed<'_>,
) -> Class {
    // An adoption always waits for a person; otherwise, anybody who can set a mail address could take over an account.
    let from_directory =
        change.hold().is_none() && (reviewed.same || before.contains(&identity.on_account()));
    let word = identity.operation.word();
    match identity.sensitive {
        _ if from_directory => Class::Flows,
        true if reviewed.listed.has(word, &reviewed.key.item(identity)) => Class::Flows,
        true if reviewed.listed.counted(word) > 0 => Class::Counted,
        false if reviewed.covered => Class::Flows,
        _ => Class::Unshown,
    }
}

/// Operations with more changes than their recorded number; then all of them wait.
fn too_many(changes: &[Change], classes: &[Class], listed: &Listed) -> BTreeSet<Operation> {
    let mut counts: BTreeMap<Operation, u64> = BTreeMap::new();
    for (change, _) in changes.iter().zip(classes).filter(|(_, class)| **class == Class::Counted) {
        *counts.entry(change.operation()).or_default() += 1;
    }
    counts.retain(|operation, count| *count > listed.counted(operation.word()));
    counts.into_keys().collect()
}

/// The held changes and every change that depends on them.
pub(super) fn with_dependents(
    plan: &Plan,
    policy: &ApplicationPolicy,
    mut held: BTreeSet<usize>,
) -> BTreeSet<usize> {
    let names: BTreeMap<usize, usize> = plan.takes_over_names().into_iter().collect();
    loop {
        let accounts: BTreeSet<&str> = held
            .iter()
            .map(|place| &plan.changes[*place])
            .filter(|change| {
                !matches!(change.operation(), Operation::Update | Operation::Grant | Operation::Revoke)
            })
            .map(|change| change.subject.key())
            .collect();
        let rights: BTreeSet<(&str, &str)> =
            held.iter().filter_map(|place| one_valued(policy, &plan.changes[*place])).collect();
        let waits = |(place, change): &(usize, &Change)| {
            adds(change.operation()) && accounts.contains(change.subject.key())
                || adds(change.operation())
                    && one_valued(policy, change).is_some_and(|right| rights.contains(&right))
                || names.get(place).is_some_and(|freer| held.contains(freer))
        };
        let more: Vec<usize> = plan
            .changes
            .iter()
            .enumerate()
            .filter(|(place, _)| !held.contains(place))
            .filter(|place| waits(place))
            .map(|(place, _)| place)
            .collect();
        if more.is_empty() {
            return held;
        }
        held.extend(more);
    }
}

/// Whether an operation grants something to an account that must first have its expected values.
fn adds(operation: Operation) -> bool {
    use Operation::{Adopt, Create, Grant, Reactivate, Update};
    matches!(operation, Adopt | Create | Reactivate | Update | Grant)
}

/// The subject and entitlement of a change to the single value of an attribute: granting another value revokes the old
/// one.
fn one_valued<'c>(policy: &ApplicationPolicy, change: &'c Change) -> Option<(&'c str, &'c str)> {
    let right = change.right()?;
    let kind = policy.entitlements.iter().find(|kind| kind.name == right.entitlement)?;
    let one = matches!(kind.wire, EntitlementWire::Attribute { .. });
    one.then_some((change.subject.key(), right.entitlement.as_str()))
}

/// For a run without review: an adoption of an account with a privileged right waits until it is released, and every
/// other change of that account waits with it.
pub(super) fn unreviewed(
    plan: &Plan,
    policy: &ApplicationPolicy,
    key: &ItemKey,
    released: &Listed,
) -> Classes {
    let (instance, marks) = (plan.instance(), Marks::of(policy));
    let waits = |change: &Change| {
        let shown = |identity: &Identity| released.has(identity.operation.word(), &key.item(identity));
        change.hold() == Some(Hold::Privileged) && !identities(&instance, &marks, change).iter().all(shown)
    };
    let subjects: BTreeSet<&str> =
        plan.changes.iter().filter(|change| waits(change)).map(|change| change.subject.key()).collect();
    let places = plan.changes.iter().enumerate();
    let held = places.filter(|(_, change)| subjects.contains(change.subject.key())).map(|(place, _)| place);
    Classes { held: held.collect(), settles: true, vanished: 0 }
}
