//! The rows of each sheet.

use super::part::{Part, Parts};
use super::sheet::Sheet;
use crate::model::{Operation, Value};
use crate::plan::{Change, Plan, Report, Subject};
use crate::render::plan::{Entry, because, is_error, place};
use crate::render::report::{ChangeResult, RunReport};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeSet;

type Sheeted = Result<Worksheet, XlsxError>;

/// How the runs ended, in pairs.
pub(super) fn summary(reports: &[RunReport<'_>]) -> Sheeted {
    let mut sheet = Sheet::new("Summary", &[("What", 24), ("Value", 80)], reports.len() > 1)?;
    for report in reports {
        sheet.application(report.application);
        summary_of(&mut sheet, report)?;
    }
    sheet.finish()
}

fn summary_of(sheet: &mut Sheet, report: &RunReport<'_>) -> Result<(), XlsxError> {
    sheet.row(&["Application", report.application])?;
    sheet.row(&["Result", report.ended])?;
    if let Some(run) = report.run {
        sheet.row(&["Run", &run.run])?;
        sheet.row(&["Begun", &run.at])?;
    }
    if let Some(plan) = report.plan {
        let commit = plan.commit.as_ref().map_or("the work tree", |commit| commit.0.as_str());
        sheet.row(&["Policies", commit])?;
        sheet.row(&["Day", &plan.as_of.to_string()])?;
        for operation in Operation::ALL.into_iter().filter(|operation| plan.count(*operation) > 0) {
            sheet.number(&format!("To {operation}"), plan.count(operation))?;
            if report.is_of_a_run() {
                sheet.number(&format!("Done: {operation}"), report.made(operation))?;
            }
        }
    }
    for refusal in report.refusals {
        sheet.row(&["Refused", &refusal.message])?;
    }
    if let Some(window) = report.window {
        sheet.row(&["Change window", window])?;
    }
    if let Some(problem) = report.problem {
        sheet.row(&["Ended early", problem])?;
    }
    Ok(())
}

/// One row for each account, one column for each attribute.
pub(super) fn added(parts: &Parts<'_>) -> Sheeted {
    let of = |part: &Part<'_>| {
        let changes = part.sorted.added.iter().flat_map(|entry| entry.changes(part.plan));
        let attributes = changes.flat_map(Change::attribute_changes);
        attributes.map(|attribute| attribute.attribute.to_owned()).collect::<Vec<_>>()
    };
    let attributes: BTreeSet<String> = parts.parts.iter().flat_map(of).collect();
    let mut headings = vec![("Who", 32), ("User", 38)];
    headings.extend(attributes.iter().map(|name| (name.as_str(), 24)));
    headings.extend([("Rights", 32), ("Policies", 60), ("Because", 60), ("Result", 18)]);
    let name = if parts.is_of_a_run { "Added" } else { "To create" };
    let mut sheet = Sheet::new(name, &headings, parts.many)?;
    for Part { report, plan, sorted } in &parts.parts {
        sheet.application(report.application);
        for entry in &sorted.added {
            let mut row = vec![entry.subject.name.clone(), id(entry.subject.user.as_deref())];
            row.extend(attributes.iter().map(|name| written(plan, entry, name)));
            let (rights, policies) = (rights(plan, entry), policies(plan, entry));
            row.extend([rights, policies, reasons(plan, entry), result(report, entry)]);
            sheet.row(&row)?;
        }
    }
    sheet.finish()
}

/// One row for each account.
pub(super) fn deleted(parts: &Parts<'_>) -> Sheeted {
    let headings = [
        ("Who", 32),
        ("User", 38),
        ("Account", 38),
        ("How", 12),
        ("Changed", 40),
        ("Rights taken", 32),
        ("Because", 60),
        ("Result", 18),
    ];
    let name = if parts.is_of_a_run { "Deleted" } else { "To delete" };
    let mut sheet = Sheet::new(name, &headings, parts.many)?;
    for Part { report, plan, sorted } in &parts.parts {
        sheet.application(report.application);
        for entry in &sorted.removed {
            let changes: Vec<&Change> = entry.changes(plan).collect();
            let changed = changes.iter().flat_map(|change| change.attribute_changes()).map(|attribute| {
                let (before, after) = (text(attribute.before), text(attribute.after));
                let policy = place(plan, attribute.rule).map_or(String::new(), |place| format!(" ({place})"));
                format!("{}: {before} -> {after}{policy}", attribute.attribute)
            });
            let changed = changed.collect::<Vec<_>>().join("; ");
            let how = changes.first().map_or("", |change| change.operation().word()).to_owned();
            let [who, user, account] = who(entry.subject);
            let (rights, reasons) = (rights(plan, entry), reasons(plan, entry));
            sheet.row(&[who, user, account, how, changed, rights, reasons, result(report, entry)])?;
        }
    }
    sheet.finish()
}

/// One row for each field with its old and new value; a right is a field whose value appears or disappears.
pub(super) fn updated(parts: &Parts<'_>) -> Sheeted {
    let headings = [
        ("Who", 32),
        ("User", 38),
        ("Account", 38),
        ("How", 12),
        ("Field", 24),
        ("Old value", 32),
        ("New value", 32),
        ("Policy", 40),
        ("Because", 60),
        ("Result", 18),
    ];
    let name = if parts.is_of_a_run { "Updated" } else { "To update" };
    let mut sheet = Sheet::new(name, &headings, parts.many)?;
    for Part { report, plan, sorted } in &parts.parts {
        sheet.application(report.application);
        for index in sorted.updated.iter().flat_map(|entry| &entry.indices) {
            let change = &plan.changes[*index];
            let reasons = because(plan, std::iter::once(change)).join("; ");
            let result = report.result(*index).word().to_owned();
            for [field, before, after, policy] in fields(plan, change) {
                let [who, user, account] = who(&change.subject);
                let how = change.operation().word().to_owned();
                let (reasons, result) = (reasons.clone(), result.clone());
                sheet.row(&[who, user, account, how, field, before, after, policy, reasons, result])?;
            }
        }
    }
    sheet.finish()
}

