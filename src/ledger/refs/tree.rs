//! Writes and reads the files of a ledger commit.

use crate::gate::{FORMAT, RunRecord, State};
use git2::{Error, ObjectType, Oid, Repository, Tree};
use std::path::{Path, PathBuf};

const FILE: i32 = 0o100_644;
const FOLDER: i32 = 0o040_000;

/// Writes the tree of a ledger commit: format, state, settled policies, run records. Other entries are kept.
pub(super) fn write(
    repository: &Repository,
    parent: Option<&Tree<'_>>,
    state: &State,
    settled: Option<Oid>,
    records: &[&RunRecord],
) -> Result<Oid, Error> {
    let mut builder = repository.treebuilder(parent)?;
    builder.insert("format", repository.blob(format!("{FORMAT}\n").as_bytes())?, FILE)?;
    builder.insert("state.json", repository.blob(&json(state)?)?, FILE)?;
    if let Some(memory) = &state.memory {
        builder.insert("memory.json", repository.blob(&json(memory)?)?, FILE)?;
    }
    if let Some(accounts) = &state.accounts {
        builder.insert("accounts.json", repository.blob(&json(accounts)?)?, FILE)?;
    }
    if let Some(settled) = settled {
        builder.insert("settled", settled, FOLDER)?;
    }
    let mut runs = subtree(repository, parent, "runs");
    for record in records {
        let id = with_record(repository, runs.as_ref(), record)?;
        builder.insert("runs", id, FOLDER)?;
        runs = Some(repository.find_tree(id)?);
    }
    builder.write()
}

/// The path of a run's record.
pub(super) fn record_path(record: &RunRecord) -> PathBuf {
    Path::new("runs").join(year(record)).join(format!("{}.json", record.run))
}

fn year(record: &RunRecord) -> &str {
    record.at.get(..4).unwrap_or("0000")
}

/// The tree `runs/` with this record added or replaced.
fn with_record(repository: &Repository, runs: Option<&Tree<'_>>, record: &RunRecord) -> Result<Oid, Error> {
    let year = year(record);
    let mut years = repository.treebuilder(runs)?;
    let mut records = repository.treebuilder(subtree(repository, runs, year).as_ref())?;
    records.insert(format!("{}.json", record.run), repository.blob(&json(record)?)?, FILE)?;
    years.insert(year, records.write()?, FOLDER)?;
    years.write()
}

/// The text of a file at the top of a ledger commit.
pub(super) fn text(repository: &Repository, tree: &Tree<'_>, name: &str) -> Option<String> {
    let blob = repository.find_blob(tree.get_name(name)?.id()).ok()?;
    String::from_utf8(blob.content().to_vec()).ok()
}

/// All run records, in no order; unreadable ones are skipped.
pub(super) fn records(repository: &Repository, tree: &Tree<'_>) -> Vec<RunRecord> {
    let Some(runs) = subtree(repository, Some(tree), "runs") else { return Vec::new() };
    let mut records = Vec::new();
    for year in runs.iter().filter(|entry| entry.kind() == Some(ObjectType::Tree)) {
        let Ok(year) = repository.find_tree(year.id()) else { continue };
        for entry in &year {
            let blob = repository.find_blob(entry.id()).ok();
            records.extend(blob.and_then(|blob| serde_json::from_slice(blob.content()).ok()));
        }
    }
    records
}

fn subtree<'r>(repository: &'r Repository, tree: Option<&Tree<'_>>, name: &str) -> Option<Tree<'r>> {
    repository.find_tree(tree?.get_name(name)?.id()).ok()
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes =
        serde_json_canonicalizer::to_vec(value).map_err(|error| Error::from_str(&error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}
