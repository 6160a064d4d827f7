//! Who wrote the commits of a change, by the mails that these name. Anybody can write them: they are for telling, never for
//! deciding.

use super::{GitError, PolicyRepository};
use crate::model::Commit;
use git2::Oid;
use std::collections::BTreeSet;

/// Commits of a change that are looked at; of more, the newest.
const MOST_COMMITS: usize = 1_000;

impl PolicyRepository {
    /// The author mails of the commits that `head` has and `base` has not.
    ///
    /// # Errors
    /// When one of them does not exist.
    pub fn authors(&self, base: &Commit, head: &Commit) -> Result<BTreeSet<String>, GitError> {
        let problem = |error: git2::Error| GitError::Git(error.message().to_owned());
        let mut walk = self.repository.revwalk().map_err(problem)?;
        walk.push(Oid::from_str(&head.0).map_err(problem)?).map_err(problem)?;
        walk.hide(Oid::from_str(&base.0).map_err(problem)?).map_err(problem)?;
        let mut mails = BTreeSet::new();
        for id in walk.take(MOST_COMMITS) {
            let commit = self.repository.find_commit(id.map_err(problem)?).map_err(problem)?;
            let author = commit.author();
            mails.extend(author.email().ok().map(ToOwned::to_owned).filter(|mail| !mail.is_empty()));
        }
        Ok(mails)
    }
}
