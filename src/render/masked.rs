//! A plan without personal data, for readers who may not see names (the gate, 8).

use crate::model::Value;
use crate::plan::{Plan, Report, Subject};
use std::sync::Arc;

/// Replaces a hidden value.
const HIDDEN: &str = "(not shown)";

/// The same plan with a `pseudonym` for each person, and without values, ids and texts made of them. Operations,
/// rights, rules and counts stay.
pub fn masked(plan: &Plan, pseudonym: impl Fn(&str) -> String) -> Plan {
    let subject = |subject: &Subject| {
        let name = pseudonym(subject.key());
        // Grouping by person still works.
        Subject { user: Some(name.clone()), name, directory: None, account: None, department: None }
    };
    let hidden = Value::Text(HIDDEN.to_owned());
    // Every field is named, so that a new one is thought of here.
    let Plan {
        application,
        environment,
        commit,
        policy,
        as_of,
        seen,
        base,
        privileged_holders: _,
        rules,
        changes,
        reports,
        without_account,
        findings,
    } = plan;
    let mut findings = findings.clone();
    findings.iter_mut().for_each(|finding| finding.message = finding.code.to_owned());
    let changes =
        changes.iter().map(|change| change.masked(subject(&change.subject), &hidden, "a policy says so"));
    Plan {
        application: application.clone(),
        environment: environment.clone(),
        commit: commit.clone(),
        policy: *policy,
        as_of: *as_of,
        seen: *seen,
        base: *base,
        privileged_holders: Vec::new(),
        rules: rules.clone(),
        changes: changes.collect(),
        reports: reports.iter().map(|known| report(known, subject(&known.subject))).collect(),
        without_account: *without_account,
        findings,
    }
}

fn report(report: &Report, subject: Subject) -> Report {
    let Report { outcome, subject: _, operation, message: _, rule } = report;
    Report {
        outcome: *outcome,
        subject: Arc::new(subject),
        operation: *operation,
        message: HIDDEN.to_owned(),
        rule: *rule,
    }
}