/// Field, old value, new value, where the policy of the value is written; a change without fields (a reactivation) is one
/// empty row.
fn fields(plan: &Plan, change: &Change) -> Vec<[String; 4]> {
    let attributes = change.attribute_changes();
    let mut fields: Vec<[String; 4]> = attributes
        .iter()
        .map(|change| {
            let policy = place(plan, change.rule).unwrap_or_default();
            [change.attribute.to_owned(), text(change.before), text(change.after), policy]
        })
        .collect();
    if let Some(right) = change.right() {
        let (mut before, mut after) = (right.to_string(), String::new());
        if change.operation() == Operation::Grant {
            std::mem::swap(&mut before, &mut after);
        }
        fields.push([right.entitlement.clone(), before, after, String::new()]);
    }
    if fields.is_empty() {
        fields.push(Default::default());
    }
    fields
}

/// What someone must fix (behaviour DS-18), and what failed.
pub(super) fn errors(parts: &Parts<'_>) -> Sheeted {
    let mut sheet = Sheet::new("Errors", &REPORTED, parts.many)?;
    for Part { report, plan, .. } in &parts.parts {
        sheet.application(report.application);
        for (index, change) in plan.changes.iter().enumerate() {
            if let ChangeResult::Failed(problem) = report.result(index) {
                let right = change.right().map_or(String::new(), |right| format!(" {right}"));
                let what = format!("{}{right}", change.operation());
                let [who, user, account] = who(&change.subject);
                let reasons = because(plan, std::iter::once(change)).join("; ");
                sheet.row(&[who, user, account, "failed".to_owned(), what, problem.clone(), reasons])?;
            }
        }
        for skipped in plan.reports.iter().filter(|report| is_error(report.outcome)) {
            sheet.row(&reported(plan, skipped))?;
        }
    }
    sheet.finish()
}

/// Who is left unchanged, as policies want, and other remarks about the data.
pub(super) fn left(parts: &Parts<'_>) -> Sheeted {
    let mut sheet = Sheet::new("Left as they are", &REPORTED, parts.many)?;
    for Part { report, plan, .. } in &parts.parts {
        sheet.application(report.application);
        for skipped in plan.reports.iter().filter(|report| !is_error(report.outcome)) {
            sheet.row(&reported(plan, skipped))?;
        }
        for finding in &plan.findings {
            let index = format!("{}:{}", finding.origin.path, finding.origin.line);
            sheet.row(&["", "", "", "finding", finding.code, &finding.message, &index])?;
        }
    }
    sheet.finish()
}

const REPORTED: [(&str, u16); 7] =
    [("Who", 32), ("User", 38), ("Account", 38), ("Kind", 14), ("What", 20), ("Message", 80), ("Rule", 60)];

fn reported(plan: &Plan, report: &Report) -> [String; 7] {
    let rule = report.rule.map(|rule| plan.rule(rule)).filter(|rule| !rule.path.is_empty());
    let rule = rule.map_or(String::new(), |rule| format!("{} ({}:{})", rule.id, rule.path, rule.line));
    let what = report.operation.map_or("", Operation::word).to_owned();
    let [who, user, account] = who(&report.subject);
    [who, user, account, report.outcome.word().to_owned(), what, report.message.clone(), rule]
}

fn who(subject: &Subject) -> [String; 3] {
    [subject.name.clone(), id(subject.user.as_deref()), id(subject.account.as_deref())]
}

fn id(id: Option<&str>) -> String {
    id.unwrap_or_default().to_owned()
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

fn written(plan: &Plan, entry: &Entry<'_>, name: &str) -> String {
    let mut changes = entry.changes(plan);
    let found = changes.find_map(|change| change.attribute_change(name));
    found.map_or_else(String::new, |found| text(found.after))
}

/// Where the policy of each written value is: `title: policies/dstny/defaults.yaml:7`.
fn policies(plan: &Plan, entry: &Entry<'_>) -> String {
    let attributes = entry.changes(plan).flat_map(Change::attribute_changes);
    let places = attributes
        .filter_map(|attribute| Some(format!("{}: {}", attribute.attribute, place(plan, attribute.rule)?)));
    places.collect::<Vec<_>>().join("; ")
}

fn rights(plan: &Plan, entry: &Entry<'_>) -> String {
    let rights = entry.changes(plan).filter_map(Change::right);
    rights.map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn reasons(plan: &Plan, entry: &Entry<'_>) -> String {
    because(plan, entry.changes(plan)).join("; ")
}

/// The result of all changes of an entry: if they differ, the worst.
fn result(report: &RunReport<'_>, entry: &Entry<'_>) -> String {
    let severity = |result: &&ChangeResult| match result {
        ChangeResult::Made => 0,
        ChangeResult::Planned => 1,
        ChangeResult::Waits => 2,
        ChangeResult::NotWritten => 3,
        ChangeResult::Failed(_) => 4,
    };
    let results = entry.indices.iter().map(|index| report.result(*index));
    results.max_by_key(severity).map_or("", ChangeResult::word).to_owned()
}
