//! Conditions as written (the policy language, 2).

use super::shape::{ShapeError, exactly_one};
use super::{Constant, Day, GroupReference, NumberOrDay, Selector, True};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A test, or one of `all`, `any`, `not`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 3))]
pub struct Condition {
    /// Every one of these holds.
    #[schemars(length(min = 1))]
    pub all: Option<Spanned<Vec<Spanned<Condition>>>>,
    /// At least one of these holds.
    #[schemars(length(min = 1))]
    pub any: Option<Spanned<Vec<Spanned<Condition>>>>,
    /// This does not hold.
    pub not: Option<Box<Spanned<Condition>>>,
    /// An attribute of the directory's user; an operator stands beside it.
    #[schemars(length(min = 1))]
    pub user: Option<Spanned<String>>,
    /// An attribute of the account; an operator stands beside it.
    #[schemars(length(min = 1))]
    pub account: Option<Spanned<String>>,
    /// A directory group that the user is a member of.
    pub group: Option<Spanned<GroupReference>>,
    /// A group of the application that the account is a member of.
    #[schemars(length(min = 1))]
    pub account_group: Option<Spanned<String>>,
    /// A grant that the user has so far: entitlement types or scopes with a value, `'*'` for any.
    #[schemars(extend("minProperties" = 1))]
    pub grant: Option<Spanned<Selector>>,
    /// The user has any grant.
    pub any_grant: Option<Spanned<True>>,
    /// The last day on which this holds.
    pub until: Option<Spanned<Day>>,
    /// Always.
    pub always: Option<Spanned<True>>,
    /// The value is this.
    pub equals: Option<Spanned<Constant>>,
    /// The value is one of these.
    #[schemars(length(min = 1))]
    pub r#in: Option<Spanned<Vec<Spanned<Constant>>>>,
    /// This is a part of the text.
    #[schemars(length(min = 1))]
    pub includes: Option<Spanned<String>>,
    /// The whole value fits this regular expression.
    #[schemars(length(min = 1))]
    pub matches: Option<Spanned<String>>,
    /// The value is greater, or later.
    pub greater_than: Option<Spanned<NumberOrDay>>,
    /// The value is this or greater.
    pub at_least: Option<Spanned<NumberOrDay>>,
    /// The value is less, or earlier.
    pub less_than: Option<Spanned<NumberOrDay>>,
    /// The value is this or less.
    pub at_most: Option<Spanned<NumberOrDay>>,
    /// Whether there is a value at all.
    pub present: Option<Spanned<bool>>,
    /// Ignores ASCII case; beside `equals`, `in`, `includes` or `matches`.
    pub ignore_case: Option<Spanned<bool>>,
}

