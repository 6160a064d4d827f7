//! Compiled conditions (the policy language, 2).

use super::{AccountSlot, GroupReference, RightSelector, TextMatcher, UserSlot};
use crate::model::Date;
use serde::Serialize;

/// True or false for a user and an account, never unknown.
///
/// `not` is pushed down to the tests when policies are compiled. So, if there is no user or no account, a test about it
/// is false, and its negation is false too.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// Every condition holds.
    All(Vec<Condition>),
    /// At least one condition holds.
    Any(Vec<Condition>),
    /// The test holds; if `negated`, there is something to test and the test does not hold.
    Test {
        /// The test.
        test: Test,
        /// Whether the result is negated.
        negated: bool,
    },
}

impl Condition {
    /// Whether it tests grants.
    pub fn needs_grants(&self) -> bool {
        self.tests().iter().any(|test| matches!(test, Test::Grant(_)))
    }

    /// All tests in it, at any depth, in the order written.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Condition::tests).collect(),
            Self::Test { test, .. } => vec![test],
        }
    }

    /// All tests in it, mutable.
    pub fn tests_mut(&mut self) -> Vec<&mut Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().flat_map(Condition::tests_mut).collect(),
            Self::Test { test, .. } => vec![test],
        }
    }
}

/// One test.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Test {
    /// An attribute of the directory's user or of the account satisfies a comparison.
    Attribute(Subject, Comparison),
    /// The user is a member of a directory group.
    Group(GroupReference),
    /// The account is a member of the application's group with this name.
    AccountGroup(String),
    /// The user has such a grant at this point of the evaluation; without selector: any grant.
    Grant(Option<RightSelector>),
    /// True until the end of this day.
    Until(Date),
    /// Always.
    Always,
}

/// The attribute that is tested.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// An attribute of the user; with an index, one element of a list.
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

/// A comparison with an operand. A list satisfies it if one element does. An empty attribute satisfies only `present:
/// false`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Comparison {
    /// `equals`, `in`: the text of the value is one of these.
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
    /// `matches`: the expression matches the whole value.
    Matches(TextMatcher),
    /// `greaterThan`, `atLeast`, `lessThan`, `atMost`.
    Ordered {
        /// The results of comparing the value with the operand that satisfy it: -1 less, 0 equal, 1 greater.
        accept: Vec<i8>,
        /// The right side.
        operand: Operand,
    },
    /// `present`.
    Present(bool),
}

/// The right side of an ordered comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Operand {
    /// A whole number; text of digits is read as one.
    Integer(i64),
    /// A day.
    Date(Date),
}
