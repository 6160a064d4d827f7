//! Conditions bound to the data: groups are sets of rows, attributes are columns.

use super::comparison::satisfies;
use super::groups::GroupResolver;
use super::members::Members;
use super::population::Population;
use super::rights::{Catalogue, RightId};
use crate::model::{Date, Field};
use crate::policy::{
    AccountTypeIndex, ApplicationPolicy, Comparison, Condition, RightSelector, Subject, Test, UserSlot,
};
use crate::snapshot::{ApplicationSnapshot, TextColumn};

/// What a condition is evaluated for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'f> {
    /// The user's row, where there is a user.
    pub user: Option<u32>,
    /// The account's row, where there is an account.
    pub account: Option<u32>,
    /// The rights the user has so far.
    pub rights: &'f [RightId],
    /// The kind of account the user should have.
    pub account_type: Option<AccountTypeIndex>,
    /// What constraints named, a column each.
    pub named: &'f [TextColumn],
}

/// A condition bound to the data.
#[derive(Debug)]
pub enum BoundCondition<'a> {
    /// Every one holds.
    All(Vec<BoundCondition<'a>>),
    /// At least one holds.
    Any(Vec<BoundCondition<'a>>),
    /// A test, and whether it is negated.
    Test(BoundTest<'a>, bool),
}

/// A test bound to the data.
#[derive(Debug)]
pub enum BoundTest<'a> {
    /// Of the user's attribute.
    User(UserSlot, Option<u16>, &'a Comparison),
    /// Of the user's id.
    UserId(&'a Comparison),
    /// Of the account's attribute; none: it was not read, so it is empty.
    Account(Option<&'a TextColumn>, &'a Comparison),
    /// Of the account's id.
    AccountId(&'a ApplicationSnapshot, &'a Comparison),
    /// Of the account's `active`.
    AccountActive(&'a ApplicationSnapshot, &'a Comparison),
    /// Whether the user is in the groups.
    Group(Members),
    /// Whether the account is in the application's group.
    AccountGroup(Members),
    /// Whether the user has a right that is selected; none: has any.
    Grant(Option<RightSelector>),
    /// Known from the start.
    Known(bool),
}

/// Binds conditions.
pub struct Binder<'a, 'p> {
    /// Whose conditions they are.
    pub policy: &'a ApplicationPolicy,
    /// Resolves groups; keeps the errors.
    pub groups: GroupResolver<'a, 'p>,
    /// The day of the run.
    pub as_of: Date,
    /// The application, where conditions may ask about accounts.
    pub application: Option<&'a ApplicationSnapshot>,
    /// Names of application groups that conditions ask for and the application does not have.
    pub missing_account_groups: Vec<String>,
}

impl<'a> Binder<'a, '_> {
    /// Binds a condition.
    pub fn bind(&mut self, condition: &'a Condition) -> BoundCondition<'a> {
        match condition {
            Condition::All(parts) => BoundCondition::All(parts.iter().map(|part| self.bind(part)).collect()),
            Condition::Any(parts) => BoundCondition::Any(parts.iter().map(|part| self.bind(part)).collect()),
            Condition::Test { test, negated } => BoundCondition::Test(self.bind_test(test), *negated),
        }
    }

    fn bind_test(&mut self, test: &'a Test) -> BoundTest<'a> {
        match test {
            Test::Attribute(subject, comparison) => self.bind_attribute(subject, comparison),
            Test::Group(reference) => {
                let groups = self.groups.resolve(reference);
                BoundTest::Group(Members::new(groups.iter().flat_map(|group| group.users.iter().copied())))
            }
            Test::AccountGroup(name) => BoundTest::AccountGroup(self.account_group(name)),
            Test::Grant(selector) => BoundTest::Grant(selector.clone()),
            Test::Until(date) => BoundTest::Known(self.as_of <= *date),
            Test::Always => BoundTest::Known(true),
        }
    }

    fn bind_attribute(&self, subject: &Subject, comparison: &'a Comparison) -> BoundTest<'a> {
        match (subject, self.application) {
            (Subject::User(slot, index), _) => BoundTest::User(*slot, *index, comparison),
            (Subject::UserId, _) => BoundTest::UserId(comparison),
            (_, None) => BoundTest::Known(false),
            (Subject::Account(slot), Some(application)) => {
                let name = &self.policy.account_attribute(*slot).name;
                BoundTest::Account(application.accounts.column(name), comparison)
            }
            (Subject::AccountLink, Some(application)) => {
                BoundTest::Account(Some(&application.accounts.links), comparison)
            }
            (Subject::AccountId, Some(application)) => BoundTest::AccountId(application, comparison),
            (Subject::AccountActive, Some(application)) => BoundTest::AccountActive(application, comparison),
        }
    }

    fn account_group(&mut self, name: &str) -> Members {
        let Some(application) = self.application else { return Members::default() };
        let groups = &application.groups;
        let found: Vec<u32> = (0..groups.len() as u32)
            .filter(|group| groups.names[*group as usize].eq_ignore_ascii_case(name))
            .collect();
        if found.is_empty() {
            self.missing_account_groups.push(name.to_owned());
        }
        Members::new(found.into_iter().flat_map(|group| groups.members(group).iter().copied()))
    }
}

impl BoundCondition<'_> {
    /// Whether the condition holds.
    pub fn holds(&self, population: &Population<'_>, catalogue: &Catalogue, facts: Facts<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(population, catalogue, facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(population, catalogue, facts)),
            Self::Test(test, negated) => {
                test.answer(population, catalogue, facts).is_some_and(|answer| answer != *negated)
            }
        }
    }
}

impl BoundTest<'_> {
    /// The answer; none where the user or account asked about isn't there.
    pub fn answer(
        &self,
        population: &Population<'_>,
        catalogue: &Catalogue,
        facts: Facts<'_>,
    ) -> Option<bool> {
        let account_texts = |text: Option<&str>, comparison| satisfies(comparison, elements(text));
        Some(match self {
            Self::Known(known) => *known,
            Self::User(slot, index, comparison) => {
                user_satisfies(population, *slot, *index, facts.user?, comparison)
            }
            Self::UserId(comparison) => satisfies(comparison, std::iter::once(population.id(facts.user?).1)),
            Self::Account(column, comparison) => {
                let account = facts.account?;
                account_texts(column.and_then(|column| column.get(account)), comparison)
            }
            Self::AccountId(application, comparison) => {
                satisfies(comparison, std::iter::once(application.accounts.ids.id(facts.account?)))
            }
            Self::AccountActive(application, comparison) => satisfies(
                comparison,
                std::iter::once(truth(application.accounts.active[facts.account? as usize])),
            ),
            Self::Group(members) => members.contains(facts.user?),
            Self::AccountGroup(members) => members.contains(facts.account?),
            Self::Grant(None) => facts.user.map(|_| !facts.rights.is_empty())?,
            Self::Grant(Some(selector)) => {
                facts.user.map(|_| facts.rights.iter().any(|right| catalogue.selected(selector, *right)))?
            }
        })
    }
}

fn user_satisfies(
    population: &Population<'_>,
    slot: UserSlot,
    index: Option<u16>,
    user: u32,
    comparison: &Comparison,
) -> bool {
    let Some((column, row)) = population.column(slot, user) else {
        return satisfies(comparison, std::iter::empty());
    };
    match (column.field(row), index) {
        (Field::Boolean(value), _) => satisfies(comparison, std::iter::once(truth(value))),
        (_, Some(index)) => satisfies(comparison, column.elements(row).nth(index as usize).into_iter()),
        (_, None) => satisfies(comparison, column.elements(row)),
    }
}

fn elements(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.into_iter().flat_map(|text| text.split(crate::snapshot::LIST_SEPARATOR))
}

fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
