//! The two versions of the policies: the protected branch's tip, and the merge of a change into it, made in memory.

use crate::cmd::args::Global;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::out;
use crate::cmd::settled::SettledPolicies;
use crate::cmd::workspace::{self, Side, Workspace};
use crate::fetch::git::PolicyRepository;
use crate::ledger::{Ledger, Loaded, Remote};
use crate::model::Commit;
use crate::policy::{Privacy, Review};
use crate::render::impact::wording;
use std::collections::BTreeSet;

/// Both versions.
pub(super) struct Sides {
    pub(super) repository: PolicyRepository,
    pub(super) base: Commit,
    pub(super) head: Commit,
    merged: Workspace,
    /// None: there were no sound policies before.
    before: Option<Workspace>,
    allowed_hosts: BTreeSet<String>,
}

/// One application in both versions; at least one of them knows it.
pub(super) struct Pair<'p> {
    pub(super) instance: String,
    pub(super) head: Option<Side<'p>>,
    pub(super) base: Option<Side<'p>>,
}

/// The commit that a revision names.
pub(super) fn commit(global: &Global, revision: &str) -> Result<Commit, Stop> {
    Ok(PolicyRepository::open(&global.workspace)?.resolve(revision)?)
}

impl Sides {
    /// Reads the base and the merge. What is wrong with the merge is the change's error; what is wrong with the base is
    /// not.
    pub(super) fn open(global: &Global, base: &str, head: &str, hosts: Option<&str>) -> Result<Self, Stop> {
        let repository = PolicyRepository::open(&global.workspace)?;
        let (base, head) = (repository.resolve(base)?, repository.resolve(head)?);
        let merged = workspace::open(global, repository.merged(&base, &head)?)?;
        let sources = repository.read(&base).ok();
        let before = sources.and_then(|sources| workspace::sound(global, sources, merged.today));
        if before.is_none() {
            out::talk(&format!(
                "commit {base} has no sound policies: the whole plan is shown as this change's"
            ));
        }
        let allowed = hosts.unwrap_or_default().split(',').map(str::trim).filter(|host| !host.is_empty());
        let allowed_hosts = allowed.map(str::to_ascii_lowercase).collect();
        Ok(Self { repository, base, head, merged, before, allowed_hosts })
    }

    /// Whether there were no sound policies before.
    pub(super) fn is_first(&self) -> bool {
        self.before.is_none()
    }

    /// What the change says.
    pub(super) fn wording(&self) -> Vec<String> {
        wording(self.before.as_ref().map(|before| &before.sources), &self.merged.sources)
    }

    /// How changes are reviewed: the stricter of both, so that no change takes itself out of review.
    pub(super) fn review(&self) -> Review {
        let before = self.before.as_ref().map(|it| it.policies.workspace.review);
        before.unwrap_or_default().max(self.merged.policies.workspace.review)
    }

    /// What others may see: what the base says, so that no change shows names that were hidden.
    pub(super) fn privacy(&self) -> Option<Privacy> {
        let of = |workspace: &Workspace| workspace.policies.workspace.privacy;
        match &self.before {
            Some(before) => of(before),
            None => of(&self.merged),
        }
    }

    /// The prefix of the ledger's refs.
    fn ledger_prefix(&self) -> &str {
        &self.before.as_ref().unwrap_or(&self.merged).policies.workspace.ledger_prefix
    }

    /// The ledger, from the remote where there is one. Where it decides about no record, this clone's copy will do.
    pub(super) fn ledger(&self, pair: &Pair<'_>) -> Result<Loaded, Stop> {
        let repository = &self.repository;
        let remote = repository.remote()?.map(|name| Remote::new(repository.root(), &name));
        let open =
            |remote| Ledger::open(repository.git_folder(), self.ledger_prefix(), &pair.instance, remote);
        match open(remote)?.load() {
            Ok(loaded) => Ok(loaded),
            Err(error) if self.review() == Review::None => {
                out::talk(&format!(
                    "{}: {error}; what was done before is taken from this clone",
                    pair.instance
                ));
                Ok(open(None)?.load()?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The applications that are meant, by name.
    pub(super) fn pairs(&self, global: &Global) -> Result<Vec<Pair<'_>>, Stop> {
        let both = [Some(&self.merged), self.before.as_ref()];
        let all = both.iter().flatten().flat_map(|it| &it.policies.applications);
        let named: BTreeSet<&str> = all.map(|it| it.name.as_str()).collect();
        if let Some(meant) = global.application.as_deref().filter(|meant| !named.contains(meant)) {
            return Err(Stop::error(format!(
                "no application is called `{meant}`, before the change or after it"
            )));
        }
        let meant = |name: &&str| global.application.as_deref().is_none_or(|meant| meant == *name);
        let pair = |name: &str| {
            let environment = &self.merged.policies.workspace.environment;
            Pair {
                instance: format!("{environment}/{name}"),
                head: self.merged.application(name),
                base: self.before.as_ref().and_then(|before| before.application(name)),
            }
        };
        Ok(named.into_iter().filter(meant).map(pair).collect())
    }

    /// A change names no host by itself that a credential is sent to: the protected branch does, or the operator.
    pub(super) fn check_hosts(&self, pair: &Pair<'_>) -> Result<(), Stop> {
        let Some(Side { workspace, policy }) = pair.head else { return Ok(()) };
        let known = self.before.as_ref().map(|before| before.policies.hosts()).unwrap_or_default();
        let wanted = workspace.policies.hosts_of(policy);
        let new: Vec<&str> = wanted
            .iter()
            .filter(|host| !known.contains(*host) && !self.allowed_hosts.contains(*host))
            .map(String::as_str)
            .collect();
        match new.as_slice() {
            [] => Ok(()),
            new => Err(Stop::new(
                Exit::Waits,
                format!(
                    "a credential would be sent to {new}, which the protected branch does not name, so nothing is read: \
                     merge the connection alone first, or list it for this job in `ROLEWRIGHT_HOSTS`",
                    new = new.join(", ")
                ),
            )),
        }
    }
}

impl<'p> Pair<'p> {
    /// The versions that are evaluated beside the merge, on the same data.
    pub(super) fn others<'o>(&self, settled: Option<&'o SettledPolicies>) -> Vec<Side<'o>>
    where
        'p: 'o,
    {
        self.base.into_iter().chain(settled.and_then(SettledPolicies::side)).collect()
    }

    /// Whether both versions decide the same, whatever they look like.
    pub(super) fn same(&self) -> Result<bool, Stop> {
        match (self.head, self.base) {
            (Some(head), Some(base)) => Ok(head.digest()? == base.digest()?),
            _ => Ok(false),
        }
    }
}
