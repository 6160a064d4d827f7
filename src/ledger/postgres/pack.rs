//! Trees of policies as git packs: out of a repository, and into another, where git's own ids prove that nothing was changed.

use crate::ledger::error::LedgerError;
use git2::{Buf, ObjectType, Oid, Repository};
use std::io::Write;

/// A tree with everything below it.
///
/// # Errors
/// When the repository lacks some of it.
pub(super) fn pack(repository: &Repository, tree: &str) -> Result<Vec<u8>, LedgerError> {
    let mut builder = repository.packbuilder()?;
    // Otherwise the same tree would be another pack on another machine.
    builder.set_threads(1);
    builder.insert_tree(Oid::from_str(tree)?)?;
    let mut bytes = Buf::new();
    builder.write_buf(&mut bytes)?;
    Ok(bytes.to_vec())
}

/// Puts a pack into a repository.
///
/// # Errors
/// When it is damaged, or cannot be written.
pub(super) fn unpack(repository: &Repository, pack: &[u8]) -> Result<(), LedgerError> {
    let objects = repository.odb()?;
    let mut writer = objects.packwriter()?;
    writer.write_all(pack).map_err(|error| LedgerError::Git(error.to_string()))?;
    writer.commit()?;
    Ok(objects.refresh()?)
}

/// Whether a repository has a tree with everything below it.
pub(super) fn has(repository: &Repository, tree: &str) -> bool {
    let Ok(objects) = repository.odb() else { return false };
    let mut open: Vec<Oid> = Oid::from_str(tree).into_iter().collect();
    let mut is_whole = !open.is_empty();
    while let Some(id) = open.pop().filter(|_| is_whole) {
        let Ok(tree) = repository.find_tree(id) else { return false };
        for entry in &tree {
            match entry.kind() {
                Some(ObjectType::Tree) => open.push(entry.id()),
                // A submodule's commit is in no tree's pack.
                Some(ObjectType::Commit) => {}
                _ => is_whole &= objects.exists(entry.id()),
            }
        }
    }
    is_whole
}
