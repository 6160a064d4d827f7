//! A plan without personal data, for readers who may not see names (the gate, 8).

use crate::model::Value;
use crate::plan::{AttributeChange, Change, Plan, Reason, Report, Subject};

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
    let mut masked = Plan {
        changes: plan.changes.iter().map(|it| change(it, subject(&it.subject))).collect(),
        reports: plan.reports.iter().map(|it| report(it, subject(&it.subject))).collect(),
        kept: Vec::new(),
        ..plan.clone()
    };
    for finding in &mut masked.findings {
        finding.message = finding.code.to_owned();
    }
    masked
}

fn change(change: &Change, subject: Subject) -> Change {
    let attribute = |original: &AttributeChange| AttributeChange {
        attribute: original.attribute.clone(),
        before: original.before.as_ref().map(|_| Value::Text(HIDDEN.to_owned())),
        after: original.after.as_ref().map(|_| Value::Text(HIDDEN.to_owned())),
        rule: original.rule,
    };
    Change {
        operation: change.operation,
        subject,
        attributes: change.attributes.iter().map(attribute).collect(),
        right: change.right.clone(),
        reasons: change
            .reasons
            .iter()
            .map(|it| Reason { rule: it.rule, because: "a rule fits".to_owned() })
            .collect(),
        hold: change.hold,
    }
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
