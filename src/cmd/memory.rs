//! What the ledger remembers of users' records, for policies with `untilSourceChanges`.

use super::exit::Stop;
use super::plan::with_inputs;
use super::read::World;
use super::workspace::Workspace;
use crate::fetch::git::PolicyRepository;
use crate::fetch::secret;
use crate::gate::{Approved, State};
use crate::ledger::Ledger;
use crate::model::{CredentialRef, Secret};
use crate::plan::{Memory, Outcome, remember};
use crate::policy::set::{ApplicationPolicy, Authority};
use std::collections::BTreeSet;

/// Whether policies look at anything remembered.
fn asks(policy: &ApplicationPolicy) -> bool {
    policy.mapping.iter().any(|mapped| mapped.authority == Authority::UntilSourceChanges)
}

/// The ledger's memory with the operator's key; none where policies don't ask for it.
pub(super) fn keyed(memory: Option<&Memory>, policy: &ApplicationPolicy) -> Option<Memory> {
    let key = secret(&CredentialRef::Env("ROLEWRIGHT_KEY".to_owned())).ok();
    let key = key.as_ref().map_or(&b"rolewright"[..], |key| Secret::expose(key).as_bytes());
    asks(policy).then(|| memory.cloned().unwrap_or_default().keyed(key))
}

/// What a plan that is only shown knows: the ledger's state as this clone has it; that before the first run where there
/// is none. Without memory the plan says of each value that differs that it stays.
pub(super) fn state(workspace: &Workspace, policy: &ApplicationPolicy) -> State {
    let settings = &workspace.policies.workspace;
    let instance = format!("{}/{}", settings.environment, policy.name);
    let repository = PolicyRepository::open(&workspace.place).ok();
    let ledger = repository
        .and_then(|it| Ledger::open(it.git_folder(), &settings.ledger_prefix, &instance, None).ok());
    let loaded = ledger.and_then(|ledger| ledger.load().ok());
    loaded.map_or_else(|| State::first(&instance), |loaded| loaded.state)
}

/// What is to be remembered after a run; `failed` are the keys of subjects a change of whom was not made.
pub(super) fn after(
    workspace: &Workspace,
    policy: &ApplicationPolicy,
    world: &World,
    approved: &Approved,
    failed: &BTreeSet<String>,
) -> Result<Option<Memory>, Stop> {
    if !asks(policy) {
        return Ok(None);
    }
    let mut kept: BTreeSet<&str> = failed.iter().map(String::as_str).collect();
    kept.extend(approved.held().map(|change| change.subject.key()));
    let reports = approved.plan().reports.iter();
    let withheld = reports.filter(|report| matches!(report.outcome, Outcome::Blocked | Outcome::Protected));
    kept.extend(withheld.map(|report| report.subject.key()));
    with_inputs(workspace, policy, world, |inputs| Ok(remember(inputs, |_, id| kept.contains(id))?)).map(Some)
}
