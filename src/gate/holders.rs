//! The guard for the last holders: a run never revokes a privileged right if too few holders would remain (the policy
//! language, 5, `keepAtLeast`). No override lifts it.

use super::guard::Guard;
use super::limits::Refusal;
use crate::plan::{Action, Change, Holder, Plan, PrivilegedHolders};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// The privileged values for which a set of changes would leave too few holders. A user who gets the right in the same
/// run counts as a holder. If there were too few before, the guard refuses only if one of them loses the right.
pub fn holders<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    flowing: impl Iterator<Item = &'c Change> + Clone,
) -> Vec<Refusal> {
    plan.privileged_holders.iter().filter_map(|kept| refusal(kept, policy, flowing.clone())).collect()
}

fn refusal<'c>(
    kept: &PrivilegedHolders,
    policy: &ApplicationPolicy,
    flowing: impl Iterator<Item = &'c Change>,
) -> Option<Refusal> {
    let mut after = Rights::of(kept);
    let before = after.holders();
    flowing.for_each(|change| after.make(kept, change));
    let left = after.holders();
    let lost = before.iter().filter(|holder| !left.contains(*holder)).count();
    let (count, left) = (u32::try_from(lost).unwrap_or(u32::MAX), left.len());
    if lost == 0 || left >= kept.at_least as usize {
        return None;
    }
    let what = format!("{}={}", kept.entitlement, kept.value);
    Some(Refusal {
        guard: Guard::KeepAtLeast,
        change: "keepAtLeast",
        count,
        allowed: u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_sub(kept.at_least),
        limit: format!("keepAtLeast: {}", kept.at_least),
        message: format!(
            "{count} of {} active holders would lose the privileged right `{what}`; {left} would be left, and \
             `keepAtLeast: {}` must be",
            before.len(),
            kept.at_least
        ),
        origin: Some(policy.origin.clone()),
    })
}

/// The holders of one privileged value: accounts by id, new accounts by their user's id.
struct Rights {
    held: BTreeMap<String, BTreeSet<Option<String>>>,
    inactive: BTreeSet<String>,
}

impl Rights {
    fn of(kept: &PrivilegedHolders) -> Self {
        let mut held: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
        for Holder { account, scope, .. } in &kept.holders {
            held.entry(account.clone()).or_default().insert(scope.clone());
        }
        let inactive = kept.holders.iter().filter(|holder| !holder.active);
        Self { held, inactive: inactive.map(|holder| holder.account.clone()).collect() }
    }

    /// The holders who may sign in.
    fn holders(&self) -> BTreeSet<String> {
        let held = self.held.iter().filter(|(_, scopes)| !scopes.is_empty());
        held.map(|(account, _)| account.clone()).filter(|account| !self.inactive.contains(account)).collect()
    }

    fn make(&mut self, kept: &PrivilegedHolders, change: &Change) {
        let account = change.subject.account.clone().unwrap_or_else(|| change.subject.key().to_owned());
        match &change.action {
            Action::Grant(right) if kept.is(right) => {
                self.held.entry(account).or_default().insert(right.scope.clone());
            }
            Action::Revoke(right) if kept.is(right) => {
                self.held.entry(account).or_default().remove(&right.scope);
            }
            Action::Reactivate { .. } => {
                self.inactive.remove(&account);
            }
            Action::Deactivate => {
                self.inactive.insert(account);
            }
            Action::Archive { .. } | Action::Delete => {
                self.held.remove(&account);
            }
            Action::Grant(_)
            | Action::Revoke(_)
            | Action::Adopt { .. }
            | Action::Create { .. }
            | Action::Update { .. } => {}
        }
    }
}
