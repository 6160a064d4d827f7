//! The ledger's ref: read, and replaced only if it has not changed since.

use super::read::{Contents, contents};
use super::remote::Remote;
use super::tree;
use crate::gate::{RunRecord, State};
use crate::ledger::contents::{Head, Loaded, Pushed};
use crate::ledger::error::LedgerError;
use git2::{ErrorCode, Oid, Repository, Signature, Time, Tree};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// The ledger of one instance.
pub(in crate::ledger) struct RefLedger {
    pub(super) repository: Repository,
    prefix: String,
    instance: String,
    reference: String,
    remote: Option<Remote>,
    /// Distinguishes the commits of this value from those of other writers.
    writer: String,
}

impl RefLedger {
    /// Opens the ledger of an instance, `default/dstny`, in a repository; on its remote if one is given.
    ///
    /// # Errors
    /// When the repository cannot be opened.
    pub(in crate::ledger) fn open(
        git_folder: &Path,
        prefix: &str,
        instance: &str,
        remote: Option<Remote>,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            repository: Repository::open(git_folder)?,
            prefix: prefix.to_owned(),
            instance: instance.to_owned(),
            reference: format!("{prefix}/{instance}"),
            remote,
            writer: format!("{:016x}", RandomState::new().hash_one(std::process::id())),
        })
    }

    /// Environment and application: `default/dstny`.
    pub(in crate::ledger) fn instance(&self) -> &str {
        &self.instance
    }

    /// Reads the ledger, from the remote if there is one.
    ///
    /// # Errors
    /// When it cannot be read, or a newer version wrote it.
    pub(in crate::ledger) fn load(&self) -> Result<Loaded, LedgerError> {
        let Some(head) = self.current()? else {
            let state = State::first(&self.instance);
            return Ok(Loaded { head: Head::absent(), state, runs: Vec::new(), settled_tree: None });
        };
        let Contents { state, runs, settled_tree } = self.contents(&head)?;
        Ok(Loaded { head: Head::at(head), state, runs, settled_tree })
    }

    /// Adds a commit on top of `head`: an opening, or a run with nothing to write. A run that was still open in `head`
    /// was interrupted; its record becomes `lost`.
    ///
    /// # Errors
    /// When it cannot be written, or the outcome on the remote stays unknown.
    pub(in crate::ledger) fn add(
        &self,
        head: &Head,
        state: &State,
        settled: Option<&str>,
        record: &RunRecord,
    ) -> Result<Pushed, LedgerError> {
        let lost = self.lost_run(head)?.map(RunRecord::lost);
        let records: Vec<&RunRecord> = lost.iter().chain([record]).collect();
        self.put(head, head.value(), state, settled, &records)
    }

    /// Replaces the commit `head` by one with the same parent: a renewal or closing.
    ///
    /// # Errors
    /// As [`RefLedger::add`].
    pub(in crate::ledger) fn replace(
        &self,
        head: &Head,
        state: &State,
        record: Option<&RunRecord>,
    ) -> Result<Pushed, LedgerError> {
        let parent = head.value().map(|commit| self.parent(commit)).transpose()?.flatten();
        let records: Vec<&RunRecord> = record.into_iter().collect();
        self.put(head, parent.as_deref(), state, None, &records)
    }

    /// Keeps the old ledger under another name and starts an empty one. Returns that name; `None` if there was no
    /// ledger.
    ///
    /// # Errors
    /// When it cannot be kept, or was replaced meanwhile; then it stays where it was.
    pub(in crate::ledger) fn reset(&self) -> Result<Option<String>, LedgerError> {
        let Some(old) = self.current()? else { return Ok(None) };
        let archived = self.free_name()?;
        match &self.remote {
            Some(remote) => remote.push(&archived, None, &old)?,
            None => {
                let log = "rolewright: ledger reset";
                self.repository.reference(&archived, Oid::from_str(&old)?, false, log)?;
            }
        }
        self.delete(&old)?;
        Ok(Some(archived))
    }

    /// Deletes the ref if it still points to `old`.
    pub(super) fn delete(&self, old: &str) -> Result<(), LedgerError> {
        if let Some(remote) = &self.remote {
            remote.push(&self.reference, Some(old), "")?;
        }
        if self.local()?.as_deref() == Some(old) {
            self.repository.find_reference(&self.reference)?.delete()?;
        }
        Ok(())
    }

    /// The first unused name for an old ledger.
    fn free_name(&self) -> Result<String, LedgerError> {
        let folder = format!("{}-old/{}/", self.prefix, self.instance);
        let pattern = format!("{folder}*");
        let names = match &self.remote {
            Some(remote) => remote.refs(&pattern)?,
            None => {
                let mut references = self.repository.references_glob(&pattern)?;
                references.names().filter_map(|name| name.ok().map(ToOwned::to_owned)).collect()
            }
        };
        let taken = names.iter().filter_map(|name| name.strip_prefix(&folder)?.parse::<u64>().ok()).max();
        Ok(format!("{folder}{}", taken.unwrap_or(0) + 1))
    }

    /// The parent of a ledger commit; `None` for the first.
    pub(super) fn parent(&self, commit: &str) -> Result<Option<String>, LedgerError> {
        let commit = self.repository.find_commit(Oid::from_str(commit)?)?;
        Ok(commit.parent_ids().next().map(|parent| parent.to_string()))
    }

    /// The current value of the ref.
    fn current(&self) -> Result<Option<String>, LedgerError> {
        match &self.remote {
            Some(remote) if !remote.fetch_ref(&self.reference)? => Ok(None),
            _ => self.local(),
        }
    }

    fn local(&self) -> Result<Option<String>, LedgerError> {
        match self.repository.refname_to_id(&self.reference) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn tree(&self, commit: &str) -> Result<Tree<'_>, LedgerError> {
        let commit = Oid::from_str(commit).and_then(|id| self.repository.find_commit(id));
        commit.and_then(|commit| commit.tree()).map_err(|_| LedgerError::Unreadable(self.reference.clone()))
    }

    pub(super) fn contents(&self, commit: &str) -> Result<Contents, LedgerError> {
        contents(&self.repository, &self.tree(commit)?, &self.reference, &self.instance)
    }

    /// The record of the run that is still open in `head`.
    fn lost_run(&self, head: &Head) -> Result<Option<RunRecord>, LedgerError> {
        let Some(head) = head.value() else { return Ok(None) };
        let Contents { state, runs, .. } = self.contents(head)?;
        Ok(state.open.and_then(|open| runs.into_iter().find(|record| record.run == open.run)))
    }

    pub(super) fn put(
        &self,
        head: &Head,
        parent: Option<&str>,
        state: &State,
        settled: Option<&str>,
        records: &[&RunRecord],
    ) -> Result<Pushed, LedgerError> {
        let base = head.value().map(|commit| self.tree(commit)).transpose()?;
        let settled = settled.map(Oid::from_str).transpose()?;
        let tree = tree::write(&self.repository, base.as_ref(), state, settled, records)?;
        let commit = self.commit(tree, parent, state)?.to_string();
        self.publish(head, &commit)
    }

    /// Points the ref to a commit, if it still points to `head`.
    pub(super) fn publish(&self, head: &Head, commit: &str) -> Result<Pushed, LedgerError> {
        match &self.remote {
            Some(remote) => self.push(remote, head, commit),
            None => self.swap(head, commit),
        }
    }

    pub(super) fn commit(&self, tree: Oid, parent: Option<&str>, state: &State) -> Result<Oid, LedgerError> {
        let tree = self.repository.find_tree(tree)?;
        let parent = parent.map(|parent| self.repository.find_commit(Oid::from_str(parent)?)).transpose()?;
        // Runs are ordered by number, not by time, so commits have no time of their own.
        let author = Signature::new("rolewright", "rolewright@localhost", &Time::new(0, 0))?;
        // Otherwise two runs that start in the same second with the same plan would make the same commit, and each
        // would take the other's opening for its own.
        let beat = state.open.as_ref().map_or(0, |open| open.beat);
        let message = format!("{} r-{} beat {beat}\n\nWriter: {}\n", state.instance, state.seq, self.writer);
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        Ok(self.repository.commit(None, &author, &author, &message, &tree, &parents)?)
    }

    fn swap(&self, head: &Head, new: &str) -> Result<Pushed, LedgerError> {
        let (new_id, log) = (Oid::from_str(new)?, "rolewright");
        // Zero means "does not exist", and is compared under the ref's lock like any other value. (A creation without
        // force checks before it locks: two at once could both succeed.)
        let old = head.value().map_or(Ok(Oid::ZERO_SHA1), Oid::from_str)?;
        let swapped = self.repository.reference_matching(&self.reference, new_id, true, old, log);
        match swapped {
            Ok(_) => Ok(Pushed::Done(Head::at(new.to_owned()))),
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound | ErrorCode::Locked
                ) =>
            {
                Ok(Pushed::Refused)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// After a failed push the ref is read: our own commit there is a success, another one a lost race; if it did not
    /// change, the remote was not reached or refuses everyone.
    fn push(&self, remote: &Remote, head: &Head, new: &str) -> Result<Pushed, LedgerError> {
        let Err(push) = remote.push(&self.reference, head.value(), new) else {
            return Ok(Pushed::Done(Head::at(new.to_owned())));
        };
        let current = match self.current() {
            Ok(current) => current,
            Err(check) => return Err(LedgerError::Unknown { push, check: check.to_string() }),
        };
        if current.as_deref() == Some(new) {
            Ok(Pushed::Done(Head::at(new.to_owned())))
        } else if current.as_deref() == head.value() {
            Err(push.into())
        } else {
            Ok(Pushed::Refused)
        }
    }
}
