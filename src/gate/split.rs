//! Splits updates of which some attributes may be written and others wait: attributes are held one by one.

use super::classify::{Class, Reviewed, class};
use super::identity::identities;
use crate::model::Operation;
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;
use std::collections::BTreeSet;

/// The same plan, in which no update contains both attributes to write and attributes to hold.
pub fn split(mut plan: Plan, policy: &ApplicationPolicy, reviewed: &Reviewed<'_>) -> Plan {
    let (instance, marks) = (plan.instance(), reviewed.marks(policy));
    let before = reviewed.settled.map(|settled| settled.unasked(policy)).unwrap_or_default();
    let changes = std::mem::take(&mut plan.changes).into_iter();
    plan.changes = changes
        .flat_map(|change| {
            let waits: BTreeSet<String> = identities(&instance, &marks, &change)
                .iter()
                .filter(|identity| class(&change, identity, &before, reviewed) != Class::Flows)
                .filter_map(|identity| identity.attribute().map(ToOwned::to_owned))
                .collect();
            apart(change, &waits)
        })
        .collect();
    plan
}

/// The change or, for an update of which only some attributes wait, two changes.
fn apart(change: Change, waits: &BTreeSet<String>) -> Vec<Change> {
    let whole = change.operation() != Operation::Update
        || waits.is_empty()
        || waits.len() == change.attribute_changes().len();
    if whole {
        return vec![change];
    }
    let part = |waiting: bool| change.with_attributes(|name| waits.contains(name) == waiting);
    vec![part(false), part(true)]
}
