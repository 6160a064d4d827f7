//! What is known of the policies at the tip before anything is read: which were settled, and what people were shown since.

use super::Job;
use crate::cmd::changed::{Changed, changed};
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::forge::Forge;
use crate::cmd::privacy::Faces;
use crate::cmd::read::{Side, World};
use crate::cmd::settled::SettledPolicies;
use crate::cmd::workspace::Workspace;
use crate::gate::{Evidence, ItemKey, Listed, Review, Reviewed, RunRecord, Wanted, evidence};
use crate::ledger::Loaded;
use crate::model::Commit;
use crate::plan::Plan;
use crate::policy::{self, ApplicationPolicy};
use std::time::Duration;

/// What is asked about.
pub(super) struct Asked<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) workspace: &'a Workspace,
    pub(super) policy: &'a ApplicationPolicy,
    pub(super) tip: &'a Commit,
    pub(super) key: &'a ItemKey,
}

/// What is known.
pub(super) struct Judged {
    review: policy::Review,
    settled: Option<SettledPolicies>,
    same: bool,
    evidence: Evidence,
    gap: Option<String>,
    listed: Listed,
    /// Runs that were released, with the one that is now.
    pub(super) shown: Vec<String>,
}

impl Judged {
    /// Asks ledger, history and forge.
    pub(super) fn of(asked: &Asked<'_>, loaded: &Loaded) -> Result<Self, Stop> {
        let Asked { job, workspace, policy, .. } = asked;
        let digest = workspace.digest(policy)?.to_string();
        let repository = &job.branch.repository;
        let settled = SettledPolicies::load(job.global, repository, loaded, &policy.name, workspace.as_of)?;
        let same = settled.as_ref().is_some_and(|settled| settled.digest.as_ref() == Some(&digest));
        let before =
            settled.as_ref().and_then(SettledPolicies::side).map(|(it, _)| it.policies.workspace.review);
        let mut judged = Self {
            review: before.unwrap_or_default().max(workspace.policies.workspace.review),
            settled,
            same,
            evidence: Evidence::default(),
            gap: None,
            listed: Listed::default(),
            shown: loaded.state.shown.clone(),
        };
        let released = judged.release(loaded, job.arguments.release.as_deref())?;
        if judged.review == policy::Review::None || judged.same {
            return Ok(judged);
        }
        judged.ask(asked, &released)?;
        judged.check_connections(asked)?;
        Ok(judged)
    }

    /// The runs that a person released, this time or before; what they list counts as shown.
    fn release<'l>(&mut self, loaded: &'l Loaded, now: Option<&str>) -> Result<Vec<&'l RunRecord>, Stop> {
        if let Some(name) = now {
            if !loaded.runs.iter().any(|record| record.run == name) {
                return Err(Stop::error(format!(
                    "the ledger has no run `{name}`; `rolewright history` lists them"
                )));
            }
            if !self.shown.iter().any(|it| it == name) {
                self.shown.push(name.to_owned());
            }
        }
        let released: Vec<&RunRecord> =
            loaded.runs.iter().filter(|run| self.shown.contains(&run.run)).collect();
        released.iter().for_each(|run| self.listed.run(run));
        Ok(released)
    }

    /// Asks the forge about each commit that changed something.
    fn ask(&mut self, asked: &Asked<'_>, released: &[&RunRecord]) -> Result<(), Stop> {
        let Asked { job, workspace, policy, tip, key } = asked;
        let repository = &job.branch.repository;
        let settled = self.settled.iter().map(|settled| settled.commit.clone());
        let released = released.iter().map(|run| Commit(run.commit.clone()));
        let known: Vec<Commit> = settled.chain(released).collect();
        let Changed { commits, gap } =
            changed((job.global, repository), (&known, tip), &policy.name, workspace.as_of)?;
        self.gap = gap;
        if self.gap.is_some() {
            return Ok(());
        }
        let instance = format!("{}/{}", workspace.policies.workspace.environment, policy.name);
        let forge = Forge::of_environment()?;
        let patience = Duration::from_secs(job.arguments.forge_timeout);
        let commits = forge.pulls_of(&commits, job.branch.name(), &instance, patience)?;
        let branch = job.branch.name();
        let wanted = Wanted { instance: &instance, branch, app: forge.app(), kid: key.kid() };
        self.evidence =
            evidence(&commits, &wanted, |base| repository.is_ancestor(&Commit(base.to_owned()), tip));
        self.evidence.records.iter().for_each(|record| self.listed.record(record));
        Ok(())
    }

    /// Nothing is read over a connection that nobody reviewed.
    fn check_connections(&self, asked: &Asked<'_>) -> Result<(), Stop> {
        let Some((before, settled)) = self.settled() else { return Ok(()) };
        if self.covered() || asked.workspace.same_connections(asked.policy, (before, settled)) {
            return Ok(());
        }
        let why = self.uncovered().collect::<Vec<_>>().join("\n");
        Err(Stop::new(
            Exit::Waits,
            format!(
                "connections were changed by commits that came without a plan, so nothing is read\n{why}"
            ),
        ))
    }

    /// The settled policies' application.
    pub(super) fn settled(&self) -> Option<Side<'_>> {
        let needed = self.review != policy::Review::None && !self.same;
        self.settled.as_ref().filter(|_| needed)?.side()
    }

    /// What the settled policies want in a world.
    pub(super) fn settled_plan(&self, world: &World, faces: &Faces) -> Option<Plan> {
        self.settled()?;
        self.settled.as_ref()?.plan(world, faces)
    }

    /// Whether everything at the tip was shown to people, as policies or by its effect.
    pub(super) fn covered(&self) -> bool {
        self.review == policy::Review::None || self.same || (self.gap.is_none() && self.evidence.covers())
    }

    /// How the changes of a plan are judged.
    pub(super) fn review<'j>(&'j self, key: &'j ItemKey, settled: Option<&'j Plan>) -> Review<'j> {
        if self.review == policy::Review::None {
            return Review::None { key, released: &self.listed };
        }
        let policy = self.settled().map(|(_, policy)| policy);
        Review::Reviewed(Reviewed {
            key,
            same: self.same,
            settled: settled.zip(policy),
            covered: self.covered(),
            listed: &self.listed,
        })
    }

    /// What came without a plan, for people.
    pub(super) fn uncovered(&self) -> impl Iterator<Item = String> {
        let missing = self.evidence.missing.iter().filter(|_| !self.covered());
        let missing = missing.map(|(commit, why)| format!("commit {commit} is not covered: {why}"));
        self.gap.iter().map(|gap| format!("not covered: {gap}")).chain(missing)
    }

    /// What to do about changes that wait.
    pub(super) fn held(&self, count: usize) -> String {
        let why = match self.review {
            policy::Review::None => "they would take over accounts with privileged rights",
            policy::Review::Github => "no pull request showed them before its merge",
        };
        format!(
            "{count} changes wait for a person: {why}; look at them, then `rolewright apply --release RUN` (`rolewright \
             history` names the run)"
        )
    }
}
