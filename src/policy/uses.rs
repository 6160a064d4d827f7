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

    /// Every reference to directory groups, to be changed where made-up groups stand for them.
    pub fn group_references_mut(&mut self) -> Vec<&mut GroupReference> {
        let lifecycle = &mut self.lifecycle;
        let mut open = vec![&mut lifecycle.scope];
        open.extend(&mut lifecycle.create);
        open.extend(lifecycle.canary.iter_mut().map(|canary| &mut canary.value));
        open.extend(lifecycle.protect.iter_mut().map(|rule| &mut rule.when));
        open.extend(self.exclusions.iter_mut().map(|rule| &mut rule.when));
        open.extend(self.mapping.iter_mut().filter_map(|rule| rule.when.as_mut()));
        open.extend(self.defaults.iter_mut().filter_map(|rule| rule.when.as_mut()));
        for rule in &mut self.constraints {
            open.extend(rule.when.as_mut());
            if let ConstraintTest::Require(condition) = &mut rule.test {
                open.push(condition);
            }
        }
        let mut found = Vec::new();
        for rule in &mut self.rules {
            found.extend(rule.group.as_mut());
            open.extend(rule.when.as_mut());
        }
        while let Some(condition) = open.pop() {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => open.extend(parts),
                Condition::Test { test: Test::Group(reference), .. } => found.push(reference),
                Condition::Test { .. } => {}
            }
        }
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
