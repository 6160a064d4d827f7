//! A plan for a terminal: one line an object, removals first, equal ones grouped.

use super::items::{Detail, Group, Item, groups, place};
use super::summary::read;
use super::{Shown, summary};
use crate::gate::Refusal;
use crate::model::{Operation, Value};
use crate::plan::{Outcome, Plan, Report};
use crate::render::escape::{identity, visible};
use std::fmt::Write;

/// Display options of a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether to use colour. It is never the only carrier of meaning.
    pub colour: bool,
    /// Whether to show everything: every reason, and every unchanged subject.
    pub full: bool,
}

/// The most reports of one outcome that are shown; the rest are counted.
const REPORTS_SHOWN: usize = 20;
/// The most names of a group that are shown; the rest are counted.
const NAMES_SHOWN: usize = 5;

/// The plan as text, with line ends.
pub fn terminal(shown: &Shown<'_>, style: Style) -> String {
    let Shown { plan, refusals } = *shown;
    let mut text = String::new();
    head(&mut text, plan, style);
    for group in groups(plan) {
        group_line(&mut text, plan, &group, style);
    }
    reports(&mut text, plan, style);
    for finding in &plan.findings {
        push(&mut text, &format!("  {} {}", paint("note", "33", style), visible(&finding.message)));
        push(
            &mut text,
            &format!("       {}:{} ({})", visible(&finding.origin.path), finding.origin.line, finding.code),
        );
    }
    refused(&mut text, refusals, style);
    push(&mut text, &format!("\n{}", paint(&summary(plan), "1", style)));
    text
}

fn head(text: &mut String, plan: &Plan, style: Style) {
    let commit = plan.commit.as_ref().map_or_else(
        || "the work tree".to_owned(),
        |commit| format!("commit {}", commit.0.get(..10).unwrap_or(&commit.0)),
    );
    let title = paint(&visible(&plan.application), "1", style);
    push(text, &format!("{title}: policies of {commit}, {}", plan.as_of));
    push(text, &format!("  {}", read(plan.seen)));
    if !plan.changes.is_empty() {
        text.push('\n');
    }
}

