//! Policies as tests see them: how many members a group has does not count, and what a test does not make up is no
//! error (the policy language, 11).

use crate::policy::set::{ApplicationPolicy, Condition, ConstraintTest, GroupReference, Test};

/// The same policies without `minMembers`, every group optional, every right one that the application takes.
pub(super) fn relaxed(policy: &ApplicationPolicy) -> ApplicationPolicy {
    let mut policy = ApplicationPolicy { tests: Vec::new(), ..policy.clone() };
    policy.rules.iter_mut().filter_map(|rule| rule.group.as_mut()).for_each(relax);
    policy.entitlements.iter_mut().for_each(|kind| kind.create_missing = true);
    let mut open = conditions(&mut policy);
    while let Some(condition) = open.pop() {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => open.extend(parts),
            Condition::Test { test: Test::Group(reference), .. } => relax(reference),
            Condition::Test { .. } => {}
        }
    }
    policy
}

fn relax(reference: &mut GroupReference) {
    reference.optional = true;
    reference.min_members = None;
}

fn conditions(policy: &mut ApplicationPolicy) -> Vec<&mut Condition> {
    let lifecycle = &mut policy.lifecycle;
    let mut found = vec![&mut lifecycle.scope];
    found.extend(&mut lifecycle.create);
    found.extend(lifecycle.canary.iter_mut().map(|canary| &mut canary.value));
    found.extend(lifecycle.protect.iter_mut().map(|rule| &mut rule.when));
    found.extend(policy.rules.iter_mut().filter_map(|rule| rule.when.as_mut()));
    found.extend(policy.exclusions.iter_mut().map(|rule| &mut rule.when));
    for rule in &mut policy.constraints {
        found.extend(rule.when.as_mut());
        if let ConstraintTest::Require(condition) = &mut rule.test {
            found.push(condition);
        }
    }
    found.extend(policy.mapping.iter_mut().filter_map(|rule| rule.when.as_mut()));
    found.extend(policy.defaults.iter_mut().filter_map(|rule| rule.when.as_mut()));
    found
}
