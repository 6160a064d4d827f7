//! A plan without anything personal: what others may see (the gate, 8).

use crate::model::Value;
use crate::plan::{AttributeChange, Change, Plan, Reason, Report, Subject};

/// What stands for a value that others may not see.
const HIDDEN: &str = "(not shown)";

/// The same plan with a name of `pseudonym` for each person, and without values, ids and words made of them. Operations,
/// rights, rules and counts stay.
pub fn masked(plan: &Plan, pseudonym: impl Fn(&str) -> String) -> Plan {
    let subject = |subject: &Subject| {
        let name = pseudonym(subject.key());
        // Whoever gathers lines by person still tells people apart.
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
    let attribute = |it: &AttributeChange| AttributeChange {
        attribute: it.attribute.clone(),
        before: it.before.as_ref().map(|_| Value::Text(HIDDEN.to_owned())),
        after: it.after.as_ref().map(|_| Value::Text(HIDDEN.to_owned())),
        rule: it.rule,
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
