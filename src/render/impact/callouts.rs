//! What a comment shows first: removed exclusions, privileged rights granted, and the rules that add or remove people.

use crate::gate::{Impact, Marks, PolicyPlan, identities};
use crate::model::Operation;
use crate::plan::{Change, Outcome};
use crate::policy::{ApplicationPolicy, Origin};
use std::collections::BTreeMap;

/// What the comment shows first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callouts {
    /// How the gate itself changes: review, limits, who may be mailed.
    pub gate: Vec<String>,
    /// Exclusions and protections that the change removes, and how many people they held back.
    pub lifted: Vec<(String, usize)>,
    /// Privileged rights, and how often each is granted.
    pub privileged: Vec<(String, usize)>,
    /// For each rule, how many people it adds and how many it removes.
    pub rules: Vec<(Origin, usize, usize)>,
}

/// The callouts from two plans and their policies.
pub fn callouts(impact: &Impact, head: PolicyPlan<'_>, base: Option<PolicyPlan<'_>>) -> Callouts {
    Callouts {
        gate: Vec::new(),
        lifted: base.map(|base| lifted(base, head.policy)).unwrap_or_default(),
        privileged: privileged(impact, head, base),
        rules: rules(impact),
    }
}

/// Exclusions and protections by id that are removed, or hold back fewer people.
fn lifted(before: PolicyPlan<'_>, now: &ApplicationPolicy) -> Vec<(String, usize)> {
    let PolicyPlan { plan, policy } = before;
    let count = |outcome: Outcome, id: &str| {
        let of_rule = |rule: Option<u32>| rule.is_some_and(|rule| plan.rule(rule).id == id);
        plan.reports.iter().filter(|report| report.outcome == outcome && of_rule(report.rule)).count()
    };
    let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.origin.id);
    let exclusions = exclusions
        .filter(|id| !now.exclusions.iter().any(|exclusion| exclusion.origin.id == **id))
        .map(|id| (format!("exclusion {id}"), count(Outcome::Excluded, id)));
    let protections = policy.lifecycle.protect.iter().map(|protection| &protection.origin.id);
    let protections = protections
        .filter(|id| !now.lifecycle.protect.iter().any(|protection| protection.origin.id == **id))
        .map(|id| (format!("protection {id}"), count(Outcome::Protected, id)));
    exclusions.chain(protections).collect()
}

fn privileged(impact: &Impact, head: PolicyPlan<'_>, base: Option<PolicyPlan<'_>>) -> Vec<(String, usize)> {
    let instance = head.plan.instance();
    let marks = base.iter().fold(Marks::of(head.policy), |marks, base| marks.and(base.policy));
    let sensitive =
        |change: &&Change| identities(&instance, &marks, change).iter().any(|identity| identity.sensitive);
    let grants = impact.because.changes.iter().filter(|change| change.operation() == Operation::Grant);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for right in grants.filter(sensitive).filter_map(|change| change.right()) {
        *counts.entry(right.to_string()).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// The people added and removed by each rule; each change counts for the first rule that it names.
fn rules(impact: &Impact) -> Vec<(Origin, usize, usize)> {
    let plan = &impact.because;
    let mut counts: BTreeMap<&Origin, (usize, usize)> = BTreeMap::new();
    for change in &plan.changes {
        let Some(reason) = change.reasons.first() else { continue };
        let (comes, goes) = counts.entry(plan.rule(reason.rule)).or_default();
        match change.operation() {
            Operation::Create | Operation::Grant | Operation::Adopt | Operation::Reactivate => *comes += 1,
            Operation::Update => {}
            Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke => *goes += 1,
        }
    }
    let moved = counts.into_iter().filter(|(_, (comes, goes))| comes + goes > 0);
    moved.map(|(origin, (comes, goes))| (origin.clone(), comes, goes)).collect()
}
