//! The result of a run, for mail recipients (behaviours DS-13, PM-7, PM-15).

use super::escape::visible;
use super::plan::{Shown, Style, terminal};
use super::run;
use crate::execution::Tally;
use crate::gate::{Refusal, RunRecord};
use crate::model::Operation;
use crate::plan::Plan;
use std::fmt::Write;

/// The most lines of a plan in a mail; the workbook and the plan itself have all.
const LINES_SHOWN: usize = 2000;

/// The result of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ChangeResult {
    /// None yet: it was only planned.
    #[default]
    Planned,
    /// It was made and verified.
    Made,
    /// It failed, and why.
    Failed(String),
    /// It waits for a person.
    Waits,
    /// It was not tried, or a guard refused the plan.
    NotWritten,
}

impl ChangeResult {
    /// The name of each, the worst first.
    pub const WORDS: [&str; 5] = ["failed", "waits for a person", "not written", "planned", "done"];

    /// Why it failed.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Failed(problem) => Some(problem).filter(|problem| !problem.is_empty()).map(String::as_str),
            Self::Planned | Self::Made | Self::Waits | Self::NotWritten => None,
        }
    }

    /// Its name.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Made => "done",
            Self::Failed(_) => "failed",
            Self::Waits => "waits for a person",
            Self::NotWritten => "not written",
        }
    }
}

/// A run of one application, or a plan without a run.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'r> {
    /// The application.
    pub application: &'r str,
    /// The run; `None` for a plan, or if the run ended before it had a name.
    pub run: Option<&'r RunRecord>,
    /// How it ended: `done`, `refused`.
    pub ended: &'r str,
    /// What it planned; `None` if it was not planned.
    pub plan: Option<&'r Plan>,
    /// The results of the plan's changes, by index; missing ones have none yet.
    pub results: &'r [ChangeResult],
    /// Exceeded limits.
    pub refusals: &'r [Refusal],
    /// The closed change window, and when the next one opens; `None` if none was closed.
    pub window: Option<&'r str>,
    /// Why it ended early.
    pub problem: Option<&'r str>,
}

impl<'r> RunReport<'r> {
    /// The report of a plan without a run.
    pub fn of_plan(shown: &Shown<'r>) -> Self {
        Self {
            application: &shown.plan.application,
            run: None,
            ended: if shown.refusals.is_empty() { "planned" } else { "would be refused" },
            plan: Some(shown.plan),
            results: &[],
            refusals: shown.refusals,
            window: None,
            problem: None,
        }
    }

    /// The result of the change at an index of the plan.
    pub(super) fn result(&self, index: usize) -> &ChangeResult {
        self.results.get(index).unwrap_or(&ChangeResult::Planned)
    }

    /// Whether it tells of a run; else of a plan.
    pub(super) fn is_of_a_run(&self) -> bool {
        !self.results.is_empty() || self.run.is_some()
    }

    /// How many changes of a kind were made.
    pub(super) fn made(&self, operation: Operation) -> usize {
        let changes = self.plan.iter().flat_map(|plan| plan.changes.iter().enumerate());
        let of_kind = changes.filter(|(_, change)| change.operation() == operation);
        of_kind.filter(|(index, _)| *self.result(*index) == ChangeResult::Made).count()
    }

    /// The subject line: `Rolewright, dstny: done`. It cannot contain a line end (RFC 5322, 2.2).
    pub fn subject(&self) -> String {
        format!("Rolewright, {}: {}", visible(self.application), visible(self.ended))
    }

    /// The report as text, with line ends: how the run ended, what failed, what was planned and who was left unchanged.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.subject());
        if let Some(run) = self.run {
            let commit = run.commit.get(..10).unwrap_or(&run.commit);
            push(&mut text, &format!("Run {}, {}", visible(&run.run), visible(&run.at)));
            push(&mut text, &format!("Policies of commit {}", visible(commit)));
        }
        if let Some(problem) = self.problem {
            push(&mut text, "The run ended early:");
            problem.lines().for_each(|line| push(&mut text, &format!("  {}", visible(line))));
        }
        if let Some(window) = self.window {
            push(&mut text, "The run waits for a change window:");
            push(&mut text, &format!("  {}", visible(window)));
        }
        if let Some(plan) = self.plan {
            self.outcome(&mut text, plan);
            push(&mut text, "");
            let shown = Shown { plan, refusals: self.refusals };
            cut(&mut text, &terminal(&shown, Style { colour: false, full: true }), plan);
        }
        text
    }

    /// What was done, and every change that was not made.
    fn outcome(&self, text: &mut String, plan: &Plan) {
        let (mut tally, mut waits, mut planned) = (Tally::default(), 0, 0);
        for (index, change) in plan.changes.iter().enumerate() {
            match self.result(index) {
                ChangeResult::Planned => planned += 1,
                ChangeResult::Made => {
                    *tally.made.entry(change.operation().word().to_owned()).or_insert(0) += 1
                }
                ChangeResult::Failed(_) => tally.failed += 1,
                ChangeResult::Waits => waits += 1,
                ChangeResult::NotWritten => tally.stopped += 1,
            }
        }
        if tally.made.is_empty() && tally.failed == 0 && tally.stopped + planned > 0 {
            push(text, "Nothing was written. What follows was only planned.");
        } else {
            push(text, &run::summary(&tally));
        }
        if waits > 0 {
            push(text, &format!("{waits} wait for a person."));
        }
        for (index, change) in plan.changes.iter().enumerate() {
            if let ChangeResult::Failed(problem) = self.result(index) {
                push(text, &run::line(change, Some(problem), &[]));
            }
        }
    }
}

/// The first lines of a plan. Where it has more, what takes something away is said all the same (threat C10).
fn cut(text: &mut String, long: &str, plan: &Plan) {
    let lines = long.lines().count();
    long.lines().take(LINES_SHOWN).for_each(|line| push(text, line));
    if lines > LINES_SHOWN {
        push(text, &format!("... and {} more lines: `rolewright plan` shows all", lines - LINES_SHOWN));
        let taken = plan
            .changes
            .iter()
            .filter(|change| change.operation().is_removal() || change.operation() == Operation::Revoke);
        taken.for_each(|change| push(text, &format!("  {}", run::what(change))));
    }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
