//! Finds every condition, every directory group and every application group in an application's policies.

use super::{ApplicationPolicy, Condition, ConstraintTest, GroupReference, Test};

/// Every condition of an application's policies, borrowed like the policies.
macro_rules! conditions {
    ($policy:expr, $($mutable:tt)?) => {{
        let mut found: Vec<&$($mutable)? Condition> = vec![&$($mutable)? $policy.lifecycle.scope];
        found.extend(&$($mutable)? $policy.lifecycle.create);
        found.extend((&$($mutable)? $policy.lifecycle.canary).into_iter().map(|rule| &$($mutable)? rule.value));
        found.extend((&$($mutable)? $policy.lifecycle.protect).into_iter().map(|rule| &$($mutable)? rule.when));
        found.extend((&$($mutable)? $policy.rules).into_iter().flat_map(|rule| &$($mutable)? rule.when));
        found.extend((&$($mutable)? $policy.exclusions).into_iter().map(|rule| &$($mutable)? rule.when));
        for rule in &$($mutable)? $policy.constraints {
            found.extend(&$($mutable)? rule.when);
            if let ConstraintTest::Require(condition) = &$($mutable)? rule.test {
                found.push(condition);
            }
        }
        found.extend((&$($mutable)? $policy.mapping).into_iter().flat_map(|rule| &$($mutable)? rule.when));
        found.extend((&$($mutable)? $policy.defaults).into_iter().flat_map(|rule| &$($mutable)? rule.when));
        found
    }};
}

impl ApplicationPolicy {
    /// Every condition, as a whole.
    pub fn conditions(&self) -> Vec<&Condition> {
        conditions!(self,)
    }

    /// Every condition, as a whole, mutable.
    pub fn conditions_mut(&mut self) -> Vec<&mut Condition> {
        conditions!(self, mut)
    }

    /// Every reference to directory groups, in rules and in conditions.
    pub fn group_references(&self) -> Vec<&GroupReference> {
        let mut found: Vec<&GroupReference> =
            self.rules.iter().filter_map(|rule| rule.group.as_ref()).collect();
        for test in self.conditions().into_iter().rev().flat_map(Condition::tests) {
            if let Test::Group(reference) = test {
                found.push(reference);
            }
        }
        found
    }

    /// Changes every reference to directory groups, where made-up groups replace real ones.
    pub fn change_group_references(&mut self, mut change: impl FnMut(&mut GroupReference)) {
        self.rules.iter_mut().filter_map(|rule| rule.group.as_mut()).for_each(&mut change);
        for test in self.conditions_mut().into_iter().flat_map(Condition::tests_mut) {
            if let Test::Group(reference) = test {
                change(reference);
            }
        }
    }

    /// The names of the application's groups in conditions, with repetitions.
    pub fn account_groups(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for test in self.conditions().into_iter().rev().flat_map(Condition::tests) {
            if let Test::AccountGroup(name) = test {
                found.push(name.as_str());
            }
        }
        found
    }
}
