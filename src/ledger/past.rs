//! What was settled before a run and after it, from the history of the ledger's ref.

use super::error::LedgerError;
use super::read::Contents;
use super::store::{Head, Ledger};
use super::tree;
use crate::gate::{RunRecord, Settled};

/// Policies that the ledger keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where they came from.
    pub settled: Settled,
    /// The git tree of their folder.
    pub tree: String,
}

/// What was settled around one run; none: nothing was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// Before it.
    pub before: Option<Kept>,
    /// After it.
    pub after: Option<Kept>,
}

impl Ledger {
    /// Goes back from what was read to the commit with which a run came. None: the history does not reach so far.
    ///
    /// # Errors
    /// When a commit on the way is no ledger.
    pub fn around(&self, head: &Head, run: &RunRecord) -> Result<Option<Around>, LedgerError> {
        let mut at = head.commit().map(ToOwned::to_owned);
        while let Some(commit) = at {
            let parent = self.parent(&commit)?;
            let knows = |commit: &str| self.knows(commit, run);
            if knows(&commit)? && !parent.as_deref().map(knows).transpose()?.unwrap_or(false) {
                let before = parent.map(|parent| self.kept(&parent)).transpose()?.flatten();
                return Ok(Some(Around { before, after: self.kept(&commit)? }));
            }
            at = parent;
        }
        Ok(None)
    }

    fn knows(&self, commit: &str, run: &RunRecord) -> Result<bool, LedgerError> {
        Ok(self.tree(commit)?.get_path(&tree::record_path(run)).is_ok())
    }

    fn kept(&self, commit: &str) -> Result<Option<Kept>, LedgerError> {
        let Contents { state, settled_tree, .. } = self.contents(commit)?;
        Ok(state.settled.zip(settled_tree).map(|(settled, tree)| Kept { settled, tree }))
    }
}
