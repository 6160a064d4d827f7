//! The policy files of a tree.

use super::error::GitError;
use crate::fetch::policy_file::{Collected, EntryKind};
use crate::model::SourceFile;
use git2::{ObjectType, Oid, Repository, Tree, TreeEntry};

const LINK: i32 = 0o120_000;
const SUBMODULE: i32 = 0o160_000;

/// Reads every `.yaml` and `.yml` blob below a tree; `folder` is the prefix of their paths.
///
/// # Errors
/// When an object is missing, else all problems of the files.
pub(super) fn files(
    repository: &Repository,
    tree: &Tree<'_>,
    folder: &str,
) -> Result<Vec<SourceFile>, GitError> {
    let mut reader = TreeReader { repository, collected: Collected::default() };
    reader.tree(tree, folder, 0).map_err(|path| missing(repository, path))?;
    reader.collected.finish().map_err(GitError::Files)
}

struct TreeReader<'r> {
    repository: &'r Repository,
    collected: Collected,
}

/// The path of a missing object.
type Missing = String;

impl TreeReader<'_> {
    fn tree(&mut self, tree: &Tree<'_>, folder: &str, depth: u32) -> Result<(), Missing> {
        for entry in tree {
            let kind = kind(&entry);
            let Some(path) = self.collected.path(folder, entry.name_bytes(), kind) else { continue };
            match kind {
                EntryKind::Folder => self.folder(entry.id(), path, depth + 1)?,
                _ => self.blob(entry.id(), path)?,
            }
        }
        Ok(())
    }

    fn folder(&mut self, id: Oid, path: String, depth: u32) -> Result<(), Missing> {
        if !self.collected.may_enter(&path, depth) {
            return Ok(());
        }
        match self.repository.find_tree(id) {
            Ok(tree) => self.tree(&tree, &path, depth),
            Err(_) => Err(path),
        }
    }

    /// Checks the size first, so that a large blob is never loaded.
    fn blob(&mut self, id: Oid, path: String) -> Result<(), Missing> {
        let size = self.repository.odb().and_then(|objects| objects.read_header(id));
        let Ok((size, _)) = size else { return Err(path) };
        if self.collected.may_read(&path, size as u64) {
            match self.repository.find_blob(id) {
                Ok(blob) => self.collected.add(path, blob.content().to_vec()),
                Err(_) => return Err(path),
            }
        }
        Ok(())
    }
}

fn kind(entry: &TreeEntry<'_>) -> EntryKind {
    match (entry.filemode(), entry.kind()) {
        (SUBMODULE, _) => EntryKind::Submodule,
        (LINK, _) => EntryKind::Link,
        (_, Some(ObjectType::Tree)) => EntryKind::Folder,
        _ => EntryKind::File,
    }
}

fn missing(repository: &Repository, path: String) -> GitError {
    let promised = repository.config().is_ok_and(|config| {
        config
            .entries(Some(r"^(extensions\.partialclone|remote\..*\.promisor)$"))
            .is_ok_and(|mut entries| entries.next().is_some())
    });
    if promised { GitError::Partial(path) } else { GitError::Damaged(path) }
}
