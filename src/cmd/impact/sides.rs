//! The two versions of the policies: the protected branch's tip, and the merge of a change into it, made in memory.

use crate::cmd::args::Global;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::out;
use crate::cmd::settled::SettledPolicies;
use crate::cmd::workspace::{self, Side, Workspace};
use crate::fetch::git::PolicyRepository;
use crate::gate::{Unread, may_read};
use crate::model::{Commit, Date};
use crate::policy::{Destination, Privacy, Review};
use crate::render::impact::wording;
use std::collections::BTreeSet;

/// Both versions.
pub(super) struct Sides {
    pub(super) repository: PolicyRepository,
    pub(super) base: Commit,
    pub(super) head: Commit,
    merged: Workspace,
    /// None: the previous policies had errors, or there were none.
    before: Option<Workspace>,
    /// The operator's list.
    listed: BTreeSet<Destination>,
}

/// One application in both versions; it exists in at least one of them.
pub(super) struct Pair<'p> {
    pub(super) instance: String,
    pub(super) head: Option<Side<'p>>,
    pub(super) base: Option<Side<'p>>,
}

/// The commit that a revision names.
pub(super) fn commit(global: &Global, revision: &str) -> Result<Commit, Stop> {
    Ok(PolicyRepository::open(&global.workspace)?.resolve(revision)?)
}

/// How many commits before the base are looked at for policies without errors.
const BEFORE_BASE: usize = 50;

/// The policies of the base; where these have errors, those of the last commit before it without. What commits with
/// errors changed is applied with the commit that mends them, so it is shown as this one's effect.
fn last_sound(
    global: &Global,
    repository: &PolicyRepository,
    base: &Commit,
    day: Date,
) -> Result<Option<Workspace>, Stop> {
    let line = repository.first_parents(base, &[])?;
    let newest_first = line.commits.iter().rev().take(BEFORE_BASE);
    let sound = |commit: &Commit| {
        let sources = repository.read(commit).ok()?;
        Some((commit.clone(), workspace::sound(global, sources, day)?))
    };
    let Some((commit, workspace)) = newest_first.filter_map(sound).next() else { return Ok(None) };
    if commit != *base {
        out::talk(&format!(
            "commit {base} has policies with errors: what changed since {commit} is shown as part of this change"
        ));
    }
    Ok(Some(workspace))
}

impl Sides {
    /// Reads the base and the merge. Errors in the merge are the change's; errors in the base are not.
    pub(super) fn open(global: &Global, base: &str, head: &str, hosts: Option<&str>) -> Result<Self, Stop> {
        let repository = PolicyRepository::open(&global.workspace)?;
        let (base, head) = (repository.resolve(base)?, repository.resolve(head)?);
        let merged = workspace::open(global, repository.merged(&base, &head)?)?;
        let before = last_sound(global, &repository, &base, merged.today)?;
        if before.is_none() {
            out::talk(&format!(
                "commit {base} has no sound policies: the whole plan is shown as the effect of this change"
            ));
        }
        let listed = hosts.unwrap_or_default().split(',').filter(|entry| !entry.trim().is_empty());
        let listed = listed.map(Destination::parse).collect();
        Ok(Self { repository, base, head, merged, before, listed })
    }

    /// Whether there were no valid policies before.
    pub(super) fn is_first(&self) -> bool {
        self.before.is_none()
    }

    /// The changed lines of policies.
    pub(super) fn wording(&self) -> Vec<String> {
        wording(self.before.as_ref().map(|before| &before.sources), &self.merged.sources)
    }

    /// How changes are reviewed: the stricter of both, so that no change can remove its own review.
    pub(super) fn review(&self) -> Review {
        let before = self.before.as_ref().map(|workspace| workspace.policies.workspace.review);
        before.unwrap_or_default().max(self.merged.policies.workspace.review)
    }

    /// How people are named: as the base says, so that no change can reveal names.
    pub(super) fn privacy(&self) -> Option<Privacy> {
        let of = |workspace: &Workspace| workspace.policies.workspace.privacy;
        match &self.before {
            Some(before) => of(before),
            None => of(&self.merged),
        }
    }

    /// The protected branch, as the base says.
    pub(super) fn branch(&self) -> &str {
        &self.before.as_ref().unwrap_or(&self.merged).policies.workspace.protected_branch
    }

    /// The selected applications, by name.
    pub(super) fn pairs(&self, global: &Global) -> Result<Vec<Pair<'_>>, Stop> {
        let both = [Some(&self.merged), self.before.as_ref()];
        let all = both.iter().flatten().flat_map(|workspace| &workspace.policies.applications);
        let named: BTreeSet<&str> = all.map(|application| application.name.as_str()).collect();
        if let Some(meant) = global.application.as_deref().filter(|meant| !named.contains(meant)) {
            return Err(Stop::new(
                Code::UnknownApplication,
                format!("no application is called `{meant}`, before the change or after it"),
            ));
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

    /// A change is read only where the protected branch or the operator names the pair of credential and host
    /// (the gate, 5.6).
    pub(super) fn check_destinations(&self, pair: &Pair<'_>) -> Result<(), Stop> {
        let Some(Side { workspace, policy }) = pair.head else { return Ok(()) };
        let base = self.before.as_ref().map(|before| &before.policies);
        let why = match may_read(&workspace.policies, policy, base, &self.listed, self.review()) {
            Ok(()) => return Ok(()),
            Err(Unread::Prefix(to)) => format!(
                "the credential of `{to}` begins with no `secretPrefixes` of the protected branch, so nothing is read: \
                 merge the prefix alone first"
            ),
            Err(Unread::Pairs(refused)) => {
                let refused: Vec<String> = refused.iter().map(|to| format!("`{to}`")).collect();
                format!(
                    "{refused}: the protected branch has no such connection, so nothing is read and no credential is \
                    sent; if it is meant, list it for this job in `ROLEWRIGHT_HOSTS`, exactly like this",
                    refused = refused.join(", ")
                )
            }
        };
        Err(Stop::new(Code::UnreviewedConnection, why))
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

    /// Whether both versions have the same meaning, whatever their text.
    pub(super) fn same(&self) -> Result<bool, Stop> {
        match (self.head, self.base) {
            (Some(head), Some(base)) => Ok(head.digest()? == base.digest()?),
            _ => Ok(false),
        }
    }
}
