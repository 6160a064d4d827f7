//! Made-up users who show what a finding says. None is told that the evaluation does not confirm.

mod groups;
mod person;
mod trial;

pub(super) use groups::references;
pub(super) use trial::Verdict;

use super::logic::fact::{Fact, Formula};
use super::logic::formula::Reader;
use super::logic::solve::search;
use crate::policy::set::{
    ApplicationPolicy, Condition, ConstraintTest, DirectoryPolicy, GroupReference, PolicySet, Test,
};
use groups::MadeGroups;
use person::{Person, person};
use std::cell::OnceCell;
use std::ops::ControlFlow;
use trial::Court;

/// Users that are tried for one finding at most.
const MOST_TRIALS: usize = 16;

/// A made-up user who was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    /// "a user in `A` and `B`".
    pub(super) who: String,
    /// What becomes of the user.
    pub(super) verdict: Verdict,
}

/// Looks for witnesses among the users of one application.
#[derive(Debug)]
pub(super) struct Witnesses<'a> {
    reader: Reader<'a>,
    directories: Vec<&'a DirectoryPolicy>,
    /// The policies as they are rehearsed, and the groups they name; made when first needed.
    rehearsed: OnceCell<(ApplicationPolicy, MadeGroups)>,
}

impl<'a> Witnesses<'a> {
    /// Of one application of a workspace.
    pub(super) fn new(reader: Reader<'a>, set: &'a PolicySet) -> Self {
        let named = reader.policy.directories.iter();
        let directories =
            named.filter_map(|name| set.directories.iter().find(|it| it.name == *name)).collect();
        Self { reader, directories, rehearsed: OnceCell::new() }
    }

    /// What the documents of the application's directories say, in its order.
    pub(super) fn directories(&self) -> &[&'a DirectoryPolicy] {
        &self.directories
    }

    /// A user whom the formulas fit, and of whom the evaluation says what is wanted.
    pub(super) fn find(
        &self,
        formulas: &[&Formula<'a>],
        wanted: impl Fn(&Verdict) -> bool,
    ) -> Option<Witness> {
        let mut found = None;
        let mut tried: Vec<Person> = Vec::new();
        search(self.reader, formulas, &mut |facts| match self.tried(facts, &mut tried) {
            Some(witness) if wanted(&witness.verdict) => {
                found = Some(witness);
                ControlFlow::Break(())
            }
            _ if tried.len() >= MOST_TRIALS => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        found
    }

    /// Makes a user of whom the facts are true, and has it judged unless it was before.
    fn tried(&self, facts: &[&Fact<'a>], tried: &mut Vec<Person>) -> Option<Witness> {
        let (policy, known) = self.rehearsed.get_or_init(|| self.rehearse());
        let mut groups = known.clone();
        let person = person(self.reader, &self.directories, &mut groups, facts)?;
        if tried.contains(&person) {
            return None;
        }
        let court = Court { policy, directories: &self.directories, as_of: self.reader.as_of };
        let verdict = court.judge(&groups, &person);
        let who = person.told.words();
        tried.push(person);
        verdict.map(|verdict| Witness { who, verdict })
    }

    /// The policies without `minMembers`, which one user could never reach, and a group for each reference.
    fn rehearse(&self) -> (ApplicationPolicy, MadeGroups) {
        let mut groups = MadeGroups::default();
        for reference in references(self.reader.policy) {
            for directory in 0..self.directories.len() {
                groups.place(self.reader, &self.directories, reference, directory);
            }
        }
        (without_minimum(self.reader.policy), groups)
    }
}

fn without_minimum(policy: &ApplicationPolicy) -> ApplicationPolicy {
    let mut policy = policy.clone();
    let group = |reference: &mut GroupReference| reference.min_members = None;
    policy.rules.iter_mut().filter_map(|rule| rule.group.as_mut()).for_each(group);
    let lifecycle = &mut policy.lifecycle;
    let mut conditions: Vec<&mut Condition> = vec![&mut lifecycle.scope];
    conditions.extend(lifecycle.create.iter_mut());
    conditions.extend(lifecycle.canary.iter_mut().map(|canary| &mut canary.value));
    conditions.extend(lifecycle.protect.iter_mut().map(|rule| &mut rule.when));
    conditions.extend(policy.rules.iter_mut().filter_map(|rule| rule.when.as_mut()));
    conditions.extend(policy.exclusions.iter_mut().map(|rule| &mut rule.when));
    conditions.extend(policy.mapping.iter_mut().filter_map(|rule| rule.when.as_mut()));
    conditions.extend(policy.defaults.iter_mut().filter_map(|rule| rule.when.as_mut()));
    for rule in &mut policy.constraints {
        conditions.extend(rule.when.iter_mut());
        if let ConstraintTest::Require(condition) = &mut rule.test {
            conditions.push(condition);
        }
    }
    while let Some(condition) = conditions.pop() {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => conditions.extend(parts.iter_mut()),
            Condition::Test { test: Test::Group(reference), .. } => group(reference),
            Condition::Test { .. } => {}
        }
    }
    policy
}
