//! The first-parent history of a branch.

use super::{GitError, PolicyRepository};
use crate::model::Commit;
use git2::Oid;

/// A part of a branch's first-parent history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstParents {
    /// The commits, oldest first.
    pub commits: Vec<Commit>,
    /// The parent of the oldest; `None` if it is the root commit.
    pub before: Option<Commit>,
    /// Whether a shallow clone ends there, so that older commits may exist.
    pub cut: bool,
}

impl PolicyRepository {
    /// The first parents of `tip`, down to a commit that one of `known` contains.
    ///
    /// # Errors
    /// When the commit does not exist.
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
