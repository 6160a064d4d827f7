//! The one comment of a pull request. It always fits: counts come first, and removals are the last to be left out.

use super::unusual::unusual;
use super::{InstanceImpact, Meaning, Planned, headline, turnover};
use crate::gate::LaterDay;
use crate::policy::Origin;
use crate::render::escape::{code_span, visible};
use crate::render::plan::{given, left_alone, taken_away, taken_from};
use std::fmt::Write;

/// The most characters of a comment: GitHub accepts 65,536, and the marker needs some.
pub const COMMENT: usize = 60_000;
/// The most characters of a job summary: GitHub accepts 1 MiB.
pub const SUMMARY: usize = 1_000_000;

/// The level of detail, from everything to least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Everything.
    Whole,
    /// Without changes that would be made anyway or no longer.
    Change,
    /// Only the removals that the change causes.
    Removals,
    /// Only the names of those who lose something.
    Names,
    /// Only counts.
    Counts,
}

/// The comment, in the most detail that fits `budget` characters. `hides`: names may not be shown, so only counts are.
pub fn comment(instances: &[&InstanceImpact], budget: usize, hides: bool) -> String {
    let levels = [Detail::Whole, Detail::Change, Detail::Removals, Detail::Names, Detail::Counts];
    let levels = levels.into_iter().filter(|level| !hides || *level == Detail::Counts);
    let mut text = String::new();
    for level in levels {
        text = at(instances, level);
        match (hides, level > Detail::Whole) {
            (true, _) => {
                push(&mut text, "\n*People are not shown here: `privacy` in the Workspace says what may be.*")
            }
            (false, true) => {
                push(&mut text, "\n*Not everything fits here; the rest is in the job's summary.*")
            }
            (false, false) => {}
        }
        if text.len() <= budget {
            return text;
        }
    }
    // Reached only with thousands of applications.
    let mut end = budget.saturating_sub(100).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(text[..end].rfind('\n').unwrap_or(0));
    text.push_str("\n\nMore applications are in the job's summary.\n");
    text
}

/// The change of the policy text, folded, for a job summary. In a pull request the forge shows it anyway.
pub fn wording_folded(wording: &[String]) -> String {
    if wording.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = wording.iter().map(|line| visible(line).into_owned()).collect();
    let longest =
        lines.iter().flat_map(|line| line.split(|letter| letter != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "\n<details><summary>What the change says</summary>\n\n{fence}diff\n{}\n{fence}\n\n</details>\n",
        lines.join("\n")
    )
}

fn at(instances: &[&InstanceImpact], level: Detail) -> String {
    let mut text = String::from("## What this change does to people\n\n");
    for application in instances {
        push(
            &mut text,
            &format!("- {}: **{}**", code_span(&application.instance), headline(&application.meaning)),
        );
    }
    for application in instances {
        match &application.meaning {
            Meaning::Same | Meaning::Gone => {}
            Meaning::Failed(why) => {
                push(&mut text, &format!("\n### {}\n", code_span(&application.instance)));
                why.lines().for_each(|line| push(&mut text, &format!("- {}", code_span(line))));
            }
            Meaning::Planned(planned) => {
                push(&mut text, &format!("\n### {}\n", code_span(&application.instance)));
                one(&mut text, planned, level);
            }
        }
    }
    text
}

fn one(text: &mut String, planned: &Planned, level: Detail) {
    notices(text, planned);
    let Planned { impact, earlier, .. } = planned;
    if !earlier.changes.is_empty() {
        push(text, "\n#### From before\n\nNo pull request showed it yet; merging this one releases it.");
        match level {
            Detail::Counts => push(text, &format!("\n{}", crate::render::plan::summary(earlier))),
            Detail::Names => taken_from(text, earlier),
            Detail::Whole | Detail::Change | Detail::Removals => {
                taken_away(text, earlier);
                given(text, earlier);
            }
        }
    }
    match level {
        Detail::Counts => {}
        Detail::Names => taken_from(text, &impact.because),
        Detail::Whole | Detail::Change | Detail::Removals => taken_away(text, &impact.because),
    }
    for LaterDay { day, plan } in &planned.later {
        push(text, &format!("\n#### On {day}, when something in the policies ends: {}\n", counts(plan)));
        match level {
            Detail::Counts => {}
            Detail::Names => taken_from(text, plan),
            Detail::Whole | Detail::Change | Detail::Removals => taken_away(text, plan),
        }
        if level <= Detail::Change {
            given(text, plan);
        }
    }
    if level <= Detail::Change {
        given(text, &impact.because);
        left_alone(text, &impact.because);
    }
    if level == Detail::Whole {
        folded(text, "No longer, because of this change", &impact.no_longer);
        folded(text, "Pending anyway", &impact.pending);
    }
    footer(text, planned);
}

fn notices(text: &mut String, planned: &Planned) {
    for line in unusual(&planned.callouts.unusual, code_span) {
        push(text, &format!("- **Look first:** {line}."));
    }
    for change in &planned.callouts.gate {
        push(text, &format!("- **The gate changes:** {}", code_span(change)));
    }
    for refusal in &planned.refusals {
        let whose = if planned.refused_before { "Refused with and without this change" } else { "Refused" };
        push(text, &format!("- **{whose}:** {} ({})", code_span(&refusal.message), refusal.guard.code()));
    }
    for (what, people) in &planned.callouts.lifted {
        push(text, &format!("- **Taken away: the {}**; it held back {people}.", code_span(what)));
    }
    for (right, count) in &planned.callouts.privileged {
        push(text, &format!("- **Privileged: {}** is given {count} times.", code_span(right)));
    }
    for operation in &planned.by_count {
        push(
            text,
            &format!("- Reviewed by count: too many of {} to be listed one by one.", code_span(operation)),
        );
    }
    for note in &planned.notes {
        push(text, &format!("- {}", code_span(note)));
    }
    let name = |origin: &Origin| {
        let location = format!("{}:{}", origin.path, origin.line);
        format!("{} ({})", code_span(&origin.id), code_span(&location))
    };
    for line in turnover(&planned.callouts, name) {
        push(text, &format!("- {line}."));
    }
}

fn folded(text: &mut String, title: &str, plan: &crate::plan::Plan) {
    if plan.changes.is_empty() && plan.reports.is_empty() {
        return;
    }
    push(text, &format!("\n<details><summary>{title}: {}</summary>\n", counts(plan)));
    taken_away(text, plan);
    given(text, plan);
    left_alone(text, plan);
    push(text, "\n</details>");
}

/// Words and numbers only; none of it is data.
fn counts(plan: &crate::plan::Plan) -> String {
    let summary = crate::render::plan::summary(plan);
    summary.trim_start_matches("Plan: ").trim_end_matches('.').to_owned()
}

fn footer(text: &mut String, planned: &Planned) {
    let plan = &planned.impact.because;
    let commit = plan.commit.as_ref().map_or("the work tree", |commit| commit.0.as_str());
    let data = planned.data.as_ref().map_or_else(|| "live data".to_owned(), |at| format!("data saved {at}"));
    push(
        text,
        &format!(
            "\n<sub>{}, {}, {}, policies {}.</sub>",
            code_span(commit),
            plan.as_of,
            code_span(&data),
            &plan.policy.to_string()[..12]
        ),
    );
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
