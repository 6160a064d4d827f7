//! Which instances have a ledger below a prefix, and how a ledger gets another name.

use super::remote::Remote;
use super::store::RefLedger;
use crate::gate::State;
use crate::ledger::contents::Pushed;
use crate::ledger::error::LedgerError;
use git2::{Oid, Repository};
use std::path::Path;

/// The beginning of a ledger's refs, from what the operator says: neither branches nor tags, nor copies of a remote's.
///
/// # Errors
/// When it is none, in words.
pub(in crate::ledger) fn prefix(text: &str) -> Result<String, String> {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let mut parts = text.strip_prefix("refs/").unwrap_or_default().split('/');
    let taken = matches!(parts.clone().next(), Some("heads" | "tags" | "remotes" | "pull" | "notes"));
    match !taken && parts.all(part) {
        true => Ok(text.to_owned()),
        false => {
            Err("expected a prefix of refs that nothing else uses, such as `refs/rolewright`".to_owned())
        }
    }
}

/// The instances that have a ledger below a prefix: `default/dstny`, sorted.
///
/// # Errors
/// When the refs cannot be read.
pub(in crate::ledger) fn instances(
    git_folder: &Path,
    prefix: &str,
    remote: Option<&Remote>,
) -> Result<Vec<String>, LedgerError> {
    let pattern = format!("{prefix}/*");
    let names = match remote {
        Some(remote) => remote.refs(&pattern)?,
        None => {
            let repository = Repository::open(git_folder)?;
            let mut references = repository.references_glob(&pattern)?;
            references.names().filter_map(|name| name.ok().map(ToOwned::to_owned)).collect()
        }
    };
    let instance = |name: &String| Some(name.strip_prefix(prefix)?.strip_prefix('/')?.to_owned());
    let mut instances: Vec<String> = names.iter().filter_map(instance).collect();
    instances.retain(|instance| instance.split('/').count() == 2);
    instances.sort();
    Ok(instances)
}

impl RefLedger {
    /// Begins the ledger of an instance that has none, with nothing settled. [`Pushed::Refused`] if there is one.
    ///
    /// # Errors
    /// When it cannot be written, or the outcome on the remote stays unknown.
    pub(in crate::ledger) fn begin(&self) -> Result<Pushed, LedgerError> {
        let loaded = self.load()?;
        if loaded.exists() {
            return Ok(Pushed::Refused);
        }
        self.put(&loaded.head, None, &loaded.state, None, &[])
    }

    /// Carries the ledger along to another name, with its state, its runs and its history. [`Pushed::Refused`] if there
    /// is a ledger of that name, or if a run is writing in this one. Interrupted, both are there, and the new one is the one that counts.
    ///
    /// # Errors
    /// When it cannot be written, or the outcome on the remote stays unknown.
    pub(in crate::ledger) fn carry(&self, to: &Self) -> Result<Pushed, LedgerError> {
        let (loaded, target) = (self.load()?, to.load()?);
        let Some(old) = loaded.head.value().filter(|_| loaded.state.open.is_none() && !target.exists())
        else {
            return Ok(Pushed::Refused);
        };
        let state = State { instance: to.instance().to_owned(), ..loaded.state.clone() };
        let tree = self.with_state(old, &state)?;
        let commit = self.commit(tree, Some(old), &state)?.to_string();
        let pushed = to.publish(&target.head, &commit)?;
        if matches!(pushed, Pushed::Done(_)) {
            self.delete(old)?;
        }
        Ok(pushed)
    }

    fn with_state(&self, commit: &str, state: &State) -> Result<Oid, LedgerError> {
        Ok(super::tree::write(&self.repository, Some(&self.tree(commit)?), state, None, &[])?)
    }
}
