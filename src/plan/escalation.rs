//! Rights that a change of policies gives and that a reviewer looks at first: those that nobody else of the department has, and
//! those that the change's own author gets. They are told, and decide nothing.

use super::Evaluation;
use super::change::Change;
use super::value::Plan;
use crate::desired::RightId;
use crate::model::{Field, Operation, Right};
use crate::policy::UserSlot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The attribute that says of which department somebody is.
const DEPARTMENT: &str = "department";
/// Attributes that a commit's author is known by.
const MAILS: [&str; 2] = ["mail", "userPrincipalName"];
/// In a department of fewer people than this, that nobody has a right says nothing.
const LEAST_PEOPLE: usize = 3;

/// A right that is given, and why that is told first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Why.
    pub kind: EscalationKind,
    /// The right.
    pub right: Right,
    /// Who gets it: places among the plan's changes.
    pub changes: Vec<usize>,
}

/// Why a right that is given is told first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EscalationKind {
    /// Who wrote the change's commits gets it: their mail is the author's of a commit.
    Author,
    /// Somebody holds it today, and nobody of this department of so many people.
    Department {
        /// The department.
        name: String,
        /// How many people it has, those who get the right too.
        people: usize,
    },
    /// Nobody holds it today, in any department.
    Nobody,
}

/// A right that is given to one user.
struct Given {
    place: usize,
    user: u32,
    right: RightId,
}

/// What is to be told first of a part of an evaluation's plan; `authors` are the mails of the change's authors. By kind, then by
/// right.
pub fn escalations(evaluation: &Evaluation<'_>, part: &Plan, authors: &BTreeSet<String>) -> Vec<Escalation> {
    let given: Vec<Given> = part
        .changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.operation() == Operation::Grant)
        .filter_map(|(place, change)| given(evaluation, place, change))
        .collect();
    let mut found: BTreeMap<(EscalationKind, Arc<Right>), Vec<usize>> = BTreeMap::new();
    let departments = Departments::new(evaluation, &given);
    for given in &given {
        let right = evaluation.context.catalogue.right(given.right);
        let kinds = departments.kind(given).into_iter().chain(of_author(evaluation, given.user, authors));
        for kind in kinds {
            found.entry((kind, Arc::clone(right))).or_default().push(given.place);
        }
    }
    found
        .into_iter()
        .map(|((kind, right), changes)| Escalation { kind, right: right.as_ref().clone(), changes })
        .collect()
}

fn given(evaluation: &Evaluation<'_>, place: usize, change: &Change) -> Option<Given> {
    let context = &evaluation.context;
    let user = context.desired.population.find(change.subject.user.as_deref()?)?;
    Some(Given { place, user, right: context.catalogue.find(change.right()?)? })
}

fn of_author(evaluation: &Evaluation<'_>, user: u32, authors: &BTreeSet<String>) -> Option<EscalationKind> {
    let is_author = |name: &str| {
        let held = slot(evaluation, name).and_then(|slot| text(evaluation, slot, user));
        held.is_some_and(|held| authors.iter().any(|author| author.eq_ignore_ascii_case(&held)))
    };
    MAILS.iter().any(|name| is_author(name)).then_some(EscalationKind::Author)
}

/// Who of which department holds which of the rights that are given, today.
struct Departments {
    of_users: BTreeMap<u32, String>,
    people: BTreeMap<String, usize>,
    holding: BTreeSet<(String, RightId)>,
    held: BTreeSet<RightId>,
}

impl Departments {
    fn new(evaluation: &Evaluation<'_>, given: &[Given]) -> Self {
        let mut departments = Self {
            of_users: BTreeMap::new(),
            people: BTreeMap::new(),
            holding: BTreeSet::new(),
            held: BTreeSet::new(),
        };
        let context = &evaluation.context;
        let Some(slot) = slot(evaluation, DEPARTMENT).filter(|_| !given.is_empty()) else {
            return departments;
        };
        for given in given {
            if let Some(name) = text(evaluation, slot, given.user) {
                departments.people.insert(name.clone(), 0);
                departments.of_users.insert(given.user, name);
            }
        }
        let rights: BTreeSet<RightId> = given.iter().map(|given| given.right).collect();
        let accounts = 0..context.application.accounts.len() as u32;
        departments.held = accounts
            .flat_map(|account| context.holdings.rights.of(account))
            .filter(|right| rights.contains(right))
            .copied()
            .collect();
        for user in 0..context.desired.population.len() {
            let Some(name) = text(evaluation, slot, user) else { continue };
            let Some(people) = departments.people.get_mut(&name) else { continue };
            *people += 1;
            let account = context.pairing.account(user);
            let held = account.map_or(&[][..], |account| context.holdings.rights.of(account));
            let held = held.iter().filter(|right| rights.contains(right));
            departments.holding.extend(held.map(|right| (name.clone(), *right)));
        }
        departments
    }

    fn kind(&self, given: &Given) -> Option<EscalationKind> {
        let name = self.of_users.get(&given.user)?;
        let people = self.people.get(name).copied().filter(|people| *people >= LEAST_PEOPLE)?;
        if !self.held.contains(&given.right) {
            return Some(EscalationKind::Nobody);
        }
        let is_new = !self.holding.contains(&(name.clone(), given.right));
        is_new.then(|| EscalationKind::Department { name: name.clone(), people })
    }
}

fn slot(evaluation: &Evaluation<'_>, name: &str) -> Option<UserSlot> {
    let attributes = &evaluation.desired().policy.user_attributes;
    let place = attributes.iter().position(|attribute| attribute.name == name)?;
    Some(UserSlot(place as u16))
}

fn text(evaluation: &Evaluation<'_>, slot: UserSlot, user: u32) -> Option<String> {
    match evaluation.desired().population.field(slot, user) {
        Field::Text(text) => Some(text.into_owned()),
        Field::Empty | Field::Boolean(_) | Field::List(_) => None,
    }
}
