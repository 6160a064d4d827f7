//! The ledger's ref: read, and replaced only if it is still what was read.

use super::error::LedgerError;
use super::read::{Contents, contents};
use super::remote::Remote;
use super::tree;
use crate::gate::{RunRecord, State};
use git2::{ErrorCode, Oid, Repository, Signature, Time, Tree};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// What the ref named when it was read; what it must still name to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head(Option<String>);

impl Head {
    /// The commit; none: there was no ledger.
    pub(super) fn commit(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// What the ledger held.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// For the next replacement.
    pub head: Head,
    /// The state; that before the first run where there is no ref.
    pub state: State,
    /// The run records, newest first.
    pub runs: Vec<RunRecord>,
    /// The git tree of the policies last settled: it is there even when their commit is not any more.
    pub settled_tree: Option<String>,
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The ref names the new commit.
    Done(Head),
    /// Somebody else replaced it first; nothing was changed.
    Refused,
}

/// The ledger of one instance.
pub struct Ledger {
    repository: Repository,
    prefix: String,
    instance: String,
    reference: String,
    remote: Option<Remote>,
    /// Tells this value's commits from those of everybody else.
    writer: String,
}

impl Ledger {
    /// The ledger of an instance, `default/dstny`, in a repository; on its remote where there is one.
    ///
    /// # Errors
    /// When the repository cannot be opened.
    pub fn open(
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

    /// The ref's name.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Reads the ledger, from the remote where there is one.
    ///
    /// # Errors
    /// When it cannot be read, or a newer binary wrote it.
    pub fn load(&self) -> Result<Loaded, LedgerError> {
        let Some(head) = self.value()? else {
            let state = State::first(&self.instance);
            return Ok(Loaded { head: Head(None), state, runs: Vec::new(), settled_tree: None });
        };
        let Contents { state, runs, settled_tree } = self.contents(&head)?;
        Ok(Loaded { head: Head(Some(head)), state, runs, settled_tree })
    }

    /// Adds a commit on top of what was read: an opening, or a run with nothing to write. A run that was still open in
    /// what was read is dead: its record says `lost` from now on.
    ///
    /// # Errors
    /// When it cannot be written, or it is not known whether the remote took it even after looking.
    pub fn add(
        &self,
        head: &Head,
        state: &State,
        settled: Option<&str>,
        record: &RunRecord,
    ) -> Result<Pushed, LedgerError> {
        let lost = self.dead(head)?.map(RunRecord::lost);
        let records: Vec<&RunRecord> = lost.iter().chain([record]).collect();
        self.put(head, head.0.as_deref(), state, settled, &records)
    }

    /// Puts a commit in place of what was read: a renewal or closing, with the same parent.
    ///
    /// # Errors
    /// As [`Ledger::add`].
    pub fn replace(
        &self,
        head: &Head,
        state: &State,
        record: Option<&RunRecord>,
    ) -> Result<Pushed, LedgerError> {
        let parent = head.commit().map(|commit| self.parent(commit)).transpose()?.flatten();
        let records: Vec<&RunRecord> = record.into_iter().collect();
        self.put(head, parent.as_deref(), state, None, &records)
    }

    /// Keeps the old ledger under another name and starts an empty one. Gives the name; none: there was no ledger.
    ///
    /// # Errors
    /// When it cannot be kept, or was replaced meanwhile: then it is still where it was.
    pub fn reset(&self) -> Result<Option<String>, LedgerError> {
        let Some(old) = self.value()? else { return Ok(None) };
        let kept = self.free_name()?;
        match &self.remote {
            Some(remote) => {
                remote.push(&kept, None, &old)?;
                remote.push(&self.reference, Some(&old), "")?;
            }
            None => {
                self.repository.reference(&kept, Oid::from_str(&old)?, false, "rolewright: ledger reset")?;
            }
        }
        if self.local()?.as_ref() == Some(&old) {
            self.repository.find_reference(&self.reference)?.delete()?;
        }
        Ok(Some(kept))
    }

    /// The first name that no old ledger has.
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

    /// What a commit of the ledger follows; none: it is the first.
    pub(super) fn parent(&self, commit: &str) -> Result<Option<String>, LedgerError> {
        let commit = self.repository.find_commit(Oid::from_str(commit)?)?;
        Ok(commit.parent_ids().next().map(|parent| parent.to_string()))
    }

    /// What the ref names now.
    fn value(&self) -> Result<Option<String>, LedgerError> {
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

    /// The record of the run that is open in what was read.
    fn dead(&self, head: &Head) -> Result<Option<RunRecord>, LedgerError> {
        let Some(head) = &head.0 else { return Ok(None) };
        let Contents { state, runs, .. } = self.contents(head)?;
        Ok(state.open.and_then(|open| runs.into_iter().find(|record| record.run == open.run)))
    }

    fn put(
        &self,
        head: &Head,
        parent: Option<&str>,
        state: &State,
        settled: Option<&str>,
        records: &[&RunRecord],
    ) -> Result<Pushed, LedgerError> {
        let base = head.0.as_ref().map(|commit| self.tree(commit)).transpose()?;
        let settled = settled.map(Oid::from_str).transpose()?;
        let tree = tree::write(&self.repository, base.as_ref(), state, settled, records)?;
        let commit = self.commit(tree, parent, state)?.to_string();
        match &self.remote {
            Some(remote) => self.push(remote, head, &commit),
            None => self.swap(head, &commit),
        }
    }

    fn commit(&self, tree: Oid, parent: Option<&str>, state: &State) -> Result<Oid, LedgerError> {
        let tree = self.repository.find_tree(tree)?;
        let parent = parent.map(|parent| self.repository.find_commit(Oid::from_str(parent)?)).transpose()?;
        // The ledger orders runs by number, never by clock: commits carry no time of their own.
        let author = Signature::new("rolewright", "rolewright@localhost", &Time::new(0, 0))?;
        // Two runs that begin in the same second with the same plan would else make the same commit, and each would
        // take the other's opening for its own.
        let beat = state.open.as_ref().map_or(0, |open| open.beat);
        let message = format!("{} r-{} beat {beat}\n\nWriter: {}\n", state.instance, state.seq, self.writer);
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        Ok(self.repository.commit(None, &author, &author, &message, &tree, &parents)?)
    }

    fn swap(&self, head: &Head, new: &str) -> Result<Pushed, LedgerError> {
        let (new_id, log) = (Oid::from_str(new)?, "rolewright");
        // Zero stands for "not there", and is compared under the ref's lock, as any other value is. (A creation that is
        // not forced looks before it locks: of two at once both would succeed.)
        let old = head.0.as_deref().map_or(Ok(Oid::ZERO_SHA1), Oid::from_str)?;
        let swapped = self.repository.reference_matching(&self.reference, new_id, true, old, log);
        match swapped {
            Ok(_) => Ok(Pushed::Done(Head(Some(new.to_owned())))),
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

    /// A push that did not succeed is looked up: our own commit there is a success, another's is a race that was lost,
    /// and where nothing changed the remote could not be reached, or refuses everybody.
    fn push(&self, remote: &Remote, head: &Head, new: &str) -> Result<Pushed, LedgerError> {
        let Err(push) = remote.push(&self.reference, head.0.as_deref(), new) else {
            return Ok(Pushed::Done(Head(Some(new.to_owned()))));
        };
        let there = match self.value() {
            Ok(there) => there,
            Err(look) => return Err(LedgerError::Unknown { push, look: look.to_string() }),
        };
        if there.as_deref() == Some(new) {
            Ok(Pushed::Done(Head(there)))
        } else if there == head.0 {
            Err(push.into())
        } else {
            Ok(Pushed::Refused)
        }
    }
}
