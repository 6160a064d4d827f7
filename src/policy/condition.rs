//! Compiled conditions (the policy language, 2).

use super::{AccountSlot, GroupReference, RightSelector, TextMatcher, UserSlot};
use crate::model::Date;
use serde::Serialize;

/// True or false of a user and the account, never unknown.
///
/// `not` is carried down to the tests when policies are compiled, so that a test about a user or an account who isn't
/// there is false whichever way it is asked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// The test holds, or where `negated`, it can be asked and does not hold.
    Test {
        /// The question.
        test: Test,
        /// Whether the answer is turned round.
        negated: bool,
    },
}

impl Condition {
    /// Whether it asks for grants.
    pub fn needs_grants(&self) -> bool {
        self.tests().iter().any(|test| matches!(test, Test::Grant(_)))
    }

    /// The tests in it, at any depth, in the order written.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Condition::tests).collect(),
            Self::Test { test, .. } => vec![test],
        }
    }

    /// The tests in it, to be changed.
    pub fn tests_mut(&mut self) -> Vec<&mut Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().flat_map(Condition::tests_mut).collect(),
            Self::Test { test, .. } => vec![test],
        }
    }
}

/// One question.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Test {
    /// An attribute of the directory's user or of the account satisfies a comparison.
    Attribute(Subject, Comparison),
    /// The user is a member of a directory group.
    Group(GroupReference),
    /// The account is a member of the group so named in the application.
    AccountGroup(String),
    /// The user has such a grant so far; without selector: any.
    Grant(Option<RightSelector>),
    /// The day is not over.
    Until(Date),
    /// Always.
    Always,
}

/// Whose attribute is asked for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// An attribute of the user; an index asks for one element of a list.
    User(UserSlot, Option<u16>),
    /// The user's immutable id.
    UserId,
    /// An attribute of the account.
    Account(AccountSlot),
    /// The account's id.
    AccountId,
    /// The account's `active`.
    AccountActive,
    /// The account's link attribute.
    AccountLink,
}

/// A comparison with an operand. A list satisfies it when one element does; an empty attribute only `present: false`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Comparison {
    /// `equals`, `in`: one of these values' texts.
    OneOf {
        /// The texts; ASCII lower case when `ignore_case`.
        texts: Vec<String>,
        /// Whether ASCII case is ignored.
        ignore_case: bool,
    },
    /// `includes`: a part of the text.
    Includes {
        /// The part; ASCII lower case when `ignore_case`.
        text: String,
        /// Whether ASCII case is ignored.
        ignore_case: bool,
    },
    /// `matches`: the whole value fits the expression.
    Matches(TextMatcher),
    /// `greaterThan`, `atLeast`, `lessThan`, `atMost`.
    Ordered {
        /// Which orders satisfy it.
        accept: Vec<i8>,
        /// What is compared with.
        operand: Operand,
    },
    /// `present`.
    Present(bool),
}

/// The right side of an ordered comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Operand {
    /// A whole number; text of digits counts as one.
    Integer(i64),
    /// A day.
    Date(Date),
}
