//! The effect of a policy change: the plan of the merge compared with the protected branch's plan, on the same
//! snapshots (the gate, 2).

use super::identity::{Identity, identities};
use super::marks::Marks;
use super::policy_plan::PolicyPlan;
use crate::plan::{Change, Plan, Report};
use std::collections::BTreeSet;

/// The difference of two plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// The changes and reports that exist only with the policy change.
    pub because: Plan,
    /// The changes and reports that exist only without it.
    pub no_longer: Plan,
    /// The changes that exist in both.
    pub pending: Plan,
}

impl Impact {
    /// Whether the policy change has no effect today.
    pub fn is_empty(&self) -> bool {
        let none = |plan: &Plan| plan.changes.is_empty() && plan.reports.is_empty();
        none(&self.because) && none(&self.no_longer)
    }
}

/// Compares two plans of one instance; a side without a plan has no changes.
pub fn impact(head: PolicyPlan<'_>, base: Option<PolicyPlan<'_>>) -> Impact {
    let of_base = base.map(Wants::of).unwrap_or_default();
    let of_head = Wants::of(head);
    let nothing = || Plan { changes: Vec::new(), reports: Vec::new(), ..head.plan.clone() };
    Impact {
        because: part(
            head,
            |_, identity| !of_base.changes.contains(identity.text()),
            |report| !of_base.reports.contains(&key(report)),
        ),
        no_longer: base.map_or_else(nothing, |base| {
            part(
                base,
                |_, identity| !of_head.changes.contains(identity.text()),
                |report| !of_head.reports.contains(&key(report)),
            )
        }),
        pending: part(
            head,
            |_, identity| of_base.changes.contains(identity.text()),
            |report| of_base.reports.contains(&key(report)),
        ),
    }
}

/// The part of a plan that a record lists: what the settled policies do not do by themselves, and every adoption that waits
/// for a person.
pub fn unsettled(plan: PolicyPlan<'_>, settled: Option<PolicyPlan<'_>>) -> Plan {
    let settled = settled.map(|settled| settled.unasked(plan.policy)).unwrap_or_default();
    let unasked = |identity: &Identity| settled.contains(&identity.on_account());
    part(plan, |change, identity| change.hold().is_some() || !unasked(identity), |_| false)
}

/// The contents of a plan, without order and wording.
#[derive(Default)]
struct Wants {
    changes: BTreeSet<String>,
    reports: BTreeSet<ReportKey>,
}

/// Outcome, subject, operation, rule's id: reports are equal even if their numbers or their rules' lines differ.
type ReportKey = (&'static str, String, Option<&'static str>);

impl Wants {
    fn of(version: PolicyPlan<'_>) -> Self {
        Self { changes: version.wanted(), reports: version.plan.reports.iter().map(key).collect() }
    }
}

fn key(report: &Report) -> ReportKey {
    let subject = format!("{:?} {}", report.subject.directory, report.subject.key());
    (report.outcome.word(), subject, report.operation.map(crate::model::Operation::word))
}

/// The part of a plan with these identities and reports; of an update, only these attributes.
fn part(
    PolicyPlan { plan, policy }: PolicyPlan<'_>,
    keeps: impl Fn(&Change, &Identity) -> bool,
    keeps_report: impl Fn(&Report) -> bool,
) -> Plan {
    let (instance, marks) = (plan.instance(), Marks::of(policy));
    let kept = |change: &Change| {
        let identities = identities(&instance, &marks, change);
        let kept: Vec<_> = identities.into_iter().filter(|identity| keeps(change, identity)).collect();
        if kept.is_empty() {
            return None;
        }
        Some(change.with_attributes(|name| kept.iter().any(|kept| kept.attribute() == Some(name))))
    };
    Plan {
        changes: plan.changes.iter().filter_map(kept).collect(),
        reports: plan.reports.iter().filter(|report| keeps_report(report)).cloned().collect(),
        ..plan.clone()
    }
}