/// What a condition is.
#[derive(Clone, Copy, Debug)]
pub enum ConditionForm<'a> {
    /// Every one holds.
    All(&'a [Spanned<Condition>]),
    /// At least one holds.
    Any(&'a [Spanned<Condition>]),
    /// It does not hold.
    Not(&'a Spanned<Condition>),
    /// A test.
    Test(TestForm<'a>),
}

/// What a test asks.
#[derive(Clone, Copy, Debug)]
pub enum TestForm<'a> {
    /// An attribute of the user.
    User(&'a Spanned<String>, Operator<'a>),
    /// An attribute of the account.
    Account(&'a Spanned<String>, Operator<'a>),
    /// Membership of a directory group.
    Group(&'a Spanned<GroupReference>),
    /// Membership of a group in the application.
    AccountGroup(&'a Spanned<String>),
    /// A grant so far.
    Grant(&'a Spanned<Selector>),
    /// Any grant so far.
    AnyGrant(Span),
    /// The day is not over.
    Until(&'a Spanned<Day>),
    /// Always.
    Always,
}

/// An operator with its operand.
#[derive(Clone, Copy, Debug)]
pub struct Operator<'a> {
    /// What is compared, and with what.
    pub form: OperatorForm<'a>,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
}

/// What an operator compares.
#[derive(Clone, Copy, Debug)]
pub enum OperatorForm<'a> {
    /// `equals`.
    Equals(&'a Spanned<Constant>),
    /// `in`.
    In(&'a [Spanned<Constant>]),
    /// `includes`.
    Includes(&'a Spanned<String>),
    /// `matches`.
    Matches(&'a Spanned<String>),
    /// An ordered comparison: which orders satisfy it, -1 less, 0 equal, 1 greater.
    Ordered(&'static [i8], &'a Spanned<NumberOrDay>),
    /// `present`.
    Present(bool),
}

impl Condition {
    /// What the condition is.
    ///
    /// # Errors
    /// Keys that exclude each other, or an operator that is missing or stands where none may.
    pub fn form(&self, whole: Span) -> Result<ConditionForm<'_>, ShapeError> {
        exactly_one(whole, "a condition", &self.type_keys())?;
        let operator = self.operator(whole);
        let test = match (&self.user, &self.account) {
            (Some(user), _) => TestForm::User(user, operator?),
            (_, Some(account)) => TestForm::Account(account, operator?),
            _ => {
                self.no_operator()?;
                return self.without_operator().ok_or_else(|| {
                    ShapeError::new(whole, "a condition says nothing", "one key is missing here")
                });
            }
        };
        Ok(ConditionForm::Test(test))
    }

    fn type_keys(&self) -> [(&'static str, Option<Span>); 11] {
        [
            ("all", self.all.as_ref().map(|it| it.span)),
            ("any", self.any.as_ref().map(|it| it.span)),
            ("not", self.not.as_ref().map(|it| it.span)),
            ("user", self.user.as_ref().map(|it| it.span)),
            ("account", self.account.as_ref().map(|it| it.span)),
            ("group", self.group.as_ref().map(|it| it.span)),
            ("accountGroup", self.account_group.as_ref().map(|it| it.span)),
            ("grant", self.grant.as_ref().map(|it| it.span)),
            ("anyGrant", self.any_grant.as_ref().map(|it| it.span)),
            ("until", self.until.as_ref().map(|it| it.span)),
            ("always", self.always.as_ref().map(|it| it.span)),
        ]
    }

    fn operator_keys(&self) -> [(&'static str, Option<Span>); 9] {
        [
            ("equals", self.equals.as_ref().map(|it| it.span)),
            ("in", self.r#in.as_ref().map(|it| it.span)),
            ("includes", self.includes.as_ref().map(|it| it.span)),
            ("matches", self.matches.as_ref().map(|it| it.span)),
            ("greaterThan", self.greater_than.as_ref().map(|it| it.span)),
            ("atLeast", self.at_least.as_ref().map(|it| it.span)),
            ("lessThan", self.less_than.as_ref().map(|it| it.span)),
            ("atMost", self.at_most.as_ref().map(|it| it.span)),
            ("present", self.present.as_ref().map(|it| it.span)),
        ]
    }

    fn without_operator(&self) -> Option<ConditionForm<'_>> {
        let form = match self {
            Self { all: Some(all), .. } => ConditionForm::All(&all.value),
            Self { any: Some(any), .. } => ConditionForm::Any(&any.value),
            Self { not: Some(not), .. } => ConditionForm::Not(not),
            Self { group: Some(group), .. } => ConditionForm::Test(TestForm::Group(group)),
            Self { account_group: Some(name), .. } => ConditionForm::Test(TestForm::AccountGroup(name)),
            Self { grant: Some(selector), .. } => ConditionForm::Test(TestForm::Grant(selector)),
            Self { any_grant: Some(any), .. } => ConditionForm::Test(TestForm::AnyGrant(any.span)),
            Self { until: Some(day), .. } => ConditionForm::Test(TestForm::Until(day)),
            Self { always: Some(_), .. } => ConditionForm::Test(TestForm::Always),
            _ => return None,
        };
        Some(form)
    }

    fn no_operator(&self) -> Result<(), ShapeError> {
        let keys = self
            .operator_keys()
            .into_iter()
            .chain([("ignoreCase", self.ignore_case.as_ref().map(|it| it.span))]);
        match keys.filter_map(|(key, span)| Some((key, span?))).next() {
            None => Ok(()),
            Some((key, span)) => {
                let message = format!("`{key}` stands beside `user` or `account` only");
                Err(ShapeError::new(span, message, "nothing to compare here"))
            }
        }
    }

    fn operator(&self, whole: Span) -> Result<Operator<'_>, ShapeError> {
        exactly_one(whole, "a test of an attribute", &self.operator_keys())?;
        let form = self.operator_form().ok_or_else(|| {
            ShapeError::new(whole, "a test of an attribute has no operator", "the operator is missing here")
        })?;
        let foldable = !matches!(form, OperatorForm::Ordered(..) | OperatorForm::Present(_));
        match &self.ignore_case {
            Some(ignore) if !foldable => Err(ShapeError::new(
                ignore.span,
                "`ignoreCase` stands beside `equals`, `in`, `includes` or `matches` only",
                "there is no case to ignore",
            )),
            ignore => Ok(Operator { form, ignore_case: ignore.as_ref().is_some_and(|it| it.value) }),
        }
    }

    fn operator_form(&self) -> Option<OperatorForm<'_>> {
        Some(match self {
            Self { equals: Some(operand), .. } => OperatorForm::Equals(operand),
            Self { r#in: Some(operands), .. } => OperatorForm::In(&operands.value),
            Self { includes: Some(part), .. } => OperatorForm::Includes(part),
            Self { matches: Some(expression), .. } => OperatorForm::Matches(expression),
            Self { greater_than: Some(operand), .. } => OperatorForm::Ordered(&[1], operand),
            Self { at_least: Some(operand), .. } => OperatorForm::Ordered(&[0, 1], operand),
            Self { less_than: Some(operand), .. } => OperatorForm::Ordered(&[-1], operand),
            Self { at_most: Some(operand), .. } => OperatorForm::Ordered(&[-1, 0], operand),
            Self { present: Some(present), .. } => OperatorForm::Present(present.value),
            _ => return None,
        })
    }
}
