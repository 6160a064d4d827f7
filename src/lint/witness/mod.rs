//! Made-up users who show what a finding says. None is told that the evaluation does not confirm.

mod court;
mod groups;
mod person;

pub(super) use court::Verdict;

use super::logic::fact::{Fact, Formula};
use super::logic::formula::Reader;
use super::logic::solve::search;
use crate::policy::{ApplicationPolicy, DirectoryPolicy, GroupSelector, PolicySet};
use court::Court;
use groups::MadeGroups;
use person::{Person, person};
use std::cell::OnceCell;
use std::ops::ControlFlow;

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
        // Those by id first: they bring ids along for others of the same name.
        let mut references = self.reader.policy.group_references();
        references.sort_by_key(|reference| !matches!(reference.selector, GroupSelector::Id { .. }));
        for reference in references {
            for directory in 0..self.directories.len() {
                groups.place(self.reader, &self.directories, reference, directory);
            }
        }
        (without_minimum(self.reader.policy), groups)
    }
}

fn without_minimum(policy: &ApplicationPolicy) -> ApplicationPolicy {
    let mut policy = ApplicationPolicy { tests: Vec::new(), ..policy.clone() };
    policy.group_references_mut().into_iter().for_each(|reference| reference.min_members = None);
    policy
}
