//! The ledger of one instance, wherever it is: read, and replaced only if it has not changed since.

use super::contents::{Head, Loaded, Pushed, SettledAround};
use super::error::LedgerError;
use super::place::LedgerPlace;
use super::postgres::RowLedger;
use super::refs::{RefLedger, Remote};
use crate::gate::{RunRecord, State};
use std::path::Path;
use std::sync::Arc;

/// The ledger of one instance.
pub struct Ledger(Kept);

enum Kept {
    Ref(RefLedger),
    Row(RowLedger),
}

impl Ledger {
    /// Opens the ledger of an instance, `default/dstny`. In git it is on the repository's remote if one is given; from a
    /// database the policies that it settled are brought into the repository.
    ///
    /// # Errors
    /// When the repository cannot be opened.
    pub fn open(
        git_folder: &Path,
        place: &LedgerPlace,
        instance: &str,
        remote: Option<Remote>,
    ) -> Result<Self, LedgerError> {
        Ok(Self(match place {
            LedgerPlace::Refs(prefix) => Kept::Ref(RefLedger::open(git_folder, prefix, instance, remote)?),
            LedgerPlace::Postgres(database) => {
                Kept::Row(RowLedger::open(git_folder, Arc::clone(database), instance)?)
            }
        }))
    }

    /// Environment and application: `default/dstny`.
    pub fn instance(&self) -> &str {
        match &self.0 {
            Kept::Ref(ledger) => ledger.instance(),
            Kept::Row(ledger) => ledger.instance(),
        }
    }

    /// Reads the ledger.
    ///
    /// # Errors
    /// When it cannot be read, or a newer version wrote it.
    pub fn load(&self) -> Result<Loaded, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.load(),
            Kept::Row(ledger) => ledger.load(),
        }
    }

    /// Adds a run on top of `head`: an opening, or a run with nothing to write. A run that was still open in `head`
    /// was interrupted; its record becomes `lost`. `settled` is the git tree of the policies that it settles.
    ///
    /// # Errors
    /// When it cannot be written, or the outcome stays unknown.
    pub fn add(
        &self,
        head: &Head,
        state: &State,
        settled: Option<&str>,
        record: &RunRecord,
    ) -> Result<Pushed, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.add(head, state, settled, record),
            Kept::Row(ledger) => ledger.add(head, state, settled, record),
        }
    }

    /// Replaces `head` without adding a run: a renewal or closing.
    ///
    /// # Errors
    /// As [`Ledger::add`].
    pub fn replace(
        &self,
        head: &Head,
        state: &State,
        record: Option<&RunRecord>,
    ) -> Result<Pushed, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.replace(head, state, record),
            Kept::Row(ledger) => ledger.replace(head, state, record),
        }
    }

    /// Begins the ledger of an instance that has none, with nothing settled. [`Pushed::Refused`] if there is one.
    ///
    /// # Errors
    /// As [`Ledger::add`].
    pub fn begin(&self) -> Result<Pushed, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.begin(),
            Kept::Row(ledger) => ledger.begin(),
        }
    }

    /// Keeps the old ledger under another name and starts an empty one. Returns that name; `None` if there was no
    /// ledger.
    ///
    /// # Errors
    /// When it cannot be kept, or was replaced meanwhile; then it stays where it was.
    pub fn reset(&self) -> Result<Option<String>, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.reset(),
            Kept::Row(ledger) => ledger.reset(),
        }
    }

    /// Carries the ledger along to another name, or from git into a database, with its state, its runs and its history.
    /// [`Pushed::Refused`] if there is a ledger there, or if a run is writing in this one.
    ///
    /// # Errors
    /// When it cannot be written, when the outcome stays unknown, and from a database into git.
    pub fn carry(&self, to: &Self) -> Result<Pushed, LedgerError> {
        match (&self.0, &to.0) {
            (Kept::Ref(from), Kept::Ref(to)) => from.carry(to),
            (Kept::Row(from), Kept::Row(to)) => from.carry(to),
            (Kept::Ref(from), Kept::Row(to)) => {
                let Some(whole) = from.whole()? else { return Ok(Pushed::Refused) };
                let taken = to.take(&whole)?;
                if matches!(taken, Pushed::Done(_)) {
                    // Kept under another name, so that nobody goes on with it.
                    from.reset()?;
                }
                Ok(taken)
            }
            (Kept::Row(_), Kept::Ref(_)) => {
                Err(LedgerError::Git("a ledger in a database is not carried into git".to_owned()))
            }
        }
    }

    /// What was settled before and after a run. `None` if the history does not reach that far.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn settled_around(&self, head: &Head, run: &RunRecord) -> Result<Option<SettledAround>, LedgerError> {
        match &self.0 {
            Kept::Ref(ledger) => ledger.settled_around(head, run),
            Kept::Row(ledger) => ledger.settled_around(run),
        }
    }
}
