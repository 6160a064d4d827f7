//! What is known of the policies at the tip before anything is read: which were settled, and what people were shown since.

use super::Job;
use crate::cmd::exit::Stop;
use crate::cmd::known::{self, Candidate};
use crate::cmd::privacy::Faces;
use crate::cmd::read::{Side, World};
use crate::cmd::settled::SettledPolicies;
use crate::gate::{ItemKey, Known, Review};
use crate::ledger::Loaded;
use crate::model::Commit;
use crate::plan::Plan;
use crate::policy;
use std::time::Duration;

/// What is known.
pub(super) struct Judged {
    pub(super) known: Known,
    settled: Option<SettledPolicies>,
}

impl Judged {
    /// Asks ledger, history and forge.
    pub(super) fn of(
        job: &Job<'_>,
        side: Side<'_>,
        tip: &Commit,
        key: &ItemKey,
        loaded: &Loaded,
    ) -> Result<Self, Stop> {
        let repository = &job.branch.repository;
        let (workspace, policy) = side;
        let settled = SettledPolicies::load(job.global, repository, loaded, &policy.name, workspace.as_of)?;
        let branch = job.branch.name();
        let candidate = Candidate {
            global: job.global,
            repository,
            side,
            tip,
            branch,
            key,
            loaded,
            settled: settled.as_ref(),
        };
        let patience = Duration::from_secs(job.arguments.forge_timeout);
        let known = candidate
            .known(released(loaded, job.arguments.release.as_deref())?, |forge, commits| {
                forge.pulls_of(&commits, branch, &candidate.instance(), patience)
            })?;
        candidate.check_connections(&known)?;
        Ok(Self { known, settled })
    }

    /// The settled policies' application.
    pub(super) fn settled(&self) -> Option<Side<'_>> {
        self.settled.as_ref().filter(|_| self.known.needs_evidence())?.side()
    }

    /// What the settled policies want in a world.
    pub(super) fn settled_plan(&self, world: &World, faces: &Faces) -> Option<Plan> {
        self.settled()?;
        self.settled.as_ref()?.plan(world, faces)
    }

    /// How the changes of a plan are judged.
    pub(super) fn review<'j>(&'j self, key: &'j ItemKey, settled: Option<&'j Plan>) -> Review<'j> {
        let policy = self.settled().map(|(_, policy)| policy);
        self.known.judge_by(key, settled.zip(policy))
    }

    /// What came without a plan, for people.
    pub(super) fn uncovered(&self) -> impl Iterator<Item = String> {
        known::uncovered(&self.known)
    }

    /// What to do about changes that wait.
    pub(super) fn held(&self, count: usize) -> String {
        let why = match self.known.review() {
            policy::Review::None => "they would take over accounts with privileged rights",
            policy::Review::Github => "no pull request showed them before its merge",
        };
        format!(
            "{count} changes wait for a person: {why}; look at them, then `rolewright apply --release RUN` (`rolewright \
             history` names the run)"
        )
    }
}

/// The runs that a person released, this time or before.
fn released(loaded: &Loaded, now: Option<&str>) -> Result<Vec<String>, Stop> {
    let mut released = loaded.state.shown.clone();
    if let Some(name) = now {
        if !loaded.runs.iter().any(|record| record.run == name) {
            return Err(Stop::error(format!(
                "the ledger has no run `{name}`; `rolewright history` lists them"
            )));
        }
        if !released.iter().any(|run| run == name) {
            released.push(name.to_owned());
        }
    }
    Ok(released)
}
