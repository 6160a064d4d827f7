//! A plan as Markdown for a pull request: counts first, removals open, the rest folded. All data is in code spans.

use super::items::{Detail, Group, groups, place};
use super::{Shown, summary};
use crate::model::{Operation, Value};
use crate::plan::{Outcome, Plan};
use crate::render::escape::code_span;
use std::fmt::Write;

/// The plan as GitHub-flavoured Markdown. Only lists, no tables, so that no value can add a column.
pub fn markdown(shown: &Shown<'_>) -> String {
    let Shown { plan, refusals } = *shown;
    let mut text = String::new();
    push(&mut text, &format!("### {}", code_span(&plan.instance())));
    push(&mut text, &format!("\n**{}**\n", summary(plan)));
    for refusal in refusals {
        push(
            &mut text,
            &format!("- **Refused:** {} ({})", code_span(&refusal.message), refusal.guard.code()),
        );
    }
    taken_away(&mut text, plan);
    given(&mut text, plan);
    left_alone(&mut text, plan);
    fold(&mut text, "Findings", &plan.findings, |text, finding| {
        push(
            text,
            &format!(
                "- {} ({}:{})",
                code_span(&finding.message),
                code_span(&finding.origin.path),
                finding.origin.line
            ),
        );
    });
    let commit = plan.commit.as_ref().map_or("the work tree", |commit| commit.0.as_str());
    push(&mut text, &format!("\n<sub>Policies of {}, {}.</sub>", code_span(commit), plan.as_of));
    text
}

/// Every subject that loses something, with all that becomes of them; not folded.
pub(in crate::render) fn taken_away(text: &mut String, plan: &Plan) {
    let removals: Vec<_> = groups(plan).into_iter().filter(takes_away).collect();
    if !removals.is_empty() {
        push(text, "\n#### Taken away\n");
        removals.iter().for_each(|group| group_lines(text, plan, group));
    }
}

/// The subjects that lose something, by name only.
pub(in crate::render) fn taken_from(text: &mut String, plan: &Plan) {
    let removals: Vec<_> = groups(plan).into_iter().filter(takes_away).collect();
    if !removals.is_empty() {
        push(text, "\n#### Taken away\n");
    }
    for group in &removals {
        let names: Vec<String> = group.items.iter().map(|item| code_span(&item.subject.name)).collect();
        let operation = group.items.first().map_or(Operation::Delete, super::items::Item::operation);
        push(text, &format!("- **{operation}** {}", names.join(", ")));
    }
}

/// All other changes, folded.
pub(in crate::render) fn given(text: &mut String, plan: &Plan) {
    let rest: Vec<_> = groups(plan).into_iter().filter(|group| !takes_away(group)).collect();
    fold(text, "Created, changed, granted", &rest, |text, group| group_lines(text, plan, group));
}

/// The subjects left unchanged, folded.
pub(in crate::render) fn left_alone(text: &mut String, plan: &Plan) {
    for outcome in Outcome::ALL {
        let reports: Vec<_> = plan.reports.iter().filter(|report| report.outcome == outcome).collect();
        fold(text, &format!("{} {}", reports.len(), outcome.word()), &reports, |text, report| {
            let line = format!("- {}: {}", code_span(&report.subject.name), code_span(&report.message));
            push(text, &line);
        });
    }
}

/// Whether anything of the group takes something away, whatever else is in it.
fn takes_away(group: &Group<'_>) -> bool {
    group.items.first().is_some_and(super::items::Item::takes_away)
}

fn group_lines(text: &mut String, plan: &Plan, group: &Group<'_>) {
    let Some(first) = group.items.first() else { return };
    let names: Vec<String> = group.items.iter().map(|item| code_span(&item.subject.name)).collect();
    push(text, &format!("- **{}** {}", first.operation(), names.join(", ")));
    if let Some(words) = first.hold() {
        push(text, &format!("  - {words}"));
    }
    for detail in first.details() {
        push(text, &format!("  - {}", detail_text(plan, &detail)));
    }
    for reason in first.because(plan) {
        push(text, &format!("  - because {}", code_span(&reason)));
    }
}

fn detail_text(plan: &Plan, detail: &Detail<'_>) -> String {
    let shown = |value: Option<&Value>| code_span(&value.map_or_else(String::new, ToString::to_string));
    match detail {
        Detail::Given(right) => format!("grants {}", code_span(right)),
        Detail::Taken(right) => format!("revokes {}", code_span(right)),
        Detail::Attribute(change) => {
            let (before, after) = (shown(change.before), shown(change.after));
            let place =
                place(plan, change.rule).map_or(String::new(), |place| format!(" ({})", code_span(&place)));
            format!("{}: {before} → {after}{place}", code_span(change.attribute))
        }
    }
}

fn fold<T>(text: &mut String, title: &str, things: &[T], line: impl Fn(&mut String, &T)) {
    if things.is_empty() {
        return;
    }
    push(text, &format!("\n<details><summary>{title}</summary>\n"));
    things.iter().for_each(|thing| line(text, thing));
    push(text, "\n</details>");
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
