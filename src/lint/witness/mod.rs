//! Made-up users who illustrate findings. One that the evaluation does not confirm is never shown.

mod evaluator;
mod groups;
mod person;

pub(super) use evaluator::UserEvaluation;

use super::logic::fact::{Fact, Formula};
use super::logic::formula::Reader;
use super::logic::solve::search;
use crate::policy::{ApplicationPolicy, DirectoryPolicy, GroupSelector, PolicySet};
use evaluator::Evaluator;
use groups::MadeGroups;
use person::{Person, person};
use std::cell::OnceCell;
use std::ops::ControlFlow;

/// The most users that are tried for one finding.
const MAX_TRIED: usize = 16;

/// A confirmed made-up user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    /// "a user in `A` and `B`".
    pub(super) who: String,
    /// The evaluation of the user.
    pub(super) evaluation: UserEvaluation,
}

/// Searches for witnesses among made-up users of one application.
#[derive(Debug)]
pub(super) struct Witnesses<'a> {
    reader: Reader<'a>,
    directories: Vec<&'a DirectoryPolicy>,
    /// The policies as evaluated, and the groups they name; built on first use.
    prepared: OnceCell<(ApplicationPolicy, MadeGroups)>,
}

impl<'a> Witnesses<'a> {
    /// Of one application of a workspace.
    pub(super) fn new(reader: Reader<'a>, set: &'a PolicySet) -> Self {
        let named = reader.policy.directories.iter();
        let directories = named
            .filter_map(|name| set.directories.iter().find(|directory| directory.name == *name))
            .collect();
        Self { reader, directories, prepared: OnceCell::new() }
    }

    /// The policies of the application's directories, in its order.
    pub(super) fn directories(&self) -> &[&'a DirectoryPolicy] {
        &self.directories
    }

    /// A user who satisfies the formulas and for whom the evaluation confirms what is wanted.
    pub(super) fn find(
        &self,
        formulas: &[&Formula<'a>],
        wanted: impl Fn(&UserEvaluation) -> bool,
    ) -> Option<Witness> {
        let mut found = None;
        let mut tried: Vec<Person> = Vec::new();
        search(self.reader, formulas, &mut |facts| match self.try_facts(facts, &mut tried) {
            Some(witness) if wanted(&witness.evaluation) => {
                found = Some(witness);
                ControlFlow::Break(())
            }
            _ if tried.len() >= MAX_TRIED => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        found
    }

    /// Makes a user with these facts, and evaluates it unless an equal one was tried.
    fn try_facts(&self, facts: &[&Fact<'a>], tried: &mut Vec<Person>) -> Option<Witness> {
        let (policy, known) = self.prepared.get_or_init(|| self.prepare());
        let mut groups = known.clone();
        let person = person(self.reader, &self.directories, &mut groups, facts)?;
        if tried.contains(&person) || !self.reader.budget.take(self.weight()) {
            return None;
        }
        let evaluator = Evaluator { policy, directories: &self.directories, as_of: self.reader.as_of };
        let evaluation = evaluator.evaluate(&groups, &person);
        let who = person.description.words();
        tried.push(person);
        evaluation.map(|evaluation| Witness { who, evaluation })
    }

    /// The steps that one evaluation takes, in which every policy takes part.
    fn weight(&self) -> usize {
        let policy = self.reader.policy;
        let policies = policy.rules.len() + policy.constraints.len() + policy.exclusions.len();
        8 * (1 + policies + policy.defaults.len() + policy.lifecycle.protect.len())
    }

    /// The policies without `minMembers`, which one user could never reach, and a group for each reference.
    fn prepare(&self) -> (ApplicationPolicy, MadeGroups) {
        let mut groups = MadeGroups::default();
        // References by id first, since their ids also serve others of the same name.
        let mut references = self.reader.policy.group_references();
        references.sort_by_key(|reference| !matches!(reference.selector, GroupSelector::Id { .. }));
        for reference in references {
            for directory in 0..self.directories.len() {
                groups.membership(self.reader, &self.directories, reference, directory);
            }
        }
        (without_minimum(self.reader.policy), groups)
    }
}

fn without_minimum(policy: &ApplicationPolicy) -> ApplicationPolicy {
    let mut policy = ApplicationPolicy { tests: Vec::new(), ..policy.clone() };
    policy.change_group_references(|reference| reference.min_members = None);
    policy
}
