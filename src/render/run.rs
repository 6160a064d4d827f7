//! The output of a run while it works.

use super::escape::{identity, visible};
use crate::execution::Tally;
use crate::gate::RunRecord;
use crate::plan::Change;
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

/// The runs, newest first, one a line: name, time, how it ended, commit, what was written or planned (behaviour PD-6).
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

/// `2 delete, 1 create, 1 failed; 3 held`: what was written, or for a run that wrote nothing, what was planned.
fn numbers(run: &RunRecord) -> String {
    let counts = if run.outcome.is_empty() { &run.counts } else { &run.outcome };
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(word, count)| format!("{count} {}", visible(word))).collect();
    // Each held item has 8 characters.
    let held: usize = run.held.values().map(|items| items.len() / 8).sum();
    let held = if held > 0 { format!("; {held} held") } else { String::new() };
    let quarantined = match run.quarantined {
        0 => String::new(),
        count => format!("; {count} quarantined"),
    };
    let counts = if counts.is_empty() { "nothing to write".to_owned() } else { counts.join(", ") };
    format!("{counts}{held}{quarantined}")
}
