//! The rules that reasons name, with a number each.

use crate::policy::{ApplicationPolicy, Origin};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Every rule of an application's policies, sorted.
#[derive(Debug)]
pub(super) struct RuleTable<'a> {
    origins: Vec<&'a Origin>,
    numbers: HashMap<&'a Origin, u32, RandomState>,
}

impl<'a> RuleTable<'a> {
    pub(super) fn new(policy: &'a ApplicationPolicy) -> Self {
        let lifecycle = &policy.lifecycle;
        let mut origins: Vec<&Origin> = vec![
            const { &Origin::NOWHERE },
            &lifecycle.origin,
            &lifecycle.deleted.origin,
            &lifecycle.out_of_scope.origin,
            &lifecycle.disabled.origin,
            &lifecycle.unmanaged.origin,
            &lifecycle.adoption.origin,
            &lifecycle.returning.origin,
            &lifecycle.account_type_change.origin,
            &policy.origin,
        ];
        origins.extend(lifecycle.canary.iter().map(|canary| &canary.origin));
        origins.extend(policy.rules.iter().map(|rule| &rule.origin));
        origins.extend(policy.exclusions.iter().map(|rule| &rule.origin));
        origins.extend(policy.constraints.iter().map(|rule| &rule.origin));
        origins.extend(policy.mapping.iter().map(|rule| &rule.origin));
        origins.extend(policy.defaults.iter().map(|rule| &rule.origin));
        origins.extend(lifecycle.protect.iter().map(|rule| &rule.origin));
        origins.sort();
        origins.dedup();
        let numbers = origins.iter().zip(0..).map(|(origin, number)| (*origin, number)).collect();
        Self { origins, numbers }
    }

    /// The number of a rule; 0, no rule at all, for one that is not of these policies.
    pub(super) fn number(&self, origin: &Origin) -> u32 {
        self.numbers.get(origin).copied().unwrap_or(0)
    }

    pub(super) fn origins(&self) -> Vec<Origin> {
        self.origins.iter().copied().cloned().collect()
    }
}
