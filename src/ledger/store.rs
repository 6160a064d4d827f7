//! The ledger's ref: read, and replaced only if it is still what was read.

use super::remote::{Remote, RemoteError};
use super::tree;
use crate::gate::{FORMAT, RunRecord, State};
use git2::{ErrorCode, Oid, Repository, Signature, Time};
use std::path::Path;

/// Why the ledger could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A newer binary wrote it.
    #[error(
        "the ledger `{reference}` has the format `{format}`, which this binary does not know: use a newer one"
    )]
    Newer {
        /// The ref.
        reference: String,
        /// What its `format` says.
        format: String,
    },
    /// It is no ledger.
    #[error(
        "the ledger `{0}` cannot be read: look at it with `git show {0}`, or start anew with `rolewright ledger reset`"
    )]
    Unreadable(String),
    /// The remote could not be reached.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Anything else that git says.
    #[error("the ledger: {0}")]
    Git(String),
}

impl From<git2::Error> for LedgerError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.message().to_owned())
    }
}

/// What the ref named when it was read; what it must still name to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head(Option<String>);

/// What the ledger held.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// For the next replacement.
    pub head: Head,
    /// The state; that before the first run where there is no ref.
    pub state: State,
    /// The run records, newest first.
    pub runs: Vec<RunRecord>,
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
    reference: String,
    instance: String,
    remote: Option<Remote>,
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
        let repository = Repository::open(git_folder)?;
        Ok(Self {
            repository,
            reference: format!("{prefix}/{instance}"),
            instance: instance.to_owned(),
            remote,
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
        let head = match &self.remote {
            Some(remote) => remote.fetch_ref(&self.reference)?,
            None => self.local()?,
        };
        let Some(commit) = head.clone() else {
            return Ok(Loaded { head: Head(None), state: State::first(&self.instance), runs: Vec::new() });
        };
        let unreadable = || LedgerError::Unreadable(self.reference.clone());
        let tree = self.repository.find_commit(Oid::from_str(&commit)?)?.tree()?;
        let format = tree::text(&self.repository, &tree, "format").ok_or_else(unreadable)?;
        if format.trim() != FORMAT {
            return Err(match format.trim().strip_prefix("rolewright-ledger ") {
                Some(_) => {
                    LedgerError::Newer { reference: self.reference.clone(), format: format.trim().to_owned() }
                }
                None => unreadable(),
            });
        }
        let state = tree::text(&self.repository, &tree, "state.json").ok_or_else(unreadable)?;
        let state: State = serde_json::from_str(&state).map_err(|_| unreadable())?;
        let mut runs = tree::records(&self.repository, &tree);
        runs.sort_by_key(|record| std::cmp::Reverse(number(&record.run)));
        Ok(Loaded { head: Head(head), state, runs })
    }

    /// Adds a commit on top of what was read: an opening, or a run with nothing to write.
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
        self.put(head, head.0.as_deref(), state, settled, Some(record))
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
        let parent = match &head.0 {
            Some(commit) => {
                let commit = self.repository.find_commit(Oid::from_str(commit)?)?;
                commit.parent_ids().next().map(|parent| parent.to_string())
            }
            None => None,
        };
        self.put(head, parent.as_deref(), state, None, record)
    }

    /// Keeps the old ledger under another name and starts an empty one. Gives the name.
    ///
    /// # Errors
    /// When there is none, or it cannot be moved.
    pub fn reset(&self) -> Result<Option<String>, LedgerError> {
        let old = match &self.remote {
            Some(remote) => remote.fetch_ref(&self.reference)?,
            None => self.local()?,
        };
        let Some(old) = old else { return Ok(None) };
        let name = (1..).map(|number| format!("refs/rolewright-old/{}/{number}", self.instance));
        let kept =
            name.into_iter().find(|name| self.repository.refname_to_id(name).is_err()).unwrap_or_default();
        match &self.remote {
            Some(remote) => {
                remote.push(&kept, None, &old)?;
                remote.push(&self.reference, Some(&old), "")?;
            }
            None => {
                self.repository.reference(&kept, Oid::from_str(&old)?, false, "rolewright: ledger reset")?;
            }
        }
        if let Ok(mut reference) = self.repository.find_reference(&self.reference) {
            reference.delete()?;
        }
        Ok(Some(kept))
    }

    fn local(&self) -> Result<Option<String>, LedgerError> {
        match self.repository.refname_to_id(&self.reference) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn put(
        &self,
        head: &Head,
        parent: Option<&str>,
        state: &State,
        settled: Option<&str>,
        record: Option<&RunRecord>,
    ) -> Result<Pushed, LedgerError> {
        let base = match &head.0 {
            Some(commit) => Some(self.repository.find_commit(Oid::from_str(commit)?)?.tree()?),
            None => None,
        };
        let settled = settled.map(Oid::from_str).transpose()?;
        let tree = tree::write(&self.repository, base.as_ref(), state, settled, record)?;
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
        let message = format!(
            "{} r-{} beat {}\n",
            state.instance,
            state.seq,
            state.open.as_ref().map_or(0, |open| open.beat)
        );
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

    /// A push whose answer was lost is looked up: our own commit there is a success.
    fn push(&self, remote: &Remote, head: &Head, new: &str) -> Result<Pushed, LedgerError> {
        let done = Pushed::Done(Head(Some(new.to_owned())));
        match remote.push(&self.reference, head.0.as_deref(), new) {
            Ok(true) => Ok(done),
            Ok(false) => match remote.fetch_ref(&self.reference)? {
                Some(there) if there == new => Ok(done),
                _ => Ok(Pushed::Refused),
            },
            Err(error) => match remote.fetch_ref(&self.reference)? {
                Some(there) if there == new => Ok(done),
                _ => Err(error.into()),
            },
        }
    }
}

/// Runs are ordered by their number.
fn number(run: &str) -> u64 {
    run.trim_start_matches("r-").parse().unwrap_or(0)
}
