//! What the runs of an application did to one person, as far as their records tell.

use super::escape::visible;
use crate::gate::{Deed, RunRecord, Traces};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A run, and what its record says about the person.
#[derive(Clone, Copy, Debug)]
pub struct TrailLine<'t> {
    /// The record.
    pub record: &'t RunRecord,
    /// What it says.
    pub traces: &'t Traces,
}

/// The runs that touched a person or may have, newest first, below who the person is; `notes` say what the ledger cannot tell.
pub fn trail(instance: &str, who: &[String], lines: &[TrailLine<'_>], notes: &[String]) -> String {
    let mut text = format!("{}\n", visible(instance));
    for who in who {
        push(&mut text, &format!("  {}", visible(who)));
    }
    let touched: Vec<&TrailLine<'_>> = lines.iter().filter(|line| !line.traces.is_empty()).collect();
    for TrailLine { record, traces } in &touched {
        let commit = record.commit.get(..10).unwrap_or(&record.commit);
        let (run, at, result) = (visible(&record.run), visible(&record.at), visible(record.result.word()));
        push(&mut text, &format!("  {run:<6} {at}  {result:<10} commit {}", visible(commit)));
        let parts = [("listed", &traces.listed), ("held", &traces.held)];
        for (word, deeds) in parts.into_iter().filter(|(_, deeds)| !deeds.is_empty()) {
            push(&mut text, &format!("    {word}: {}", visible(&named(deeds))));
        }
        if !traces.untold.is_empty() {
            let counted = counted(&traces.untold);
            push(&mut text, &format!("    perhaps among: {}", visible(&counted)));
        }
    }
    let others = lines.len() - touched.len();
    if others > 0 {
        let runs = if others == 1 { "1 run".to_owned() } else { format!("{others} runs") };
        push(&mut text, &format!("  {runs} did nothing to this person"));
    }
    if lines.is_empty() {
        text.push_str("  no run yet\n");
    }
    for note in notes {
        push(&mut text, &format!("  note: {}", visible(note)));
    }
    text
}

fn named(deeds: &BTreeSet<Deed>) -> String {
    let deed = |Deed { operation, what }: &Deed| match what {
        Some(what) => format!("{} {what}", operation.word()),
        None => operation.word().to_owned(),
    };
    deeds.iter().map(deed).collect::<Vec<_>>().join(", ")
}

fn counted(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
