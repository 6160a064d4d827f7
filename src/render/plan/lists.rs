//! The four lists of the phone system's own report before a run (behaviour DS-10): who is missing, who will be deleted,
//! who exists, who will be updated and how. Problems come after them.

use super::items::{because, place};
use super::sorted::{Entry, Sorted};
use super::summary::read;
use super::{Shown, summary};
use crate::model::{Operation, Value};
use crate::plan::{AttributeChange, Change, Outcome, Plan, Report, Subject};
use crate::render::escape::{identity, visible};
use std::fmt::Write;

/// Outcomes that someone must fix (behaviour DS-18); the others are as policies want.
pub(in crate::render) fn is_error(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Blocked | Outcome::Quarantined | Outcome::Protected)
}

/// The lists as text, with line ends. `existing` are the subjects with an unchanged account, in display order. Everyone
/// is named: nothing is grouped or truncated.
pub fn lists(shown: &Shown<'_>, existing: &[Subject]) -> String {
    let Shown { plan, refusals } = *shown;
    let sorted = Sorted::new(plan);
    let (errors, left): (Vec<_>, Vec<_>) = plan.reports.iter().partition(|report| is_error(report.outcome));
    let mut text = head(plan);
    list(&mut text, "Missing, will be created", &sorted.added, |text, entry| created(text, plan, entry));
    list(&mut text, "To be deleted", &sorted.removed, |text, entry| removed(text, plan, entry));
    list(&mut text, "Existing, nothing to change", existing, |text, subject| name(text, subject, ""));
    list(&mut text, "Updated", &sorted.updated, |text, entry| updated(text, plan, entry));
    list(&mut text, "Errors, to be corrected", &errors, |text, report| reported(text, plan, report));
    list(&mut text, "Left as they are", &left, |text, report| reported(text, plan, report));
    list(&mut text, "Findings", &plan.findings, |text, finding| {
        push(text, &format!("  {}", visible(&finding.message)));
        let (path, line) = (visible(&finding.origin.path), finding.origin.line);
        push(text, &format!("      {path}:{line} ({})", finding.code));
    });
    for refusal in refusals {
        push(&mut text, &format!("\nRefused: {} ({})", visible(&refusal.message), refusal.guard.code()));
    }
    push(&mut text, &format!("\n{}", summary(plan)));
    text
}

fn head(plan: &Plan) -> String {
    let commit = plan.commit.as_ref().map_or_else(
        || "the work tree".to_owned(),
        |commit| format!("commit {}", commit.0.get(..10).unwrap_or(&commit.0)),
    );
    format!("{}: policies of {commit}, {}\n  {}\n", visible(&plan.application), plan.as_of, read(plan.seen))
}

/// A list with its title and count, shown even if it is empty.
fn list<T>(text: &mut String, title: &str, things: &[T], show: impl Fn(&mut String, &T)) {
    push(text, &format!("\n{title}: {}", things.len()));
    things.iter().for_each(|thing| show(text, thing));
}

fn created(text: &mut String, plan: &Plan, entry: &Entry<'_>) {
    name(text, entry.subject, "");
    for change in entry.changes(plan) {
        for attribute in change.attribute_changes().iter().filter(|attribute| attribute.after.is_some()) {
            let after = value(attribute.after);
            let line = format!("      {}: {after}{}", visible(attribute.attribute), written(plan, attribute));
            push(text, &line);
        }
        right(text, change);
    }
    reasons(text, plan, entry);
}

fn removed(text: &mut String, plan: &Plan, entry: &Entry<'_>) {
    let operation = entry.changes(plan).next().map_or(Operation::Delete, Change::operation);
    let how = if operation == Operation::Delete { "" } else { operation.word() };
    name(text, entry.subject, how);
    differences(text, plan, entry);
}

fn updated(text: &mut String, plan: &Plan, entry: &Entry<'_>) {
    let how = entry.changes(plan).map(Change::operation);
    let how = how.filter(|operation| matches!(operation, Operation::Adopt | Operation::Reactivate));
    name(text, entry.subject, how.map(Operation::word).next().unwrap_or(""));
    differences(text, plan, entry);
}

fn differences(text: &mut String, plan: &Plan, entry: &Entry<'_>) {
    for change in entry.changes(plan) {
        change.attribute_changes().iter().for_each(|attribute| difference(text, plan, attribute));
        right(text, change);
    }
    reasons(text, plan, entry);
}

fn difference(text: &mut String, plan: &Plan, attribute: &AttributeChange<'_>) {
    let (before, after) = (value(attribute.before), value(attribute.after));
    let line =
        format!("      {}: {before} -> {after}{}", visible(attribute.attribute), written(plan, attribute));
    push(text, &line);
}

/// Where the policy that gives an attribute its value is written.
fn written(plan: &Plan, attribute: &AttributeChange<'_>) -> String {
    place(plan, attribute.rule).map_or(String::new(), |place| format!(" ({})", visible(&place)))
}

fn right(text: &mut String, change: &Change) {
    if let Some(right) = change.right() {
        let mark = if change.operation() == Operation::Grant { '+' } else { '-' };
        push(text, &format!("      {mark} {}", visible(&right.to_string())));
    }
}

fn reasons(text: &mut String, plan: &Plan, entry: &Entry<'_>) {
    for reason in because(plan, entry.changes(plan)) {
        push(text, &format!("      because {}", visible(&reason)));
    }
}

fn reported(text: &mut String, plan: &Plan, report: &Report) {
    let operation = report.operation.map_or(String::new(), |operation| format!(" from {operation}"));
    name(text, &report.subject, &format!("{}{operation}", report.outcome.word()));
    let location = report.rule.map(|rule| plan.rule(rule)).filter(|rule| !rule.path.is_empty());
    let location = location.map_or(String::new(), |rule| format!(" ({}:{})", visible(&rule.path), rule.line));
    push(text, &format!("      {}{location}", visible(&report.message)));
}

fn name(text: &mut String, subject: &Subject, how: &str) {
    let how = if how.is_empty() { String::new() } else { format!("  [{how}]") };
    push(text, &format!("  {}{how}", identity(&subject.name)));
}

fn value(value: Option<&Value>) -> String {
    match value {
        None => "(empty)".to_owned(),
        Some(Value::Text(text)) => format!("\"{}\"", visible(text)),
        Some(other) => visible(&other.to_string()).into_owned(),
    }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
