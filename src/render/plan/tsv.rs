//! A plan as tab-separated lines: operation, subject, detail, before, after.

use super::Shown;
use crate::model::{Operation, Value};
use crate::plan::{Change, Outcome};
use crate::render::escape::cell;

/// One line for each fact, without a heading.
///
/// The subject is the account's id for a change of an account (update, adopt, reactivate, deactivate, delete), and the
/// user's id if it is about a person (create, grant, revoke, blocked); the account's id if there is no user. Each
/// changed attribute is a line, with its name as detail; for a right the detail is `entitlement=value@scope`. A create
/// is one line; its grants have their own.
pub fn tsv(shown: &Shown<'_>) -> String {
    let mut text = String::new();
    for change in &shown.plan.changes {
        lines(&mut text, change);
    }
    for report in &shown.plan.reports {
        let operation = report.operation.map_or("", Operation::word);
        let word = match report.outcome {
            Outcome::NotAdopted => "notAdopted",
            Outcome::OutsideCanary => "outsideCanary",
            outcome => outcome.word(),
        };
        line(&mut text, [word, report.subject.key(), operation, "", &report.message]);
    }
    text
}

fn lines(text: &mut String, change: &Change) {
    let word = change.operation().word();
    let subject = match change.operation() {
        Operation::Create | Operation::Grant | Operation::Revoke => change.subject.key(),
        Operation::Delete
        | Operation::Archive
        | Operation::Deactivate
        | Operation::Adopt
        | Operation::Reactivate
        | Operation::Update => change.subject.account.as_deref().unwrap_or_else(|| change.subject.key()),
    };
    if let Some(right) = change.right() {
        return line(text, [word, subject, &right.to_string(), "", ""]);
    }
    let attributes = change.attribute_changes();
    if change.operation() == Operation::Create || attributes.is_empty() {
        return line(text, [word, subject, "", "", ""]);
    }
    let value = |value: Option<&Value>| value.map_or_else(String::new, ToString::to_string);
    for attribute in attributes {
        line(text, [word, subject, attribute.attribute, &value(attribute.before), &value(attribute.after)]);
    }
}

fn line(text: &mut String, cells: [&str; 5]) {
    for (column, content) in cells.into_iter().enumerate() {
        if column > 0 {
            text.push('\t');
        }
        text.push_str(&cell(content));
    }
    text.push('\n');
}
