//! A branch's own line of commits: each with its first parent, whatever was merged.

use super::{GitError, PolicyRepository};
use crate::model::Commit;
use git2::Oid;

/// A piece of a branch's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstParents {
    /// The commits, oldest first.
    pub commits: Vec<Commit>,
    /// What the oldest follows; none: it is the first there is.
    pub before: Option<Commit>,
    /// Whether this clone is shallow and ends there, so that more may have come before.
    pub cut: bool,
}

impl PolicyRepository {
    /// The line of a commit, down to what one of the known commits contains.
    ///
    /// # Errors
    /// When the commit is not there.
    pub fn first_parents(&self, tip: &Commit, known: &[Commit]) -> Result<FirstParents, GitError> {
        let missing = |_| GitError::NoRevision(tip.0.clone());
        let mut at =
            Some(Oid::from_str(&tip.0).and_then(|id| self.repository.find_commit(id)).map_err(missing)?);
        let mut line = FirstParents { commits: Vec::new(), before: None, cut: false };
        while let Some(commit) = at {
            let id = Commit(commit.id().to_string());
            if known.iter().any(|known| self.is_ancestor(&id, known)) {
                line.before = Some(id);
                break;
            }
            line.commits.push(id);
            let parent = commit.parent(0).ok();
            line.cut = parent.is_none() && self.repository.is_shallow();
            at = parent;
        }
        line.commits.reverse();
        Ok(line)
    }
}
