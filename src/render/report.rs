//! What a run came to, for those who hear of it by mail (behaviours DS-13, PM-7, PM-15).

use super::escape::visible;
use super::plan::{Shown, Style, terminal};
use super::run;
use crate::gate::{Refusal, RunRecord};
use crate::plan::Plan;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Lines of a plan that a mail shows; the workbook and the plan itself have them all.
const LINES_SHOWN: usize = 2000;

/// What came of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet: it was planned.
    #[default]
    Planned,
    /// It was made, and read back.
    Made,
    /// It was not, and why.
    Failed(String),
    /// It waits for a person.
    Waits,
    /// Its turn did not come, or a guard refused the whole.
    NotWritten,
}

impl Fate {
    /// The word for it.
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

/// A run of one application, or a plan that nobody ran.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'r> {
    /// The application.
    pub application: &'r str,
    /// The run; none: only a plan, or it ended before it had a name.
    pub run: Option<&'r RunRecord>,
    /// How it ended, in a word or two: `done`, `refused`.
    pub ended: &'r str,
    /// What it set out to do; none: it was not planned.
    pub plan: Option<&'r Plan>,
    /// What came of the plan's changes, by their places; of those beyond the end nothing yet.
    pub fates: &'r [Fate],
    /// Limits that trip.
    pub refusals: &'r [Refusal],
    /// Which change window is closed, and when changes are made again; none: none was in the way.
    pub window: Option<&'r str>,
    /// Why it ended early.
    pub problem: Option<&'r str>,
}

impl<'r> RunReport<'r> {
    /// The report of a plan that nobody ran.
    pub fn of_plan(shown: &Shown<'r>) -> Self {
        Self {
            application: &shown.plan.application,
            run: None,
            ended: if shown.refusals.is_empty() { "planned" } else { "would be refused" },
            plan: Some(shown.plan),
            fates: &[],
            refusals: shown.refusals,
            window: None,
            problem: None,
        }
    }

    /// What came of the change at a place of the plan.
    pub(super) fn fate(&self, place: usize) -> &Fate {
        self.fates.get(place).unwrap_or(&Fate::Planned)
    }

    /// One line for it: `Rolewright, dstny: done`. No character of it ends a line (RFC 5322, 2.2).
    pub fn subject(&self) -> String {
        format!("Rolewright, {}: {}", visible(self.application), visible(self.ended))
    }

    /// The report as text, its lines ended: how the run ended, what failed, what it set out to do and who was left as
    /// they are.
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
            cut(&mut text, &terminal(&shown, Style { colour: false, full: true }));
        }
        text
    }

    /// What was done, and every change that was not.
    fn outcome(&self, text: &mut String, plan: &Plan) {
        let (mut made, mut failed, mut waits, mut left) = (BTreeMap::new(), 0, 0, 0);
        for (place, change) in plan.changes.iter().enumerate() {
            match self.fate(place) {
                Fate::Planned => {}
                Fate::Made => *made.entry(change.operation.word().to_owned()).or_insert(0) += 1,
                Fate::Failed(_) => failed += 1,
                Fate::Waits => waits += 1,
                Fate::NotWritten => left += 1,
            }
        }
        if made.is_empty() && failed == 0 && left > 0 {
            push(text, "Nothing was written.");
        } else {
            push(text, &run::summary(&made, failed, 0, left));
        }
        if waits > 0 {
            push(text, &format!("{waits} wait for a person."));
        }
        for (place, change) in plan.changes.iter().enumerate() {
            if let Fate::Failed(problem) = self.fate(place) {
                push(text, &run::line(change, Some(problem)));
            }
        }
    }
}

fn cut(text: &mut String, long: &str) {
    let lines = long.lines().count();
    long.lines().take(LINES_SHOWN).for_each(|line| push(text, line));
    if lines > LINES_SHOWN {
        push(text, &format!("... and {} more lines: `rolewright plan` shows all", lines - LINES_SHOWN));
    }
}

fn push(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
