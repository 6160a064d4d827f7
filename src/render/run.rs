//! The output of a run while it works.

use super::escape::{identity, visible};
use crate::execution::Tally;
use crate::gate::{RunRecord, RunResult};
use crate::plan::Change;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a change does to whom: `revoke     ada callCentre=agent`.
pub(super) fn what(change: &Change) -> String {
    let right = change.right().map_or(String::new(), |right| format!(" {}", visible(&right.to_string())));
    format!("{:<10} {}{right}", change.operation().word(), identity(&change.subject.name))
}

/// One line for one change: what was done to whom, or why not; then what the application accepted and did not keep.
pub fn line(change: &Change, problem: Option<&str>, not_kept: &[String]) -> String {
    let done = what(change);
    match problem {
        Some(problem) => format!("  FAILED  {done}\n            {}", visible(problem)),
        None if not_kept.is_empty() => format!("  done    {done}"),
        None => {
            let names = not_kept.join("`, `");
            format!("  done    {done}\n            the application does not keep `{}`", visible(&names))
        }
    }
}

/// The last line: `Applied: 1 delete, 3 create.`
pub fn summary(tally: &Tally) -> String {
    let Tally { made, failed, not_kept, stale, stopped } = tally;
    let mut parts: Vec<String> = made.iter().map(|(word, count)| format!("{count} {word}")).collect();
    let others =
        [(failed, "failed"), (not_kept, "not kept"), (stale, "changed meanwhile"), (stopped, "not begun")];
    for (count, word) in others {
        if *count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if parts.is_empty() { "Nothing to apply.".to_owned() } else { format!("Applied: {}.", parts.join(", ")) }
}

/// The runs, newest first, one a line: name, time, how it ended, commit, what was written, or planned and not written (behaviour PD-6).
pub fn history(instance: &str, runs: &[RunRecord]) -> String {
    let mut text = format!("{}\n", visible(instance));
    if runs.is_empty() {
        text.push_str("  no run yet\n");
    }
    for run in runs {
        let commit = run.commit.get(..10).unwrap_or(&run.commit);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:<6} {}  {:<10} commit {}  {}",
            visible(&run.run),
            visible(&run.at),
            visible(run.result.word()),
            visible(commit),
            numbers(run)
        );
    }
    text
}

/// What came of a run: `2 delete, 1 create, 1 failed; 3 wait for a person`, or what it would have written and did not.
pub(super) fn numbers(run: &RunRecord) -> String {
    let changes = changes(run);
    // Records of older versions have only the items, of 8 characters each.
    let items: usize = run.held.values().map(|items| items.len() / 8).sum();
    let waiting = if run.waiting > 0 { run.waiting } else { items as u64 };
    let held = if waiting > 0 { format!("; {waiting} wait for a person") } else { String::new() };
    let quarantined = match run.quarantined {
        0 => String::new(),
        count => format!("; {count} quarantined"),
    };
    let left = match run.left {
        0 => String::new(),
        count => format!("; {count} of others not asked for"),
    };
    format!("{changes}{held}{quarantined}{left}")
}

/// What was written. A run without an outcome wrote nothing, is still writing, or nobody knows: its plan is told as a plan.
fn changes(run: &RunRecord) -> String {
    let planned = counted(&run.counts);
    match (counted(&run.outcome), planned, &run.result) {
        (Some(outcome), _, _) => outcome,
        (None, None, RunResult::Incomplete) => "nothing written: a read was incomplete".to_owned(),
        (None, None, _) => "nothing to write".to_owned(),
        (None, Some(planned), RunResult::Open) => format!("writing: {planned} planned"),
        (None, Some(planned), RunResult::Lost) => format!("unknown what was written: {planned} planned"),
        (
            None,
            Some(planned),
            RunResult::Done
            | RunResult::Partial
            | RunResult::Refused
            | RunResult::Incomplete
            | RunResult::Held
            | RunResult::Closed
            | RunResult::Other(_),
        ) => format!("nothing written: {planned} planned"),
    }
}

/// `2 delete, 1 create`; none: there is nothing to count.
fn counted(counts: &BTreeMap<String, u64>) -> Option<String> {
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(word, count)| format!("{count} {}", visible(word))).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
