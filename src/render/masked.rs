//! A plan without personal data, for readers who may not see names (the gate, 8).

use crate::model::Value;
use crate::plan::{Plan, Report, Subject};

/// Replaces a hidden value.
const HIDDEN: &str = "(not shown)";

/// The same plan with a `pseudonym` for each person, and without values, ids and texts made of them. Operations,
/// rights, rules and counts stay.
pub fn masked(plan: &Plan, pseudonym: impl Fn(&str) -> String) -> Plan {
    let subject = |subject: &Subject| {
        let name = pseudonym(subject.key());
        // Grouping by person still works.
        Subject { user: Some(name.clone()), name, ..Subject::default() }
    };
    let hidden = Value::Text(HIDDEN.to_owned());
    let mut masked = Plan {
        changes: plan
            .changes
            .iter()
            .map(|change| change.masked(subject(&change.subject), &hidden, "a rule fits"))
            .collect(),
        reports: plan.reports.iter().map(|it| report(it, subject(&it.subject))).collect(),
        kept: Vec::new(),
        ..plan.clone()
    };
    for finding in &mut masked.findings {
        finding.message = finding.code.to_owned();
    }
    masked
}

fn report(report: &Report, subject: Subject) -> Report {
    Report {
        outcome: report.outcome,
        subject,
        operation: report.operation,
        message: HIDDEN.to_owned(),
        rule: report.rule,
    }
}
