//! Merges in memory: the policies of a branch if a pull request were merged now.

use super::error::GitError;
use super::{PolicyRepository, files};
use crate::model::{Commit, SourceSet};
use git2::{Index, Oid};
use std::path::Path;

impl PolicyRepository {
    /// The policy files of `head` merged into `base`. Nothing is written, neither objects nor refs.
    ///
    /// # Errors
    /// On a merge conflict, or when a commit or file is missing.
    pub fn merged(&self, base: &Commit, head: &Commit) -> Result<SourceSet, GitError> {
        let failed = |error: git2::Error| GitError::Git(error.message().to_owned());
        let find = |commit: &Commit| {
            let found = Oid::from_str(&commit.0).and_then(|id| self.repository.find_commit(id));
            found.map_err(|_| GitError::NoRevision(commit.0.clone()))
        };
        let (ours, theirs) = (find(base)?, find(head)?);
        let mut index = self.repository.merge_commits(&ours, &theirs, None).map_err(failed)?;
        if index.has_conflicts() {
            return Err(GitError::Conflict(conflicts(&index)));
        }
        // New objects stay in memory: the clone may be read-only or not ours.
        let objects = self.repository.odb().map_err(failed)?;
        let _memory = objects.add_new_mempack_backend(1_000).map_err(failed)?;
        let tree = index.write_tree_to(&self.repository).map_err(failed)?;
        let root = self.repository.find_tree(tree).map_err(failed)?;
        let tree = match self.folder.as_str() {
            "" => root,
            folder => {
                let missing = || GitError::NoFolder { folder: folder.to_owned(), commit: head.0.clone() };
                let entry = root.get_path(Path::new(folder)).map_err(|_| missing())?;
                self.repository.find_tree(entry.id()).map_err(|_| missing())?
            }
        };
        let found = files::files(&self.repository, &tree, &self.folder)?;
        Ok(SourceSet::new(Some(head.clone()), self.folder.clone(), found))
    }
}

fn conflicts(index: &Index) -> Vec<String> {
    let Ok(conflicts) = index.conflicts() else { return Vec::new() };
    let mut paths: Vec<String> = conflicts
        .filter_map(Result::ok)
        .filter_map(|conflict| conflict.our.or(conflict.their).or(conflict.ancestor))
        .map(|entry| String::from_utf8_lossy(&entry.path).into_owned())
        .collect();
    paths.sort();
    paths.dedup();
    paths
}
