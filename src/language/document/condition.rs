//! Conditions as written (the policy language, 2).

use super::shape::{Key, ShapeError, exactly_one, first, key};
use super::{Constant, GroupReference, Selector, True};
use crate::model::{Date, Span};
use crate::policy::{Comparison, Operand};
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
    /// An attribute of the directory's user; needs an operator beside it.
    pub user: Option<Spanned<String>>,
    /// An attribute of the account; needs an operator beside it.
    pub account: Option<Spanned<String>>,
    /// A directory group that the user is a member of.
    pub group: Option<Spanned<GroupReference>>,
    /// A group of the application that the account is a member of.
    pub account_group: Option<Spanned<String>>,
    /// A grant that the user has at this point of the evaluation: entitlements or areas with a value, `'*'` for any.
    #[schemars(extend("minProperties" = 1))]
    pub grant: Option<Spanned<Selector>>,
    /// The user has any grant.
    pub any_grant: Option<Spanned<True>>,
    /// The last day on which this holds.
    pub until: Option<Spanned<Date>>,
    /// Always.
    pub always: Option<Spanned<True>>,
    /// The value equals this.
    pub equals: Option<Spanned<Constant>>,
    /// The value is one of these.
    #[schemars(length(min = 1))]
    pub r#in: Option<Spanned<Vec<Spanned<Constant>>>>,
    /// The text contains this.
    pub includes: Option<Spanned<String>>,
    /// This regular expression matches the whole value.
    pub matches: Option<Spanned<String>>,
    /// The value is greater (later) than this.
    pub greater_than: Option<Spanned<Operand>>,
    /// The value is equal to or greater (later) than this.
    pub at_least: Option<Spanned<Operand>>,
    /// The value is less (earlier) than this.
    pub less_than: Option<Spanned<Operand>>,
    /// The value is equal to or less (earlier) than this.
    pub at_most: Option<Spanned<Operand>>,
    /// `true`: there is a value; `false`: there is none.
    pub present: Option<Spanned<bool>>,
    /// Ignores ASCII case; may stand beside `equals`, `in`, `includes` or `matches`.
    pub ignore_case: Option<Spanned<bool>>,
}

