//! The policies last settled, from the ledger's tree of them: it is there when their commit is not any more.

use super::args::Global;
use super::exit::Stop;
use super::out;
use super::plan;
use super::privacy::Faces;
use super::read::{Side, World};
use super::workspace::{self, Workspace};
use crate::fetch::git::PolicyRepository;
use crate::gate::Version;
use crate::ledger::Loaded;
use crate::model::{Commit, Date};
use crate::plan::Plan;

/// The settled policies of one instance.
pub(super) struct SettledPolicies {
    workspace: Workspace,
    application: String,
    /// The commit they came from.
    pub(super) commit: Commit,
    /// Their digest by this binary; none: they know no such application.
    pub(super) digest: Option<String>,
}

impl SettledPolicies {
    /// Loads them; none before the first run, or where this binary finds them unsound.
    pub(super) fn load(
        global: &Global,
        repository: &PolicyRepository,
        loaded: &Loaded,
        application: &str,
        as_of: Date,
    ) -> Result<Option<Self>, Stop> {
        let (Some(tree), Some(settled)) = (&loaded.settled_tree, &loaded.state.settled) else {
            return Ok(None);
        };
        let commit = Commit(settled.commit.clone());
        let sources = repository.read_tree(tree, Some(commit.clone()))?;
        let Some(workspace) = workspace::sound(global, sources, as_of) else {
            out::talk(&format!(
                "{application}: the settled policies are unsound to this version; they count as wanting nothing"
            ));
            return Ok(None);
        };
        let mut settled = Self { workspace, application: application.to_owned(), commit, digest: None };
        if let Some((workspace, policy)) = settled.side() {
            settled.digest = Some(workspace.digest(policy)?.to_string());
        }
        Ok(Some(settled))
    }

    /// What the review of later policies needs to know of them.
    pub(super) fn version(&self) -> Version {
        let review = self.side().map(|(workspace, _)| workspace.policies.workspace.review);
        Version { review: review.unwrap_or_default(), digest: self.digest.clone() }
    }

    /// The application as they know it.
    pub(super) fn side(&self) -> Option<Side<'_>> {
        let policy = self.workspace.policies.applications.iter().find(|it| it.name == self.application)?;
        Some((&self.workspace, policy))
    }

    /// What they want, by a world that was read for them too; none: it cannot be said, so that they want nothing.
    pub(super) fn plan(&self, world: &World, faces: &Faces) -> Option<Plan> {
        let (workspace, policy) = self.side().filter(|(_, policy)| policy.enabled)?;
        match plan::make(workspace, policy, world) {
            Ok(plan) => Some(plan),
            Err(stop) => {
                let why = faces.words(&stop.message);
                out::talk(&format!(
                    "{}: the settled policies cannot be evaluated ({why}); they count as wanting nothing",
                    self.application
                ));
                None
            }
        }
    }
}
