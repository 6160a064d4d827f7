//! The policies that were settled before and after a run, from the history of the ledger's ref.

use super::read::Contents;
use super::store::RefLedger;
use super::tree;
use crate::gate::RunRecord;
use crate::ledger::contents::{Head, SettledAround, SettledPolicies};
use crate::ledger::error::LedgerError;

impl RefLedger {
    /// Goes back from `head` to the commit that first has the run. `None` if the history does not reach that far.
    ///
    /// # Errors
    /// When a commit on the way is not a ledger.
    pub(in crate::ledger) fn settled_around(
        &self,
        head: &Head,
        run: &RunRecord,
    ) -> Result<Option<SettledAround>, LedgerError> {
        let mut at = head.value().map(ToOwned::to_owned);
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
