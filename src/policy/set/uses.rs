//! Every condition, every directory group and every application group that an application's policies ask for.

use super::{ApplicationPolicy, Condition, ConstraintTest, GroupReference, Test};

impl ApplicationPolicy {
    /// Every condition, whole.
    pub fn conditions(&self) -> Vec<&Condition> {
        let lifecycle = &self.lifecycle;
        let mut found: Vec<&Condition> = vec![&lifecycle.scope];
        found.extend(&lifecycle.create);
        found.extend(lifecycle.canary.iter().map(|canary| &canary.value));
        found.extend(lifecycle.protect.iter().map(|rule| &rule.when));
        found.extend(self.rules.iter().filter_map(|rule| rule.when.as_ref()));
        found.extend(self.exclusions.iter().map(|rule| &rule.when));
        found.extend(self.constraints.iter().filter_map(|rule| rule.when.as_ref()));
        found.extend(self.constraints.iter().filter_map(|rule| match &rule.test {
            ConstraintTest::Require(condition) => Some(condition),
            _ => None,
        }));
        found.extend(self.mapping.iter().filter_map(|rule| rule.when.as_ref()));
        found.extend(self.defaults.iter().filter_map(|rule| rule.when.as_ref()));
        found
    }

    /// Every reference to directory groups: of rules, and in conditions.
    pub fn group_references(&self) -> Vec<&GroupReference> {
        let mut found: Vec<&GroupReference> =
            self.rules.iter().filter_map(|rule| rule.group.as_ref()).collect();
        found.extend(self.tests_asked().into_iter().filter_map(|test| match test {
            Test::Group(reference) => Some(reference),
            _ => None,
        }));
        found
    }

    /// The names of the application's groups that conditions ask for, as often as they do.
    pub fn account_groups(&self) -> Vec<&str> {
        let asked = self.tests_asked().into_iter().filter_map(|test| match test {
            Test::AccountGroup(name) => Some(name.as_str()),
            _ => None,
        });
        asked.collect()
    }

    fn tests_asked(&self) -> Vec<&Test> {
        let mut open = self.conditions();
        let mut found = Vec::new();
        while let Some(condition) = open.pop() {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => open.extend(parts.iter().rev()),
                Condition::Test { test, .. } => found.push(test),
            }
        }
        found
    }
}
