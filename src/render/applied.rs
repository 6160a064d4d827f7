//! What came of a pull request: the comment that a run leaves on it. It always fits: counts come first, and what failed or
//! waits is the last to be left out.

use super::escape::code_span;
use super::plan::{given, taken_away, taken_from};
use super::report::{ChangeResult, RunReport};
use super::run;
use crate::execution::Tally;
use crate::plan::Plan;
use std::fmt::Write;

/// The most characters of the comment: the check run that says the same accepts 65,535.
pub const COMMENT: usize = 60_000;

/// What the text is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A pull request on GitHub.
    PullRequest,
    /// A merge request on GitLab, where merging is the approval.
    MergeRequest,
}

/// The level of detail, from everything to least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Everything.
    Whole,
    /// Without what was applied.
    Open,
    /// Only the names of those who lose something and wait, or whose change failed.
    Names,
    /// Only counts.
    Counts,
}

/// The text, in the most detail that fits `budget` characters. `waits`: the run is not settled until a person acts.
/// `hides`: names may not be shown, so only counts are. What a service answered is not in it (the gate, 5.8).
pub fn applied(report: &RunReport<'_>, place: Place, waits: bool, budget: usize, hides: bool) -> String {
    let mut text = String::new();
    for level in [Detail::Whole, Detail::Open, Detail::Names, Detail::Counts] {
        if hides && level < Detail::Counts {
            continue;
        }
        text = at(report, place, waits, level);
        if hides {
            push(&mut text, "\n*People are not shown here: `privacy` in the Workspace says what may be.*");
        } else if level > Detail::Whole {
            push(&mut text, "\n*Not everything fits here; the rest is in the job's log.*");
        }
        if text.len() <= budget {
            break;
        }
    }
    text
}

fn at(report: &RunReport<'_>, place: Place, waits: bool, level: Detail) -> String {
    let mut text = format!("## Result in {}\n\n", code_span(report.application));
    let name = report.run.map_or("", |run| run.run.as_str());
    let parts = report.plan.map(|plan| Parts::of(report, plan));
    push(&mut text, &format!("**{}**\n", headline(report, parts.as_ref())));
    notices(&mut text, report);
    if let Some(parts) = &parts {
        remarks(&mut text, parts);
    }
    let held = parts.as_ref().map_or(0, |parts| parts.held.changes.len());
    if waits {
        push(&mut text, &waiting(place, held, name));
    }
    if let Some(parts) = &parts {
        parts.list(&mut text, level);
    }
    let commit = report.run.map_or("", |run| run.commit.get(..10).unwrap_or(&run.commit));
    push(
        &mut text,
        &format!("\n<sub>Run {}, policies of commit {}.</sub>", code_span(name), code_span(commit)),
    );
    text
}

/// Who has to act, and how.
fn waiting(place: Place, held: usize, run: &str) -> String {
    let why = match (place, held) {
        (Place::PullRequest, 1) => "no pull request showed it before its merge",
        (Place::PullRequest, _) => "no pull request showed them before its merge",
        (Place::MergeRequest, _) => "an account with privileged rights would be taken over",
    };
    let what = match held {
        0 => "The policies do not count as applied, because a commit came without a plan: the job's log names it"
            .to_owned(),
        1 => format!("**1 change waits for a person**: {why}"),
        _ => format!("**{held} changes wait for a person**: {why}"),
    };
    let run = code_span(run);
    let release = match place {
        Place::PullRequest => format!("*Run workflow* of `rolewright apply` with {run} as `release`"),
        Place::MergeRequest => format!("*Run pipeline* on the branch with {run} as the variable `RELEASE`"),
    };
    format!("- {what}. Review, then {release} (anywhere else `rolewright apply --release RUN`), or revert.")
}

fn headline(report: &RunReport<'_>, parts: Option<&Parts>) -> String {
    let written =
        parts.is_some_and(|parts| !parts.made.changes.is_empty() || !parts.failed.changes.is_empty());
    match parts {
        Some(parts) if written || report.ended == "done" && report.window.is_none() => parts.summary(),
        _ => "Nothing was written.".to_owned(),
    }
}

/// Why nothing, or not everything, was written.
fn notices(text: &mut String, report: &RunReport<'_>) {
    for refusal in report.refusals {
        push(text, &format!("- **Refused:** {}", code_span(&refusal.message)));
    }
    if let Some(window) = report.window {
        push(
            text,
            &format!("- No change window is open ({}): a later run makes the rest.", code_span(window)),
        );
    }
    if let Some(problem) = report.problem {
        problem.lines().for_each(|line| push(text, &format!("- {}", code_span(line))));
    }
}

fn remarks(text: &mut String, parts: &Parts) {
    let failed = parts.failed.changes.len();
    if failed > 0 {
        let (are, them) = if failed == 1 { ("1 change", "it") } else { ("changes", "them") };
        let are = if failed == 1 { are.to_owned() } else { format!("{failed} {are}") };
        push(text, &format!("- **{are} failed**: the job's log says why. The next runs try {them} again."));
    }
}

/// The changes of a run by what came of them.
struct Parts {
    made: Plan,
    failed: Plan,
    held: Plan,
    left: usize,
}

impl Parts {
    fn of(report: &RunReport<'_>, plan: &Plan) -> Self {
        let with = |wanted: fn(&ChangeResult) -> bool| {
            let changes = plan.changes.iter().enumerate();
            let changes = changes.filter(|(index, _)| wanted(report.result(*index)));
            let changes = changes.map(|(_, change)| change.clone()).collect();
            Plan {
                changes,
                reports: Vec::new(),
                findings: Vec::new(),
                rules: plan.rules.clone(),
                ..head(plan)
            }
        };
        let left = |result: &&ChangeResult| matches!(result, ChangeResult::NotWritten);
        Self {
            made: with(|result| *result == ChangeResult::Made),
            failed: with(|result| matches!(result, ChangeResult::Failed(_))),
            held: with(|result| *result == ChangeResult::Waits),
            left: report.results.iter().filter(left).count(),
        }
    }

    fn summary(&self) -> String {
        let mut tally = Tally { failed: self.failed.changes.len() as u64, ..Tally::default() };
        for change in &self.made.changes {
            *tally.made.entry(change.operation().word().to_owned()).or_insert(0) += 1;
        }
        tally.stopped = self.left as u64;
        run::summary(&tally)
    }

    fn list(&self, text: &mut String, level: Detail) {
        for (title, plan) in [("Failed", &self.failed), ("Waits for a person", &self.held)] {
            if plan.changes.is_empty() || level == Detail::Counts {
                continue;
            }
            push(text, &format!("\n### {title}"));
            if level == Detail::Names {
                taken_from(text, plan);
            } else {
                taken_away(text, plan);
                given(text, plan);
            }
        }
        if level == Detail::Whole && !self.made.changes.is_empty() {
            push(text, "\n<details><summary>Everything that this run made</summary>");
            taken_away(text, &self.made);
            given(text, &self.made);
            push(text, "\n</details>");
        }
    }
}

/// A plan without its lists.
fn head(plan: &Plan) -> Plan {
    Plan {
        application: plan.application.clone(),
        environment: plan.environment.clone(),
        commit: plan.commit.clone(),
        policy: plan.policy,
        as_of: plan.as_of,
        seen: plan.seen,
        base: plan.base,
        without_account: plan.without_account,
        privileged_holders: Vec::new(),
        rules: Vec::new(),
        changes: Vec::new(),
        reports: Vec::new(),
        findings: Vec::new(),
    }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