/// The form of a condition.
#[derive(Clone, Debug)]
pub enum ConditionForm<'a> {
    /// Every condition holds.
    All(&'a [Spanned<Condition>]),
    /// At least one condition holds.
    Any(&'a [Spanned<Condition>]),
    /// The condition does not hold.
    Not(&'a Spanned<Condition>),
    /// A test.
    Test(TestForm<'a>),
}

/// The form of a test.
#[derive(Clone, Debug)]
pub enum TestForm<'a> {
    /// An attribute of the user.
    User(&'a Spanned<String>, Operator<'a>),
    /// An attribute of the account.
    Account(&'a Spanned<String>, Operator<'a>),
    /// Membership of a directory group.
    Group(&'a Spanned<GroupReference>),
    /// Membership of a group in the application.
    AccountGroup(&'a Spanned<String>),
    /// A grant that the user has so far.
    Grant(&'a Spanned<Selector>),
    /// Any grant that the user has so far.
    AnyGrant(Span),
    /// True until the end of this day.
    Until(&'a Spanned<Date>),
    /// Always.
    Always,
}

/// An operator with its operand.
#[derive(Clone, Debug)]
pub struct Operator<'a> {
    /// The comparison.
    pub form: OperatorForm<'a>,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// The operands that must have the attribute's type.
    pub typed: &'a [Spanned<Constant>],
    /// The operand, if the operator cannot compare booleans, which have no parts and no order.
    pub not_boolean: Option<Span>,
}

/// The comparison of an operator.
#[derive(Clone, Debug)]
pub enum OperatorForm<'a> {
    /// A comparison that needs no compiling.
    Comparison(Comparison),
    /// A regular expression for the whole value, not compiled yet.
    Matches(&'a Spanned<String>),
}

impl Condition {
    /// The form of the condition.
    ///
    /// # Errors
    /// Keys that exclude each other; an operator that is missing, or is where none is allowed.
    pub fn form(&self, whole: Span) -> Result<ConditionForm<'_>, ShapeError> {
        let alone = |form| self.no_operator().map(|()| form);
        let test = |test| alone(ConditionForm::Test(test));
        let compared = |test| Ok(ConditionForm::Test(test));
        exactly_one(
            whole,
            "a condition",
            [
                key("all", self.all.as_ref(), |parts| alone(ConditionForm::All(&parts.value))),
                key("any", self.any.as_ref(), |parts| alone(ConditionForm::Any(&parts.value))),
                key("not", self.not.as_deref(), |part| alone(ConditionForm::Not(part))),
                key("user", self.user.as_ref(), |user| compared(TestForm::User(user, self.operator(whole)?))),
                key("account", self.account.as_ref(), |account| {
                    compared(TestForm::Account(account, self.operator(whole)?))
                }),
                key("group", self.group.as_ref(), |group| test(TestForm::Group(group))),
                key("accountGroup", self.account_group.as_ref(), |name| test(TestForm::AccountGroup(name))),
                key("grant", self.grant.as_ref(), |selector| test(TestForm::Grant(selector))),
                key("anyGrant", self.any_grant.as_ref(), |any| test(TestForm::AnyGrant(any.span))),
                key("until", self.until.as_ref(), |day| test(TestForm::Until(day))),
                key("always", self.always.as_ref(), |_| test(TestForm::Always)),
            ],
        )?
    }

    fn no_operator(&self) -> Result<(), ShapeError> {
        let ignore_case =
            self.ignore_case.as_ref().map(|ignore| Spanned { value: "ignoreCase", span: ignore.span });
        match first(self.operators()).or(ignore_case) {
            None => Ok(()),
            Some(Spanned { value: name, span }) => {
                let message = format!("`{name}` is allowed only beside `user` or `account`");
                Err(ShapeError::new(span, message, "nothing to compare here"))
            }
        }
    }

    fn operator(&self, whole: Span) -> Result<Operator<'_>, ShapeError> {
        let operator = exactly_one(whole, "a test of an attribute", self.operators())?;
        let caseless = matches!(
            operator.form,
            OperatorForm::Comparison(Comparison::Ordered { .. } | Comparison::Present(_))
        );
        match &self.ignore_case {
            Some(ignore) if caseless => Err(ShapeError::new(
                ignore.span,
                "`ignoreCase` is allowed only beside `equals`, `in`, `includes` or `matches`",
                "there is no case to ignore",
            )),
            _ => Ok(operator),
        }
    }

    fn operators(&self) -> [Key<Operator<'_>>; 9] {
        let ignore_case = Spanned::value_of(&self.ignore_case).unwrap_or(false);
        let fold = |text: String| if ignore_case { text.to_ascii_lowercase() } else { text };
        let plain = |form| Operator { form, ignore_case, typed: &[], not_boolean: None };
        let one_of = |typed: &'_ [Spanned<Constant>]| {
            let texts = typed.iter().map(|constant| fold(constant.value.0.to_string())).collect();
            OperatorForm::Comparison(Comparison::OneOf { texts, ignore_case })
        };
        let ordered = |accept: &[i8], operand: &Spanned<Operand>| {
            let form = Comparison::Ordered { accept: accept.to_vec(), operand: operand.value };
            Operator { not_boolean: Some(operand.span), ..plain(OperatorForm::Comparison(form)) }
        };
        [
            key("equals", self.equals.as_ref(), |operand| {
                let typed = std::slice::from_ref(operand);
                Operator { typed, ..plain(one_of(typed)) }
            }),
            key("in", self.r#in.as_ref(), |operands| Operator {
                typed: &operands.value,
                ..plain(one_of(&operands.value))
            }),
            key("includes", self.includes.as_ref(), |part| {
                let form = Comparison::Includes { text: fold(part.value.clone()), ignore_case };
                Operator { not_boolean: Some(part.span), ..plain(OperatorForm::Comparison(form)) }
            }),
            key("matches", self.matches.as_ref(), |source| Operator {
                not_boolean: Some(source.span),
                ..plain(OperatorForm::Matches(source))
            }),
            key("greaterThan", self.greater_than.as_ref(), |operand| ordered(&[1], operand)),
            key("atLeast", self.at_least.as_ref(), |operand| ordered(&[0, 1], operand)),
            key("lessThan", self.less_than.as_ref(), |operand| ordered(&[-1], operand)),
            key("atMost", self.at_most.as_ref(), |operand| ordered(&[-1, 0], operand)),
            key("present", self.present.as_ref(), |present| {
                plain(OperatorForm::Comparison(Comparison::Present(present.value)))
            }),
        ]
    }
}
