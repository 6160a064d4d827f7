//! What a comment shows first: removed exclusions, privileged rights granted, and the rules that other people fit than before.

use super::unusual::Unusual;
use crate::gate::{Impact, Marks, PolicyPlan, identities};
use crate::model::Operation;
use crate::plan::{Change, Outcome, RuleTurnover};
use crate::policy::{ApplicationPolicy, Origin};
use std::collections::{BTreeMap, BTreeSet};

/// What the comment shows first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callouts {
    /// Rights that go to whom nobody would expect them to go.
    pub unusual: Vec<Unusual>,
    /// How the gate itself changes: review, limits, who may be mailed.
    pub gate: Vec<String>,
    /// Exclusions and protections that the change removes, and how many people they held back.
    pub lifted: Vec<(String, usize)>,
    /// Privileged rights, and how often each is granted.
    pub privileged: Vec<(String, usize)>,
    /// The linking rules that other people fit than before, whether or not they have an account.
    pub rules: Vec<RuleTurnover>,
    /// Other policies because of which something happens.
    pub others: Vec<PolicyEffect>,
}

/// To how many people something happens because of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEffect {
    /// The policy.
    pub policy: Origin,
    /// Who gets an account or a right.
    pub gains: usize,
    /// Who loses one.
    pub loses: usize,
}

/// The kind of document whose rules are counted by the people who fit them.
const LINKING_RULES: &str = "LinkingRules";

/// The callouts from two plans and their policies.
pub fn callouts(impact: &Impact, head: PolicyPlan<'_>, base: Option<PolicyPlan<'_>>) -> Callouts {
    Callouts {
        unusual: Vec::new(),
        gate: Vec::new(),
        lifted: base.map(|base| lifted(base, head.policy)).unwrap_or_default(),
        privileged: privileged(impact, head, base),
        rules: Vec::new(),
        others: others(impact),
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

/// The people to whom something happens because of each policy other than a linking rule; each change counts for the first
/// that it names.
fn others(impact: &Impact) -> Vec<PolicyEffect> {
    let plan = &impact.because;
    let mut people: BTreeMap<&Origin, [BTreeSet<&str>; 2]> = BTreeMap::new();
    for change in &plan.changes {
        let Some(origin) = change.reasons.first().map(|reason| plan.rule(reason.rule)) else { continue };
        let [gains, loses] = people.entry(origin).or_default();
        match change.operation() {
            Operation::Create | Operation::Grant | Operation::Adopt | Operation::Reactivate => gains,
            Operation::Update => continue,
            Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke => loses,
        }
        .insert(change.subject.key());
    }
    let moved = people.into_iter().filter(|(origin, people)| {
        origin.kind != LINKING_RULES && people.iter().any(|people| !people.is_empty())
    });
    moved
        .map(|(origin, [gains, loses])| PolicyEffect {
            policy: origin.clone(),
            gains: gains.len(),
            loses: loses.len(),
        })
        .collect()
}
