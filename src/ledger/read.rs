//! Reads a ledger commit's tree, and checks that it is this instance's ledger in a known format.

use super::error::LedgerError;
use super::tree;
use crate::gate::{FORMAT, RunRecord, State};
use git2::{ObjectType, Repository, Tree};

/// The newest version of `state.json` that this version knows.
const VERSION: u64 = 1;

/// The contents of a ledger's tree.
pub(super) struct Contents {
    pub(super) state: State,
    pub(super) runs: Vec<RunRecord>,
    pub(super) settled_tree: Option<String>,
}

/// Reads a ledger's tree; `reference` is for errors.
///
/// # Errors
/// When it is not the instance's ledger, or a newer version wrote it.
pub(super) fn contents(
    repository: &Repository,
    tree: &Tree<'_>,
    reference: &str,
    instance: &str,
) -> Result<Contents, LedgerError> {
    let unreadable = || LedgerError::Unreadable(reference.to_owned());
    let format = tree::text(repository, tree, "format").ok_or_else(unreadable)?;
    check_format(format.trim(), reference)?;
    let mut state = state(&tree::text(repository, tree, "state.json").ok_or_else(unreadable)?, reference)?;
    // An unreadable memory counts as none: the application's values stay, and are remembered anew.
    state.memory =
        tree::text(repository, tree, "memory.json").and_then(|text| serde_json::from_str(&text).ok());
    // Whose accounts are whose is nothing to guess.
    let accounts = tree::text(repository, tree, "accounts.json");
    state.accounts =
        accounts.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| unreadable())?;
    // Another instance's ledger would say that nothing of this one was ever settled or removed.
    if state.instance != instance {
        return Err(unreadable());
    }
    let mut runs = tree::records(repository, tree);
    runs.sort_by_key(|record| std::cmp::Reverse(number(&record.run)));
    if let Some(contradiction) = state.contradiction(&runs) {
        return Err(LedgerError::Contradiction { reference: reference.to_owned(), contradiction });
    }
    let settled = tree.get_name("settled").filter(|entry| entry.kind() == Some(ObjectType::Tree));
    Ok(Contents { state, runs, settled_tree: settled.map(|entry| entry.id().to_string()) })
}

fn check_format(format: &str, reference: &str) -> Result<(), LedgerError> {
    let version = format.strip_prefix("rolewright-ledger ").and_then(|number| number.parse::<u64>().ok());
    match version {
        _ if format == FORMAT => Ok(()),
        Some(version) if version > VERSION => Err(newer(reference, format)),
        _ => Err(LedgerError::Unreadable(reference.to_owned())),
    }
}

fn state(text: &str, reference: &str) -> Result<State, LedgerError> {
    let unreadable = |_| LedgerError::Unreadable(reference.to_owned());
    let value: serde_json::Value = serde_json::from_str(text).map_err(unreadable)?;
    match value["version"].as_u64() {
        Some(VERSION) => serde_json::from_value(value).map_err(unreadable),
        Some(version) if version > VERSION => Err(newer(reference, &format!("state.json version {version}"))),
        _ => Err(LedgerError::Unreadable(reference.to_owned())),
    }
}

fn newer(reference: &str, format: &str) -> LedgerError {
    LedgerError::Newer { reference: reference.to_owned(), format: format.to_owned() }
}

/// Runs are ordered by number.
fn number(run: &str) -> u64 {
    run.trim_start_matches("r-").parse().unwrap_or(0)
}
