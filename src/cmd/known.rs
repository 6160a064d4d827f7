//! What is known about the policies at a commit before anything is read: from the ledger's settled policies, the
//! history, and the forge.

use super::args::Global;
use super::changed::{Changed, Question, changed};
use super::code::Code;
use super::exit::Stop;
use super::forge::Forge;
use super::gitlab::GitLab;
use super::instance::Instance;
use super::key;
use super::out;
use super::settled::SettledPolicies;
use super::workspace::Side;
use crate::fetch::git::PolicyRepository;
use crate::gate::{
    CommitPulls, EvidenceCriteria, Known, Later, RunRecord, Unshown, Version, evidence, may_call,
};
use crate::model::Commit;
use crate::policy::Review;

/// An application's policies at a commit that is going to be applied.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'c> {
    pub(super) global: &'c Global,
    pub(super) repository: &'c PolicyRepository,
    pub(super) instance: &'c Instance<'c>,
    /// The commit that they come from.
    pub(super) tip: &'c Commit,
    /// The protected branch.
    pub(super) branch: &'c str,
    /// The ledger's run records.
    pub(super) runs: &'c [RunRecord],
    pub(super) settled: Option<&'c SettledPolicies>,
    /// What people were shown for later days.
    pub(super) later: &'c Later,
    /// How changes are reviewed where nothing is settled yet, whatever these policies say.
    pub(super) before: Review,
}

impl Candidate<'_> {
    /// What is known, including the runs that a person released. `pulls` asks the forge for the pull requests of
    /// commits; it is only called if something depends on them.
    pub(super) fn known(
        &self,
        released: Vec<String>,
        pulls: impl FnOnce(&Forge, Vec<Commit>) -> Result<Vec<CommitPulls>, Stop>,
    ) -> Result<Known, Stop> {
        let known = self.by_ledger(self.instance.side(), released)?;
        if known.review() != Review::None && !self.instance.key().is_secret() {
            return Err(key::for_reviews(&self.instance.policy().name));
        }
        if !known.needs_evidence() {
            return Ok(self.with_merge_requests(known));
        }
        let Changed { commits, mut mends, gap } = self.changed(&known)?;
        if let Some(gap) = gap {
            return Ok(known.with_gap(gap));
        }
        let forge = Forge::of_environment()?;
        let mut commits = pulls(&forge, commits)?;
        forge.check_clock()?;
        commits.iter_mut().for_each(|commit| commit.mends = mends.remove(&commit.commit));
        let instance = self.instance.side().instance();
        let (branch, app, kid) = (self.branch, forge.app(), self.instance.key().kid());
        let wanted = EvidenceCriteria { instance: &instance, branch, app, kid };
        let in_history = |base: &str| self.repository.is_ancestor(&Commit(base.to_owned()), self.tip);
        Ok(known.shown(evidence(&commits, &wanted, in_history)))
    }

    /// What is known of the version that these policies are built on, as if it were the tip. `own` says which commits are not
    /// in it.
    pub(super) fn known_of_base(
        &self,
        base: Side<'_>,
        known: &Known,
        own: impl Fn(&Commit) -> bool,
    ) -> Result<Known, Stop> {
        Ok(self.by_ledger(base, known.released().to_vec())?.as_before(known, own))
    }

    /// What the ledger knows of a version.
    fn by_ledger(&self, side: Side<'_>, released: Vec<String>) -> Result<Known, Stop> {
        let digest = side.digest()?.to_string();
        let version = Version { review: side.workspace.policies.workspace.review, digest: Some(digest) };
        let settled = self.settled.map(SettledPolicies::version);
        let known = Known::of(&version, settled.as_ref(), self.before, self.runs, released);
        let (today, settled) = (self.instance.day(), self.settled);
        Ok(known.on(today, self.later, settled.is_some_and(|settled| settled.ended_by(today))))
    }

    /// Adds the merge requests on GitLab that brought new policies. They are told what came of them, and nothing depends
    /// on that.
    fn with_merge_requests(&self, known: Known) -> Known {
        if !known.are_new() || !GitLab::may_write_notes() {
            return known;
        }
        let merged = self.changed(&known).and_then(|changed| match changed.gap {
            Some(gap) => Err(Stop::new(Code::ForgeJob, gap)),
            None => GitLab::of_environment()?.merged(&changed.commits, self.branch),
        });
        match merged {
            Ok(merged) => known.carrying(merged),
            Err(stop) => {
                out::talk(&format!("no merge request shows the result: {stop}"));
                known
            }
        }
    }

    /// The commits since the settled policies, and since released runs, that changed the policies.
    fn changed(&self, known: &Known) -> Result<Changed, Stop> {
        let settled = self.settled.iter().map(|settled| settled.commit.clone());
        let released = self.runs.iter().filter(|run| known.released().contains(&run.run));
        let before: Vec<Commit> = settled.chain(released.map(|run| Commit(run.commit.clone()))).collect();
        changed(&Question {
            global: self.global,
            repository: self.repository,
            known: &before,
            tip: self.tip,
            application: &self.instance.policy().name,
            day: self.instance.day(),
        })
    }

    /// Refuses connections that people were not shown: while the commits are not covered, only what the settled
    /// policies call is called, and it gets the same credential.
    pub(super) fn check_connections(&self, known: &Known) -> Result<(), Stop> {
        if known.covered() {
            return Ok(());
        }
        let side = self.instance.side();
        let settled = self.settled.map(SettledPolicies::policies);
        let before = self.settled.and_then(SettledPolicies::side).map(|before| before.policy);
        let what = match may_call(&side.workspace.policies, side.policy, settled, before) {
            Ok(()) => return Ok(()),
            Err(Unshown { new }) if new.is_empty() => "connections were changed".to_owned(),
            Err(Unshown { new }) => {
                let new: Vec<String> = new.iter().map(|to| format!("`{to}`")).collect();
                format!("{} got there", new.join(", "))
            }
        };
        let why = uncovered(known).collect::<Vec<_>>().join("\n");
        Err(Stop::new(
            Code::UnreviewedConnection,
            format!(
                "{what} by commits that came without a plan, so nothing is read and no credential is sent\n{why}\nlook at the \
                 connections of these commits; revert them, or let them through with `rolewright apply --release RUN` \
                 (`rolewright history` names the run)"
            ),
        ))
    }
}

/// The commits without a plan, as messages.
pub(super) fn uncovered(known: &Known) -> impl Iterator<Item = String> {
    let missing = known.missing().iter().map(|(commit, why)| format!("commit {commit} was not shown: {why}"));
    known.gap().into_iter().map(|gap| format!("not shown: {gap}")).chain(missing)
}