fn group_line(text: &mut String, plan: &Plan, group: &Group<'_>, style: Style) {
    let Some(first) = group.items.first() else { return };
    let who = match group.items.as_slice() {
        [one] => identity(&one.subject.name),
        many => {
            let names: Vec<String> =
                many.iter().take(NAMES_SHOWN).map(|item| identity(&item.subject.name)).collect();
            let more = many.len().saturating_sub(NAMES_SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{} accounts ({}{more})", many.len(), names.join(", "))
        }
    };
    let operation = first.operation();
    let mark = paint(&format!("{} {:<10}", symbol(operation), operation.word()), colour(operation), style);
    push(text, &format!("  {mark} {who}"));
    if group.items.len() > NAMES_SHOWN && style.full {
        let names: Vec<String> = group.items.iter().map(|item| identity(&item.subject.name)).collect();
        push(text, &format!("      {}", names.join(", ")));
    }
    if let Some(words) = first.hold() {
        push(text, &format!("      {}", paint(words, "36", style)));
    }
    details(text, plan, first, style);
    for reason in first.because(plan).iter().take(if style.full { usize::MAX } else { 3 }) {
        push(text, &format!("      {}", paint(&format!("because {}", visible(reason)), "2", style)));
    }
}

fn details(text: &mut String, plan: &Plan, item: &Item<'_>, style: Style) {
    let creates = item.operation() == Operation::Create;
    for detail in item.details() {
        let line = match &detail {
            Detail::Given(right) => format!("+ {}", visible(right)),
            Detail::Taken(right) => format!("- {}", visible(right)),
            Detail::Attribute(change) => {
                let before = if creates { String::new() } else { format!("{} -> ", value(change.before)) };
                let place = place(plan, change.rule)
                    .map_or(String::new(), |place| paint(&format!(" ({})", visible(&place)), "2", style));
                format!("{}: {before}{}{place}", visible(change.attribute), value(change.after))
            }
        };
        push(text, &format!("      {line}"));
    }
}

fn value(value: Option<&Value>) -> String {
    match value {
        None => "(empty)".to_owned(),
        Some(Value::Text(text)) => format!("\"{}\"", visible(text)),
        Some(other) => visible(&other.to_string()).into_owned(),
    }
}

fn reports(text: &mut String, plan: &Plan, style: Style) {
    let limit = if style.full { usize::MAX } else { REPORTS_SHOWN };
    let mut last: Option<Outcome> = None;
    let mut shown = 0;
    for report in &plan.reports {
        if last != Some(report.outcome) {
            push(
                text,
                &format!(
                    "\n  {}",
                    paint(&heading(report.outcome, plan.reported(report.outcome)), "1", style)
                ),
            );
            (last, shown) = (Some(report.outcome), 0);
        }
        shown += 1;
        if shown <= limit {
            report_line(text, plan, report, style);
        } else if shown == limit + 1 {
            push(text, &format!("    and {} more (--full shows all)", plan.reported(report.outcome) - limit));
        }
    }
}

fn heading(outcome: Outcome, count: usize) -> String {
    let what = match outcome {
        Outcome::Blocked => "blocked: wanted, but not possible",
        Outcome::Quarantined => "quarantined: failed before, tried again later",
        Outcome::Protected => "protected: withheld",
        Outcome::OutsideCanary => "waiting: outside the canary",
        Outcome::NotAdopted => "not adopted",
        Outcome::Skipped => "skipped: a constraint wants no account",
        Outcome::Excluded => "excluded: left untouched on purpose",
        Outcome::Kept => "kept as they are",
        Outcome::Differs => "different, and not written",
        Outcome::Dropped => "dropped: grants that a constraint does not allow",
        Outcome::Warning if count == 1 => "warning",
        Outcome::Warning => "warnings",
    };
    format!("{count} {what}")
}

fn report_line(text: &mut String, plan: &Plan, report: &Report, style: Style) {
    let operation = report.operation.map_or(String::new(), |operation| format!(" from {operation}"));
    let location = report.rule.map(|rule| plan.rule(rule)).filter(|rule| !rule.path.is_empty());
    let location = location.map_or(String::new(), |rule| format!(" ({}:{})", visible(&rule.path), rule.line));
    push(text, &format!("  # {}{operation}", identity(&report.subject.name)));
    push(text, &format!("      {}", paint(&format!("{}{location}", visible(&report.message)), "2", style)));
}

fn refused(text: &mut String, refusals: &[Refusal], style: Style) {
    for refusal in refusals {
        let location = refusal.origin.as_ref().map_or_else(
            || "this limit is always there; a `limits` entry of the same change replaces it".to_owned(),
            |origin| format!("{}:{}", visible(&origin.path), origin.line),
        );
        let line = format!("refused: {}", visible(&refusal.message));
        push(
            text,
            &format!("\n  {}\n      {location} ({})", paint(&line, "31;1", style), refusal.guard.code()),
        );
    }
}

fn symbol(operation: Operation) -> char {
    match operation {
        Operation::Create | Operation::Grant => '+',
        Operation::Update | Operation::Reactivate => '~',
        Operation::Adopt => '?',
        Operation::Deactivate => '!',
        Operation::Delete | Operation::Archive | Operation::Revoke => '-',
    }
}

fn colour(operation: Operation) -> &'static str {
    match operation {
        Operation::Create | Operation::Grant => "32",
        Operation::Update | Operation::Reactivate => "33",
        Operation::Adopt => "36",
        Operation::Delete | Operation::Archive | Operation::Revoke | Operation::Deactivate => "31",
    }
}

fn paint(text: &str, code: &str, style: Style) -> String {
    if style.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
