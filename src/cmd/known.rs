//! What is known of the policies at a commit before anything is read: asks the ledger's settled policies, the history, and
//! the forge.

use super::args::Global;
use super::changed::{Changed, changed};
use super::exit::{Exit, Stop};
use super::forge::Forge;
use super::read::Side;
use super::settled::SettledPolicies;
use crate::fetch::git::PolicyRepository;
use crate::gate::{CommitPulls, ItemKey, Known, RunRecord, Version, Wanted, evidence};
use crate::ledger::Loaded;
use crate::model::Commit;

/// An application's policies at a commit that is to be applied.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) global: &'a Global,
    pub(super) repository: &'a PolicyRepository,
    pub(super) side: Side<'a>,
    /// The commit that they come from.
    pub(super) tip: &'a Commit,
    /// The protected branch.
    pub(super) branch: &'a str,
    pub(super) key: &'a ItemKey,
    pub(super) loaded: &'a Loaded,
    pub(super) settled: Option<&'a SettledPolicies>,
}

impl Candidate<'_> {
    /// What is known, with the runs that a person released. `pulls` asks the forge for the pull requests of commits; it is not
    /// called where nothing depends on them.
    pub(super) fn known(
        &self,
        released: Vec<String>,
        pulls: impl FnOnce(&Forge, Vec<Commit>) -> Result<Vec<CommitPulls>, Stop>,
    ) -> Result<Known, Stop> {
        let (workspace, policy) = self.side;
        let digest = workspace.digest(policy)?.to_string();
        let version = Version { review: workspace.policies.workspace.review, digest: Some(digest) };
        let settled = self.settled.map(SettledPolicies::version);
        let known = Known::of(&version, settled.as_ref(), &self.loaded.runs, released);
        if !known.needs_evidence() {
            return Ok(known);
        }
        let Changed { commits, gap } = self.changed(&known)?;
        if let Some(gap) = gap {
            return Ok(known.with_gap(gap));
        }
        let forge = Forge::of_environment()?;
        let commits = pulls(&forge, commits)?;
        let instance = self.instance();
        let (branch, app, kid) = (self.branch, forge.app(), self.key.kid());
        let wanted = Wanted { instance: &instance, branch, app, kid };
        let in_history = |base: &str| self.repository.is_ancestor(&Commit(base.to_owned()), self.tip);
        Ok(known.shown(evidence(&commits, &wanted, in_history)))
    }

    /// The commits since the settled policies, and since released runs, that changed what is decided.
    fn changed(&self, known: &Known) -> Result<Changed, Stop> {
        let (workspace, policy) = self.side;
        let settled = self.settled.iter().map(|settled| settled.commit.clone());
        let released = |run: &&RunRecord| known.released().contains(&run.run);
        let released = self.loaded.runs.iter().filter(released).map(|run| Commit(run.commit.clone()));
        let before: Vec<Commit> = settled.chain(released).collect();
        changed((self.global, self.repository), (&before, self.tip), &policy.name, workspace.as_of)
    }

    /// Nothing is read over a connection that nobody reviewed.
    pub(super) fn check_connections(&self, known: &Known) -> Result<(), Stop> {
        let settled = self.settled.filter(|_| !known.covered()).and_then(SettledPolicies::side);
        let (workspace, policy) = self.side;
        if settled.is_none_or(|settled| workspace.same_connections(policy, settled)) {
            return Ok(());
        }
        let why = uncovered(known).collect::<Vec<_>>().join("\n");
        Err(Stop::new(
            Exit::Waits,
            format!(
                "connections were changed by commits that came without a plan, so nothing is read\n{why}"
            ),
        ))
    }

    /// Environment and application.
    pub(super) fn instance(&self) -> String {
        let (workspace, policy) = self.side;
        format!("{}/{}", workspace.policies.workspace.environment, policy.name)
    }
}

/// What came without a plan, for people.
pub(super) fn uncovered(known: &Known) -> impl Iterator<Item = String> {
    let missing =
        known.missing().iter().map(|(commit, why)| format!("commit {commit} is not covered: {why}"));
    known.gap().into_iter().map(|gap| format!("not covered: {gap}")).chain(missing)
}
