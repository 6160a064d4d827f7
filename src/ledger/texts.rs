//! Reads the texts of a ledger, and checks that it is this instance's ledger in a known format.

use super::error::LedgerError;
use crate::gate::{FORMAT, RunRecord, State};

/// The newest version of `state.json` that this version knows.
const VERSION: u64 = 1;

/// What a ledger holds beside its run records.
pub(super) struct Texts {
    pub(super) format: String,
    pub(super) state: String,
    pub(super) memory: Option<String>,
    pub(super) accounts: Option<String>,
}

/// The ledger that texts are of, for errors, and whose it has to be.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    pub(super) reference: &'w str,
    pub(super) instance: &'w str,
}

/// The state.
///
/// # Errors
/// When it is not the instance's, a newer version wrote it, or it contradicts its runs.
pub(super) fn state(texts: &Texts, runs: &[RunRecord], whose: Whose<'_>) -> Result<State, LedgerError> {
    let Whose { reference, instance } = whose;
    let unreadable = || LedgerError::Unreadable(reference.to_owned());
    check_format(texts.format.trim(), reference)?;
    let mut state = parsed(&texts.state, reference)?;
    // An unreadable memory counts as none: the application's values stay, and are remembered anew.
    state.memory = texts.memory.as_ref().and_then(|text| serde_json::from_str(text).ok());
    // Whose accounts are whose is nothing to guess.
    let accounts = texts.accounts.as_ref().map(|text| serde_json::from_str(text));
    state.accounts = accounts.transpose().map_err(|_| unreadable())?;
    // Another instance's ledger would say that nothing of this one was ever settled or removed.
    if state.instance != instance {
        return Err(unreadable());
    }
    match state.contradiction(runs) {
        Some(contradiction) => {
            Err(LedgerError::Contradiction { reference: reference.to_owned(), contradiction })
        }
        None => Ok(state),
    }
}

/// Runs are ordered by number.
pub(super) fn newest_first(mut runs: Vec<RunRecord>) -> Vec<RunRecord> {
    runs.sort_by_key(|record| std::cmp::Reverse(number(&record.run)));
    runs
}

/// The number of a run.
pub(super) fn number(run: &str) -> u64 {
    run.trim_start_matches("r-").parse().unwrap_or(0)
}

fn check_format(format: &str, reference: &str) -> Result<(), LedgerError> {
    let version = format.strip_prefix("rolewright-ledger ").and_then(|number| number.parse::<u64>().ok());
    match version {
        _ if format == FORMAT => Ok(()),
        Some(version) if version > VERSION => Err(newer(reference, format)),
        _ => Err(LedgerError::Unreadable(reference.to_owned())),
    }
}

fn parsed(text: &str, reference: &str) -> Result<State, LedgerError> {
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
