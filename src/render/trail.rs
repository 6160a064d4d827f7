//! What the runs of an application did to one person, as far as their records tell.

use super::escape::visible;
use super::html::{Column, Row, Table, tables_page};
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

/// What the runs of one application did to a person.
#[derive(Debug)]
pub struct UserTrail<'t> {
    /// Environment and application: `default/dstny`.
    pub instance: &'t str,
    /// Who the person is there.
    pub who: &'t [String],
    /// All runs, newest first.
    pub lines: Vec<TrailLine<'t>>,
    /// What the ledger cannot tell.
    pub notes: &'t [String],
}

impl UserTrail<'_> {
    /// The runs that touched the person, or may have.
    fn touched(&self) -> Vec<&TrailLine<'_>> {
        self.lines.iter().filter(|line| !line.traces.is_empty()).collect()
    }

    /// How many runs did nothing to the person, in words; none: each touched them.
    fn others(&self) -> Option<String> {
        match self.lines.len() - self.touched().len() {
            0 => None,
            1 => Some("1 run did nothing to this person".to_owned()),
            others => Some(format!("{others} runs did nothing to this person")),
        }
    }
}

/// The runs that touched a person or may have, newest first, below who the person is.
pub fn trail(of: &UserTrail<'_>) -> String {
    let mut text = format!("{}\n", visible(of.instance));
    for who in of.who {
        push(&mut text, &format!("  {}", visible(who)));
    }
    for TrailLine { record, traces } in of.touched() {
        let commit = record.commit.get(..10).unwrap_or(&record.commit);
        let (run, at, result) = (visible(&record.run), visible(&record.at), visible(record.result.word()));
        push(&mut text, &format!("  {run:<6} {at}  {result:<10} commit {}", visible(commit)));
        for part in parts(traces) {
            push(&mut text, &format!("    {}", visible(&part)));
        }
    }
    if let Some(others) = of.others() {
        push(&mut text, &format!("  {others}"));
    }
    if of.lines.is_empty() {
        text.push_str("  no run yet\n");
    }
    for note in of.notes {
        push(&mut text, &format!("  note: {}", visible(note)));
    }
    text
}

/// The same as a page, a table for each application. `user` is data.
///
/// # Errors
/// The runs cannot be written as JSON.
pub fn trail_page(user: &str, trails: &[UserTrail<'_>]) -> Result<String, serde_json::Error> {
    let table = |of: &UserTrail<'_>| {
        let rows = of.touched().into_iter().map(|TrailLine { record, traces }| {
            let commit = record.commit.get(..10).unwrap_or(&record.commit);
            let did = parts(traces).join("\n");
            Row::new(
                None,
                &[record.run.as_str(), record.at.as_str(), record.result.word(), did.as_str(), commit],
            )
        });
        let notes = of.who.iter().chain(of.notes).map(|note| visible(note).into_owned());
        Table {
            title: of.instance.to_owned(),
            notes: notes.chain(of.others()).collect(),
            empty: "No run touched this person.",
            columns: vec![
                Column::plain("Run"),
                Column::plain("Begun"),
                Column::chosen("Result"),
                Column::plain("Did to this person"),
                Column::plain("Policies of commit"),
            ],
            rows: rows.collect(),
        }
    };
    let tables: Vec<Table> = trails.iter().map(table).collect();
    let title = format!("The runs that touched {}", visible(user));
    tables_page(
        &title,
        "Every run that changed something of this person, or may have, the newest first.",
        &tables,
    )
}

/// What a record says about the person: `listed: revoke role=editor`.
fn parts(traces: &Traces) -> Vec<String> {
    let named_parts = [("listed", &traces.listed), ("held", &traces.held)];
    let shown = named_parts.into_iter().filter(|(_, deeds)| !deeds.is_empty());
    let mut parts: Vec<String> = shown.map(|(word, deeds)| format!("{word}: {}", named(deeds))).collect();
    if !traces.untold.is_empty() {
        parts.push(format!("perhaps among: {}", counted(&traces.untold)));
    }
    parts
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
