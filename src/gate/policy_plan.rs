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

    /// Everything that these policies, which are settled, do without asking a person, with the account of each change.
    /// Nothing if a later version keeps the link or an attribute elsewhere: what is read then says nothing about what
    /// these policies would have read.
    pub(super) fn unasked(self, later: &ApplicationPolicy) -> BTreeSet<String> {
        if !self.policy.same_places(later) {
            return BTreeSet::new();
        }
        let (instance, marks) = (self.plan.instance(), Marks::of(self.policy));
        let changes = self.plan.changes.iter().filter(|change| change.hold().is_none());
        let all = changes.flat_map(|change| identities(&instance, &marks, change));
        all.map(|identity| identity.on_account()).collect()
    }
}
