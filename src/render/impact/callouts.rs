//! What comes first in a comment: exclusions that go, privileged rights that are given, and which rules bring whom.

use crate::gate::{Impact, identities};
use crate::model::Operation;
use crate::plan::{Change, Outcome, Plan};
use crate::policy::{ApplicationPolicy, Origin};
use std::collections::BTreeMap;

/// What comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callouts {
    /// Exclusions and protections that the change takes away, and how many people they held back.
    pub lifted: Vec<(String, usize)>,
    /// How many privileged rights it gives.
    pub privileged: Vec<(String, usize)>,
    /// By rule, how many come in and how many go out.
    pub rules: Vec<(Origin, usize, usize)>,
}

/// Looks at the two plans, and the policies they were made with.
pub fn callouts(
    impact: &Impact,
    (head, head_policy): (&Plan, &ApplicationPolicy),
    base: Option<(&Plan, &ApplicationPolicy)>,
) -> Callouts {
    Callouts {
        lifted: base.map(|base| lifted(base, head_policy)).unwrap_or_default(),
        privileged: privileged(impact, head_policy, head),
        rules: rules(impact),
    }
}

/// Exclusions and protections by id that are gone, or hold back fewer.
fn lifted((plan, policy): (&Plan, &ApplicationPolicy), now: &ApplicationPolicy) -> Vec<(String, usize)> {
    let count = |outcome: Outcome, id: &str| {
        let of_rule = |rule: Option<u32>| rule.is_some_and(|rule| plan.rule(rule).id == id);
        plan.reports.iter().filter(|report| report.outcome == outcome && of_rule(report.rule)).count()
    };
    let exclusions = policy.exclusions.iter().map(|it| &it.origin.id);
    let exclusions = exclusions
        .filter(|id| !now.exclusions.iter().any(|it| it.origin.id == **id))
        .map(|id| (format!("exclusion {id}"), count(Outcome::Excluded, id)));
    let protections = policy.lifecycle.protect.iter().map(|it| &it.origin.id);
    let protections = protections
        .filter(|id| !now.lifecycle.protect.iter().any(|it| it.origin.id == **id))
        .map(|id| (format!("protection {id}"), count(Outcome::Protected, id)));
    exclusions.chain(protections).collect()
}

fn privileged(impact: &Impact, policy: &ApplicationPolicy, plan: &Plan) -> Vec<(String, usize)> {
    let instance = plan.instance();
    let sensitive = |change: &&Change| identities(&instance, policy, change).iter().any(|it| it.sensitive);
    let grants = impact.because.changes.iter().filter(|change| change.operation == Operation::Grant);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for right in grants.filter(sensitive).filter_map(|change| change.right.as_ref()) {
        *counts.entry(right.to_string()).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// Who comes in by a rule, and who goes out by one: of each change the first rule that it names.
fn rules(impact: &Impact) -> Vec<(Origin, usize, usize)> {
    let plan = &impact.because;
    let mut counts: BTreeMap<&Origin, (usize, usize)> = BTreeMap::new();
    for change in &plan.changes {
        let Some(reason) = change.reasons.first() else { continue };
        let (comes, goes) = counts.entry(plan.rule(reason.rule)).or_default();
        match change.operation {
            Operation::Create | Operation::Grant | Operation::Adopt | Operation::Reactivate => *comes += 1,
            Operation::Update => {}
            Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke => *goes += 1,
        }
    }
    let moved = counts.into_iter().filter(|(_, (comes, goes))| comes + goes > 0);
    moved.map(|(origin, (comes, goes))| (origin.clone(), comes, goes)).collect()
}
