//! Every brake at once: limits, the last holders of privileged rights, and the sources read.

use super::holders::holders;
use super::limits::{Past, Verdict, limits};
use super::source::source;
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;

/// Asks every guard about a set of changes: limits, the last holders of privileged rights, and the sources read.
pub fn guards<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    changes: impl Iterator<Item = &'c Change> + Clone,
    past: &Past<'_>,
) -> Verdict {
    let mut verdict = limits(plan, policy, changes.clone(), past);
    verdict.refusals.extend(holders(plan, policy, changes));
    verdict.refusals.extend(source(plan, policy, past.seen));
    verdict
}
