//! Conditions (the policy language, 2): `not` is carried down to the tests, places are checked, names become slots.

use super::application::Compiler;
use super::expression;
use super::names::UserName;
use crate::language::document::{
    self, ConditionForm, Constant, NumberOrDay, Operator, OperatorForm, TestForm,
};
use crate::model::{AttributeType, Date, FileId, Location, Span};
use crate::policy::{Comparison, Condition, Operand, Subject, Test, TextMatcher};
use crate::yaml::Spanned;

/// Where a condition stands; decides which tests may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `when` of a linking rule: users and groups.
    Rule,
    /// Constraints, mappings, defaults, scope, create: grants too.
    Granted,
    /// `when` of an exclusion: users, groups, accounts.
    Exclusion,
    /// `when` of a protection: everything.
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

impl Compiler<'_, '_, '_> {
    /// Compiles a condition.
    pub(super) fn condition(
        &mut self,
        condition: &Spanned<document::Condition>,
        place: Place,
    ) -> Option<Condition> {
        self.part(condition, place, false)
    }

    fn part(
        &mut self,
        condition: &Spanned<document::Condition>,
        place: Place,
        negated: bool,
    ) -> Option<Condition> {
        let form = self.report.shape(self.file, condition.value.form(condition.span))?;
        match form {
            ConditionForm::All(parts) | ConditionForm::Any(parts) => {
                let all = matches!(form, ConditionForm::All(_));
                let parts: Vec<Option<Condition>> =
                    parts.iter().map(|part| self.part(part, place, negated)).collect();
                let parts: Vec<Condition> = parts.into_iter().collect::<Option<_>>()?;
                Some(if all == negated { Condition::Any(parts) } else { Condition::All(parts) })
            }
            ConditionForm::Not(part) => self.part(part, place, !negated),
            ConditionForm::Test(test) => {
                self.placed(&test, place, condition.span)?;
                Some(Condition::Test { test: self.test(&test)?, negated })
            }
        }
    }

    /// Nothing is asked before it is known.
    fn placed(&mut self, test: &TestForm<'_>, place: Place, span: Span) -> Option<()> {
        let (what, allowed) = match test {
            TestForm::Account(..) | TestForm::AccountGroup(_) => ("accounts", place.asks_accounts()),
            TestForm::Grant(_) | TestForm::AnyGrant(_) => ("grants", place.asks_grants()),
            _ => return Some(()),
        };
        if allowed {
            return Some(());
        }
        let message = format!("a test about {what} cannot stand here: they are not known yet");
        let help = match place {
            Place::Rule => "a linking rule asks about `user` and `group` only",
            Place::Granted => "here only `user`, `group`, `grant` and `anyGrant` can be asked about",
            Place::Exclusion => "an exclusion asks about `user`, `group`, `account` and `accountGroup`",
            Place::Protection => "",
        };
        self.report.error("check/test-placement", message, self.at(span), "this test").help =
            Some(help.to_owned());
        None
    }

    fn test(&mut self, test: &TestForm<'_>) -> Option<Test> {
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
                    other => {
                        Subject::Account(self.names.account(self.report, other, self.file, name.span)?)
                    }
                };
                Test::Attribute(subject, self.comparison(operator, None)?)
            }
            TestForm::Group(group) => Test::Group(self.group(group, &[])?.0),
            TestForm::AccountGroup(name) => Test::AccountGroup(name.value.clone()),
            TestForm::Grant(selector) => Test::Grant(Some(self.selector(&selector.value)?)),
            TestForm::AnyGrant(_) => Test::Grant(None),
            TestForm::Until(day) => Test::Until(day.value.0),
            TestForm::Always => Test::Always,
        })
    }

    fn comparison(&mut self, operator: &Operator<'_>, kind: Option<AttributeType>) -> Option<Comparison> {
        let ignore_case = operator.ignore_case;
        let fold = |text: String| if ignore_case { text.to_ascii_lowercase() } else { text };
        self.comparable(operator, kind)?;
        Some(match operator.form {
            OperatorForm::Equals(operand) => {
                self.operand(operand, kind)?;
                Comparison::OneOf { texts: vec![fold(operand.value.text())], ignore_case }
            }
            OperatorForm::In(operands) => {
                let checked: Vec<Option<()>> =
                    operands.iter().map(|operand| self.operand(operand, kind)).collect();
                checked.into_iter().collect::<Option<Vec<()>>>()?;
                Comparison::OneOf {
                    texts: operands.iter().map(|operand| fold(operand.value.text())).collect(),
                    ignore_case,
                }
            }
            OperatorForm::Includes(part) => {
                Comparison::Includes { text: fold(part.value.clone()), ignore_case }
            }
            OperatorForm::Matches(source) => Comparison::Matches(self.whole_regex(source, ignore_case)?),
            OperatorForm::Ordered(accept, operand) => Comparison::Ordered {
                accept: accept.to_vec(),
                operand: match operand.value {
                    NumberOrDay::Number(number) => Operand::Integer(number),
                    NumberOrDay::Day(day) => Operand::Date(day),
                },
            },
            OperatorForm::Present(present) => Comparison::Present(present),
        })
    }

    /// A boolean is equal to another, or there; it has no parts and no order.
    fn comparable(&mut self, operator: &Operator<'_>, kind: Option<AttributeType>) -> Option<()> {
        let operand = match operator.form {
            OperatorForm::Includes(text) | OperatorForm::Matches(text) => text.span,
            OperatorForm::Ordered(_, operand) => operand.span,
            _ => return Some(()),
        };
        if kind != Some(AttributeType::Boolean) {
            return Some(());
        }
        let message = "the attribute holds `true` or `false`: ask with `equals` or `present`";
        self.report.error("check/operand-type", message, self.at(operand), "has another type");
        None
    }

    /// An operand has the user attribute's type; an account's value is compared by its text.
    fn operand(&mut self, operand: &Spanned<Constant>, kind: Option<AttributeType>) -> Option<()> {
        let expected = match (kind, &operand.value) {
            (Some(AttributeType::Boolean), Constant::Text(_) | Constant::Integer(_)) => "`true` or `false`",
            (
                Some(AttributeType::Text | AttributeType::List),
                Constant::Boolean(_) | Constant::Integer(_),
            ) => "text: quote it",
            _ => return Some(()),
        };
        let message = format!("the attribute holds {expected}");
        self.report.error("check/operand-type", message, self.at(operand.span), "has another type");
        None
    }

    /// A regular expression for a whole value.
    pub(super) fn whole_regex(&mut self, source: &Spanned<String>, ignore_case: bool) -> Option<TextMatcher> {
        let built = expression::whole(&source.value, ignore_case);
        self.matcher(source, ignore_case, built)
    }

    /// A regular expression for any part of a value.
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
                self.report.error("check/regex", message, self.at(source.span), "this expression").help =
                    Some("look-around and back-references are not supported".to_owned());
                None
            }
        }
    }

    /// The place of a span in the document that is being compiled.
    pub(super) fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }

    pub(super) fn user(&mut self, path: &Spanned<String>) -> Option<UserName> {
        self.names.user(self.report, &path.value, self.file, path.span)
    }
}

/// The last day, where there is one.
pub(super) fn day(day: Option<&Spanned<document::Day>>) -> Option<Date> {
    day.map(|day| day.value.0)
}

/// Which file is compiled; its spans mean nothing without it.
pub(super) type CompiledFile = FileId;
