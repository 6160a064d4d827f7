//! What a change of policies does: the plan of the merge beside that of the protected branch, on the same snapshots (the
//! gate, 2).

use super::identity::identities;
use super::policy_plan::PolicyPlan;
use crate::plan::{Change, Plan, Report};
use std::collections::BTreeSet;

/// Two plans, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// What is done because of the change, and who is left as they are because of it.
    pub because: Plan,
    /// What is done no longer because of it, and who is treated again.
    pub no_longer: Plan,
    /// What is done either way.
    pub pending: Plan,
}

impl Impact {
    /// Whether the change does nothing to anybody today.
    pub fn is_empty(&self) -> bool {
        let none = |plan: &Plan| plan.changes.is_empty() && plan.reports.is_empty();
        none(&self.because) && none(&self.no_longer)
    }
}

/// Takes two plans of one instance apart; a side without plan wants nothing.
pub fn impact(head: PolicyPlan<'_>, base: Option<PolicyPlan<'_>>) -> Impact {
    let of_base = base.map(Wants::of).unwrap_or_default();
    let of_head = Wants::of(head);
    let nothing = || Plan { changes: Vec::new(), reports: Vec::new(), ..head.plan.clone() };
    Impact {
        because: part(head, |_, it| !of_base.changes.contains(it), |it| !of_base.reports.contains(&key(it))),
        no_longer: base.map_or_else(nothing, |base| {
            part(base, |_, it| !of_head.changes.contains(it), |it| !of_head.reports.contains(&key(it)))
        }),
        pending: part(head, |_, it| of_base.changes.contains(it), |it| of_base.reports.contains(&key(it))),
    }
}

/// Of a plan, what the settled policies do not want, and each adoption that waits for a person wherever it comes from:
/// what a record lists.
pub fn unsettled(plan: PolicyPlan<'_>, settled: Option<PolicyPlan<'_>>) -> Plan {
    let settled = settled.map(PolicyPlan::wanted).unwrap_or_default();
    part(plan, |change, it| change.hold().is_some() || !settled.contains(it), |_| false)
}

/// What a plan says, without order and words.
#[derive(Default)]
struct Wants {
    changes: BTreeSet<String>,
    reports: BTreeSet<ReportKey>,
}

/// Outcome, subject, operation, rule's id: a report says the same though its numbers or its rule's line differ.
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

/// The part of a plan whose identities and reports are kept; of an update only the attributes that are.
fn part(
    PolicyPlan { plan, policy }: PolicyPlan<'_>,
    keeps: impl Fn(&Change, &str) -> bool,
    keeps_report: impl Fn(&Report) -> bool,
) -> Plan {
    let instance = plan.instance();
    let kept = |change: &Change| {
        let identities = identities(&instance, policy, change);
        let kept: Vec<_> = identities.into_iter().filter(|it| keeps(change, it.text())).collect();
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
