//! What the ledger remembers of users' records, for policies with `untilSourceChanges`.

use super::workspace::Workspace;
use super::{key, out};
use crate::fetch::git::PolicyRepository;
use crate::gate::{Approved, State};
use crate::ledger::Ledger;
use crate::model::{Date, Operation, Secret};
use crate::plan::{Evaluation, Memory, Outcome};
use crate::policy::{ApplicationPolicy, Authority};
use std::collections::BTreeSet;

/// Whether policies look at anything remembered, which needs the operator's key.
pub(super) fn asks(policy: &ApplicationPolicy) -> bool {
    policy.mapping.iter().any(|mapped| mapped.authority == Authority::UntilSourceChanges)
}

/// The ledger's memory with the operator's key; none where policies don't ask for it, or nobody gave the key.
pub(super) fn keyed(
    memory: Option<&Memory>,
    policy: &ApplicationPolicy,
    key: Option<&Secret>,
) -> Option<Memory> {
    let key = key.filter(|_| asks(policy))?;
    Some(memory.cloned().unwrap_or_default().keyed(key.expose().as_bytes()))
}

/// The same for a plan that is only shown: without key every value that differs seems to stay, which is said.
pub(super) fn shown(state: &State, policy: &ApplicationPolicy) -> Option<Memory> {
    let key = key::operators();
    if key.is_none() && asks(policy) && state.memory.is_some() {
        out::talk(&format!(
            "{}: `ROLEWRIGHT_KEY` is not set, so nothing remembered can be read: values that differ are shown as kept",
            policy.name
        ));
    }
    keyed(state.memory.as_ref(), policy, key.as_ref())
}

/// The day of the last run, which no later plan goes behind; none before the first.
pub(super) fn last_day(state: &State) -> Option<Date> {
    state.as_of.as_deref().and_then(|day| Date::parse(day).ok())
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
pub(super) fn after(evaluation: &Evaluation<'_>, approved: &Approved, failed: &BTreeSet<String>) -> Memory {
    let mut kept: BTreeSet<&str> = failed.iter().map(String::as_str).collect();
    kept.extend(approved.held().map(|change| change.subject.key()));
    let reports = approved.plan().reports.iter();
    // A right that a protection keeps says nothing about attributes: these were written or confirmed.
    let withheld = reports.filter(|report| match report.outcome {
        Outcome::Blocked => true,
        Outcome::Protected => report.operation != Some(Operation::Revoke),
        _ => false,
    });
    kept.extend(withheld.map(|report| report.subject.key()));
    evaluation.remember(|_, id| kept.contains(id))
}
