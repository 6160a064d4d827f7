//! A ledger with its whole history, to be carried to another kind of place.

use super::read::Contents;
use super::store::RefLedger;
use crate::ledger::contents::{SettledPolicies, Whole, WholeRun};
use crate::ledger::error::LedgerError;
use crate::ledger::texts::newest_first;
use std::collections::BTreeMap;

impl RefLedger {
    /// All of it; `None` if there is no ledger, or a run is writing in it.
    ///
    /// # Errors
    /// When it cannot be read, or a commit on the way is not a ledger.
    pub(in crate::ledger) fn whole(&self) -> Result<Option<Whole>, LedgerError> {
        let loaded = self.load()?;
        let Some(head) = loaded.head.value().filter(|_| loaded.state.open.is_none()) else { return Ok(None) };
        // The oldest commit that has a run is the one that made it.
        let mut after: BTreeMap<String, Option<SettledPolicies>> = BTreeMap::new();
        let mut at = Some(head.to_owned());
        while let Some(commit) = at {
            let Contents { state, runs, settled_tree } = self.contents(&commit)?;
            let settled =
                state.settled.zip(settled_tree).map(|(settled, tree)| SettledPolicies { settled, tree });
            after.extend(runs.into_iter().map(|record| (record.run, settled.clone())));
            at = self.parent(&commit)?;
        }
        let runs = newest_first(loaded.runs).into_iter().map(|record| {
            let settled = after.get(&record.run).cloned().flatten();
            WholeRun { record, settled }
        });
        Ok(Some(Whole { state: loaded.state, settled_tree: loaded.settled_tree, runs: runs.collect() }))
    }
}
