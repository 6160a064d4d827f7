//! The settled policies, from the tree in the ledger: it exists even if their commit is gone.

use super::args::Global;
use super::exit::Stop;
use super::instance::Instance;
use super::out;
use super::read::World;
use super::side_plan::SidePlan;
use super::workspace::{self, Side, Workspace};
use crate::fetch::git::PolicyRepository;
use crate::gate::Version;
use crate::ledger::Loaded;
use crate::model::{Commit, Date};
use crate::plan::Plan;
use crate::policy::PolicySet;

/// The settled policies of one instance.
pub(super) struct SettledPolicies {
    workspace: Workspace,
    application: String,
    /// The commit that they come from.
    pub(super) commit: Commit,
    /// The day for which people saw what they do.
    day: Date,
    /// Their digest, computed by this binary; none: the application does not exist in them.
    pub(super) digest: Option<String>,
}

impl SettledPolicies {
    /// Loads them; none before the first run, or if this binary cannot load them.
    pub(super) fn load(
        global: &Global,
        repository: &PolicyRepository,
        loaded: &Loaded,
        day: Date,
    ) -> Result<Option<Self>, Stop> {
        let (Some(tree), Some(settled)) = (&loaded.settled_tree, &loaded.state.settled) else {
            return Ok(None);
        };
        // By the ledger's name: the policies may be about to rename the application.
        let application = loaded.state.instance.split_once('/').map_or("", |(_, application)| application);
        let commit = Commit(settled.commit.clone());
        let sources = repository.read_tree(tree, Some(commit.clone()))?;
        let Some(workspace) = workspace::sound(global, sources, day) else {
            out::talk(&format!(
                "{application}: the previously applied policies cannot be loaded by this version; they are treated as empty"
            ));
            return Ok(None);
        };
        let mut settled = Self {
            workspace,
            application: application.to_owned(),
            commit,
            day: settled.day().unwrap_or(day),
            digest: None,
        };
        settled.digest =
            settled.side().map(|side| side.digest().map(|digest| digest.to_string())).transpose()?;
        Ok(Some(settled))
    }

    /// What the review of later policies needs to know about them.
    pub(super) fn version(&self) -> Version {
        Version { review: self.workspace.policies.workspace.review, digest: self.digest.clone() }
    }

    /// Environment and application in them.
    pub(super) fn instance(&self) -> String {
        format!("{}/{}", self.workspace.policies.workspace.environment, self.application)
    }

    /// All of them.
    pub(super) fn policies(&self) -> &PolicySet {
        &self.workspace.policies
    }

    /// The application in them.
    pub(super) fn side(&self) -> Option<Side<'_>> {
        self.workspace.application(&self.application)
    }

    /// Whether something in them ended since people saw what they do.
    pub(super) fn ended_by(&self, day: Date) -> bool {
        self.side().is_some_and(|side| side.policy.ended_between(self.day, day))
    }

    /// Their plan for data that was read for them too; none if it cannot be made, which counts as no changes.
    pub(super) fn plan(&self, instance: &Instance<'_>, world: &World) -> Option<SidePlan<'_>> {
        let side = self.side().filter(|side| side.policy.enabled)?;
        // What ended since then, people were to see for that day: these policies did not decide it on theirs.
        match instance.plan_on(self.day, side, world).map(|plan| Plan { as_of: instance.day(), ..plan }) {
            Ok(plan) => Some(SidePlan { plan, side }),
            Err(stop) => {
                let why = instance.redaction().words(&stop.message);
                out::talk(&format!(
                    "{}: the previously applied policies cannot be evaluated ({why}); they are treated as empty",
                    self.application
                ));
                None
            }
        }
    }
}
