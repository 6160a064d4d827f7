//! How runs ended, as the page's script reads it.

use super::data::HtmlPart;
use crate::render::escape::visible;
use crate::render::report::{ChangeResult, RunReport};
use serde::Serialize;

/// How a run of one application ended.
#[derive(Serialize)]
pub(super) struct RunData<'r> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'r str>,
    ended: &'r str,
    /// "3 done, 1 failed"; empty: nothing was planned.
    counts: String,
    failed: bool,
    /// Whether something waits that a release of this run would let through.
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<String>,
}

impl<'r> RunData<'r> {
    pub(super) fn of(report: &RunReport<'r>) -> Self {
        let changes = report.plan.map_or(0, |plan| plan.changes.len());
        let count = |word: &str| (0..changes).filter(|index| report.result(*index).word() == word).count();
        let words = ChangeResult::WORDS.map(|word| (word, count(word)));
        let counts = words.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(word, count)| format!("{count} {word}")).collect();
        let of =
            |result: &ChangeResult| words.iter().any(|(word, count)| *word == result.word() && *count > 0);
        Self {
            name: visible(report.application).into_owned(),
            run: report.run.map(|run| run.run.as_str()),
            at: report.run.map(|run| run.at.as_str()),
            commit: report.run.map(|run| run.commit.get(..10).unwrap_or(&run.commit)),
            ended: report.ended,
            counts: counts.join(", "),
            failed: of(&ChangeResult::Failed(String::new())),
            held: report.run.is_some() && of(&ChangeResult::Waits),
            problem: report.problem.map(|problem| visible(problem).into_owned()),
            window: report.window.map(|window| visible(window).into_owned()),
        }
    }
}

impl<'p> HtmlPart<'p> {
    /// What a run planned, and what came of it; none: nothing was planned.
    pub(super) fn of_run(report: &RunReport<'p>) -> Option<Self> {
        let plan = report.plan?;
        Some(Self { results: report.results, ..Self::of_plan(plan, report.refusals) })
    }
}
