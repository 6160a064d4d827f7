//! A plan with the version of the policies that it was made from.

use super::workspace::Side;
use crate::gate::PolicyPlan;
use crate::plan::Plan;

/// A plan, and the version of an application's policies that it was made from.
pub(super) struct SidePlan<'s> {
    pub(super) plan: Plan,
    pub(super) side: Side<'s>,
}

impl SidePlan<'_> {
    /// As the gate compares plans.
    pub(super) fn of_policy(&self) -> PolicyPlan<'_> {
        PolicyPlan::new(&self.plan, self.side.policy)
    }
}
