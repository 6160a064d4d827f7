//! A plan with the policies that it was made from, by which reviews compare plans.

use super::identity::{Identity, identities};
use super::marks::Marks;
use crate::plan::Plan;
use crate::policy::ApplicationPolicy;
use std::collections::BTreeSet;

/// A plan, and the application's policies that it was made from.
#[derive(Clone, Copy, Debug)]
pub struct PolicyPlan<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// The policies.
    pub policy: &'p ApplicationPolicy,
}

impl<'p> PolicyPlan<'p> {
    /// Both together.
    pub fn new(plan: &'p Plan, policy: &'p ApplicationPolicy) -> Self {
        Self { plan, policy }
    }

    /// The identities of all changes, in plan order.
    pub fn identities(self) -> impl Iterator<Item = Identity> {
        let (instance, marks) = (self.plan.instance(), Marks::of(self.policy));
        self.plan.changes.iter().flat_map(move |change| identities(&instance, &marks, change))
    }

    /// Everything that the plan would do, as the texts of identities.
    pub(super) fn wanted(self) -> BTreeSet<String> {
        self.identities().map(Identity::into_text).collect()
    }
}
