//! Conditions (the policy language, 2): `not` is pushed down to the tests, each test is checked for its place, names
//! become slots.

use super::compiler::{Compiler, all};
use super::expression;
use super::names::UserName;
use crate::language::document::{self, ConditionForm, Constant, Operator, OperatorForm, TestForm};
use crate::model::{AttributeType, Remedy, Span, Value};
use crate::policy::{Comparison, Condition, Subject, Test, TextMatcher};
use crate::yaml::Spanned;

/// Where a condition is written; decides which tests it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `when` of a linking rule: tests of users and groups.
    Rule,
    /// Constraints, mappings, defaults, `scope` and `create`: also tests of grants.
    Granted,
    /// `when` of an exclusion: tests of users, groups and accounts.
    Exclusion,
    /// `when` of a protection: every test.
    Protection,
}

impl Place {
    fn asks_grants(self) -> bool {
        matches!(self, Self::Granted | Self::Protection)
    }

    fn asks_accounts(self) -> bool {
        matches!(self, Self::Exclusion | Self::Protection)
    }
}

/// The rule or setting that a condition belongs to.
#[derive(Clone, Copy)]
pub(super) struct Owner<'i> {
    pub(super) id: &'i str,
    pub(super) place: Place,
}

impl Compiler<'_, '_, '_> {
    /// Compiles a condition.
    pub(super) fn condition(
        &mut self,
        condition: &Spanned<document::Condition>,
        owner: Owner<'_>,
    ) -> Option<Condition> {
        self.part(condition, owner, false)
    }

    /// Compiles an optional condition; the outer none is an error in it.
    pub(super) fn when(
        &mut self,
        condition: &Option<Spanned<document::Condition>>,
        owner: Owner<'_>,
    ) -> Option<Option<Condition>> {
        match condition {
            None => Some(None),
            Some(condition) => self.condition(condition, owner).map(Some),
        }
    }

    fn part(
        &mut self,
        condition: &Spanned<document::Condition>,
        owner: Owner<'_>,
        negated: bool,
    ) -> Option<Condition> {
        let form = self.shape(condition.value.form(condition.span))?;
        match form {
            ConditionForm::All(parts) | ConditionForm::Any(parts) => {
                let every = matches!(form, ConditionForm::All(_));
                let parts = all(parts.iter().map(|part| self.part(part, owner, negated)))?;
                Some(if every == negated { Condition::Any(parts) } else { Condition::All(parts) })
            }
            ConditionForm::Not(part) => self.part(part, owner, !negated),
            ConditionForm::Test(test) => {
                self.placed(&test, owner.place, condition.span)?;
                Some(Condition::Test { test: self.test(test, owner)?, negated })
            }
        }
    }

    /// Reports a test of something that is not known yet at this place.
    fn placed(&mut self, test: &TestForm<'_>, place: Place, span: Span) -> Option<()> {
        let (what, allowed) = match test {
            TestForm::Account(..) | TestForm::AccountGroup(_) => ("accounts", place.asks_accounts()),
            TestForm::Grant(_) | TestForm::AnyGrant(_) => ("grants", place.asks_grants()),
            _ => return Some(()),
        };
        if allowed {
            return Some(());
        }
        let message = format!("a test about {what} is not allowed here: they are not known yet");
        let help = match place {
            Place::Rule => "a linking rule asks about `user` and `group` only",
            Place::Granted => "here only `user`, `group`, `grant` and `anyGrant` can be asked about",
            Place::Exclusion => "an exclusion asks about `user`, `group`, `account` and `accountGroup`",
            Place::Protection => "",
        };
        self.error("check/test-placement", message, span, "this test").help = Some(help.to_owned());
        None
    }

    fn test(&mut self, test: TestForm<'_>, owner: Owner<'_>) -> Option<Test> {
        Some(match test {
            TestForm::User(path, operator) => {
                let (subject, kind) = match self.user(path)? {
                    UserName::Id => (Subject::UserId, Some(AttributeType::Text)),
                    UserName::Attribute(slot, index, kind) => (Subject::User(slot, index), Some(kind)),
                };
                Test::Attribute(subject, self.comparison(operator, kind)?)
            }
            TestForm::Account(name, operator) => {
                let subject = match name.value.as_str() {
                    "id" => Subject::AccountId,
                    "active" => Subject::AccountActive,
                    link if link == self.names.application.document.link() => Subject::AccountLink,
                    _ => Subject::Account(self.account(name)?),
                };
                Test::Attribute(subject, self.comparison(operator, None)?)
            }
            TestForm::Group(group) => Test::Group(self.group(group, owner.id, &[])?.0),
            TestForm::AccountGroup(name) => Test::AccountGroup(name.value.clone()),
            TestForm::Grant(selector) => Test::Grant(Some(self.selector(&selector.value)?)),
            TestForm::AnyGrant(_) => Test::Grant(None),
            TestForm::Until(day) => Test::Until(day.value),
            TestForm::Always => Test::Always,
        })
    }

    fn comparison(&mut self, operator: Operator<'_>, kind: Option<AttributeType>) -> Option<Comparison> {
        if let (Some(operand), Some(AttributeType::Boolean)) = (operator.not_boolean, kind) {
            let message = "the attribute holds `true` or `false`: ask with `equals` or `present`";
            self.error("check/operand-type", message, operand, "has another type");
            return None;
        }
        all(operator.typed.iter().map(|operand| self.operand(operand, kind)))?;
        match operator.form {
            OperatorForm::Comparison(comparison) => Some(comparison),
            OperatorForm::Matches(source) => {
                self.whole_regex(source, operator.ignore_case).map(Comparison::Matches)
            }
        }
    }

    /// An operand must have the type of the user attribute. An account's value is compared as text.
    fn operand(&mut self, operand: &Spanned<Constant>, kind: Option<AttributeType>) -> Option<()> {
        let expected = match (kind, &operand.value.0) {
            (Some(AttributeType::Boolean), Value::Text(_) | Value::Number(_)) => "`true` or `false`",
            (Some(AttributeType::Text | AttributeType::List), Value::Boolean(_) | Value::Number(_)) => {
                "text: quote it"
            }
            _ => return Some(()),
        };
        let message = format!("the attribute holds {expected}");
        let takes_text = expected.starts_with("text");
        let finding = self.error("check/operand-type", message, operand.span, "has another type");
        finding.remedy = takes_text.then(|| Box::new(Remedy::Quote));
        None
    }

    /// A regular expression that must match a whole value.
    pub(super) fn whole_regex(&mut self, source: &Spanned<String>, ignore_case: bool) -> Option<TextMatcher> {
        let built = expression::whole(&source.value, ignore_case);
        self.matcher(source, ignore_case, built)
    }

    /// A regular expression that must match some part of a value.
    pub(super) fn part_regex(&mut self, source: &Spanned<String>) -> Option<TextMatcher> {
        let built = expression::part(&source.value);
        self.matcher(source, false, built)
    }

    fn matcher(
        &mut self,
        source: &Spanned<String>,
        ignore_case: bool,
        built: Result<regex::Regex, String>,
    ) -> Option<TextMatcher> {
        match built {
            Ok(regex) => Some(TextMatcher { source: source.value.clone(), ignore_case, regex }),
            Err(cause) => {
                let message = format!("not a regular expression: {cause}");
                self.error("check/regex", message, source.span, "this expression").help =
                    Some("look-around and back-references are not supported".to_owned());
                None
            }
        }
    }
}
