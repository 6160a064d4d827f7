//! The policies that were settled before and after a run, from the history of the ledger's ref.

use super::error::LedgerError;
use super::read::Contents;
use super::store::{Head, Ledger};
use super::tree;
use crate::gate::{RunRecord, Settled};

/// The settled policies in a ledger commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledPolicies {
    /// Their origin.
    pub settled: Settled,
    /// The git tree of their folder.
    pub tree: String,
}

/// The settled policies around one run; `None` if none were settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledAround {
    /// Before the run.
    pub before: Option<SettledPolicies>,
    /// After the run.
    pub after: Option<SettledPolicies>,
}

impl Ledger {
    /// Goes back from `head` to the commit that first has the run. `None` if the history does not reach that far.
    ///
    /// # Errors
    /// When a commit on the way is not a ledger.
    pub fn settled_around(&self, head: &Head, run: &RunRecord) -> Result<Option<SettledAround>, LedgerError> {
        let mut at = head.commit().map(ToOwned::to_owned);
        while let Some(commit) = at {
            let parent = self.parent(&commit)?;
            let has_record = |commit: &str| self.has_record(commit, run);
            if has_record(&commit)? && !parent.as_deref().map(has_record).transpose()?.unwrap_or(false) {
                let before = parent.map(|parent| self.settled_policies(&parent)).transpose()?.flatten();
                return Ok(Some(SettledAround { before, after: self.settled_policies(&commit)? }));
            }
            at = parent;
        }
        Ok(None)
    }

    fn has_record(&self, commit: &str, run: &RunRecord) -> Result<bool, LedgerError> {
        Ok(self.tree(commit)?.get_path(&tree::record_path(run)).is_ok())
    }

    fn settled_policies(&self, commit: &str) -> Result<Option<SettledPolicies>, LedgerError> {
        let Contents { state, settled_tree, .. } = self.contents(commit)?;
        Ok(state.settled.zip(settled_tree).map(|(settled, tree)| SettledPolicies { settled, tree }))
    }
}
