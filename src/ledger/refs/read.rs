//! Reads a ledger commit's tree.

use super::tree;
use crate::gate::{RunRecord, State};
use crate::ledger::error::LedgerError;
use crate::ledger::texts::{Texts, Whose, newest_first, state};
use git2::{ObjectType, Repository, Tree};

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
    let text = |name: &str| tree::text(repository, tree, name);
    let texts = Texts {
        format: text("format").ok_or_else(unreadable)?,
        // A newer format may have none, and says so itself.
        state: text("state.json").unwrap_or_default(),
        memory: text("memory.json"),
        accounts: text("accounts.json"),
    };
    let runs = newest_first(tree::records(repository, tree));
    let state = state(&texts, &runs, Whose { reference, instance })?;
    let settled = tree.get_name("settled").filter(|entry| entry.kind() == Some(ObjectType::Tree));
    Ok(Contents { state, runs, settled_tree: settled.map(|entry| entry.id().to_string()) })
}
