//! All guards together: limits, the last holders of privileged rights, and the sources that were read.

use super::holders::holders;
use super::limits::{LimitCheck, Past, limits};
use super::source::source;
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;

/// Checks a set of changes with every guard: limits, the last holders of privileged rights, and the sources that were
/// read.
pub fn guards<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    changes: impl Iterator<Item = &'c Change> + Clone,
    past: &Past<'_>,
) -> LimitCheck {
    let mut verdict = limits(plan, policy, changes.clone(), past);
    verdict.refusals.extend(holders(plan, policy, changes));
    verdict.refusals.extend(source(plan, policy, past.seen));
    verdict
}
