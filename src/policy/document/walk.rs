//! Everything in the documents that is made of conditions, values and group references, wherever it stands.

use super::{
    Condition, ConditionForm, GroupReference, Kind, OperatorForm, TestForm, Transform, TransformForm,
    ValueForm,
};
use crate::model::{Location, Span};
use crate::policy::documents::{Documents, Placed};
use crate::policy::yaml::Spanned;

/// Where a condition stands: what may be asked there (the policy language, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// `LinkingRules` `when`.
    Linking,
    /// `Constraints`, `AttributeMapping`, `Defaults`, `Lifecycle` `scope` and `create`.
    Deciding,
    /// `Exclusions` `when`.
    Excluding,
    /// `Lifecycle` `protect` `when`.
    Protecting,
}

/// A condition, or a part of one, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct PlacedCondition<'d> {
    /// The application, as its document names it; `*` for every one.
    pub application: &'d Spanned<String>,
    /// The kind of its document.
    pub kind: Kind,
    /// The rule's id; of a setting its key.
    pub id: &'d str,
    /// The beginning of the document, for its file.
    pub document: Location,
    /// Where it stands.
    pub situation: Situation,
    /// The condition.
    pub condition: &'d Spanned<Condition>,
}

/// A value, or a part of one, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct PlacedValue<'d> {
    /// The application.
    pub application: &'d Spanned<String>,
    /// The beginning of the document, for its file.
    pub document: Location,
    /// What it is.
    pub form: ValueForm<'d>,
    /// Its transforms.
    pub transforms: &'d [Spanned<Transform>],
}

/// A group reference and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct GroupUse<'d> {
    /// The application, as its document names it; `*` for every one.
    pub application: &'d Spanned<String>,
    /// The beginning of the document, for its file.
    pub document: Location,
    /// The reference.
    pub group: &'d Spanned<GroupReference>,
}

impl<'d> PlacedCondition<'d> {
    /// The tests in it, at any depth; parts whose keys don't go together are left out.
    pub fn tests(self) -> Vec<(Span, TestForm<'d>)> {
        let mut tests = Vec::new();
        let mut open = vec![self.condition];
        while let Some(condition) = open.pop() {
            match condition.value.form(condition.span) {
                Ok(ConditionForm::All(parts) | ConditionForm::Any(parts)) => open.extend(parts.iter().rev()),
                Ok(ConditionForm::Not(part)) => open.push(part),
                Ok(ConditionForm::Test(test)) => tests.push((condition.span, test)),
                Err(_) => {}
            }
        }
        tests
    }

    /// A place in its file.
    pub fn at(&self, span: Span) -> Location {
        Location { file: self.document.file, span }
    }
}

impl Documents {
    /// Every condition, whole.
    pub fn conditions(&self) -> Vec<PlacedCondition<'_>> {
        let mut found = Vec::new();
        for document in &self.linking_rules {
            let add =
                conditions(&document.document.application, Kind::LinkingRules, document, Situation::Linking);
            found.extend(
                document.rules.iter().filter_map(|rule| Some(add(&rule.id.value, rule.when.as_ref()?))),
            );
        }
        for document in &self.exclusions {
            let add =
                conditions(&document.document.application, Kind::Exclusions, document, Situation::Excluding);
            found.extend(document.exclude.iter().map(|exclusion| add(&exclusion.id.value, &exclusion.when)));
        }
        for document in &self.constraints {
            let add =
                conditions(&document.document.application, Kind::Constraints, document, Situation::Deciding);
            let parts = document.constraints.iter().flat_map(|constraint| {
                constraint.when.iter().chain([&constraint.require]).map(|part| (&constraint.id.value, part))
            });
            found.extend(parts.map(|(id, part)| add(id, part)));
        }
        self.mapping_conditions(&mut found);
        self.lifecycle_conditions(&mut found);
        found
    }

    fn mapping_conditions<'d>(&'d self, found: &mut Vec<PlacedCondition<'d>>) {
        for document in &self.mappings {
            let add = conditions(
                &document.document.application,
                Kind::AttributeMapping,
                document,
                Situation::Deciding,
            );
            let mapped = document.document.attributes.iter();
            found.extend(
                mapped.filter_map(|(name, value)| Some(add(&name.value, value.object()?.when.as_ref()?))),
            );
        }
        for document in &self.defaults {
            let add =
                conditions(&document.document.application, Kind::Defaults, document, Situation::Deciding);
            let defaults = document.document.defaults.iter();
            found.extend(defaults.filter_map(|default| Some(add(&default.id.value, default.when.as_ref()?))));
        }
    }

    fn lifecycle_conditions<'d>(&'d self, found: &mut Vec<PlacedCondition<'d>>) {
        for document in &self.lifecycles {
            let lifecycle = &document.document;
            let deciding = conditions(&lifecycle.application, Kind::Lifecycle, document, Situation::Deciding);
            found.push(deciding("scope", &lifecycle.scope));
            found.extend(lifecycle.create.iter().map(|create| deciding("create", create)));
            let protecting =
                conditions(&lifecycle.application, Kind::Lifecycle, document, Situation::Protecting);
            let protect = lifecycle.protect.iter().flatten();
            found.extend(protect.map(|protection| protecting(&protection.id.value, &protection.when)));
        }
    }

    /// Every group reference: of rules, and in conditions.
    pub fn group_uses(&self) -> Vec<GroupUse<'_>> {
        let rules = self.linking_rules.iter().flat_map(|document| {
            let groups = document.document.rules.iter().filter_map(|rule| rule.group.as_ref());
            groups.map(|group| GroupUse {
                application: &document.document.application,
                document: document.at,
                group,
            })
        });
        let conditions = self.conditions().into_iter().flat_map(|condition| {
            condition.tests().into_iter().filter_map(move |(_, test)| match test {
                TestForm::Group(group) => {
                    Some(GroupUse { application: condition.application, document: condition.document, group })
                }
                _ => None,
            })
        });
        rules.chain(conditions).collect()
    }

    /// Every value of every mapping, its parts included; those whose keys don't go together are left out.
    pub fn values(&self) -> Vec<PlacedValue<'_>> {
        let mut found = Vec::new();
        for document in &self.mappings {
            let application = &document.document.application;
            let mut open: Vec<(ValueForm<'_>, &[Spanned<Transform>])> = Vec::new();
            for (_, mapped) in document.document.attributes.iter() {
                open.extend(mapped.form(mapped.span).map(|form| (form, mapped.transforms())));
            }
            while let Some((form, transforms)) = open.pop() {
                found.push(PlacedValue { application, document: document.at, form, transforms });
                if let ValueForm::FirstOf(parts) | ValueForm::Concat(parts) = form {
                    for part in parts {
                        open.extend(part.form(part.span).map(|form| (form, part.transforms())));
                    }
                }
            }
        }
        found
    }

    /// Every regular expression and its place.
    pub fn expressions(&self) -> Vec<(Location, &Spanned<String>)> {
        let at =
            |document: Location, text: &Spanned<String>| Location { file: document.file, span: text.span };
        let mut found = Vec::new();
        for condition in self.conditions() {
            for (_, test) in condition.tests() {
                if let TestForm::User(_, operator) | TestForm::Account(_, operator) = test {
                    if let OperatorForm::Matches(text) = operator.form {
                        found.push((at(condition.document, text), text));
                    }
                }
            }
        }
        for used in self.group_uses() {
            let captures = used.group.object().and_then(|group| group.captures.as_ref());
            let entries = captures.into_iter().flat_map(|captures| captures.iter());
            found.extend(entries.filter_map(|(_, capture)| {
                capture.matches.as_ref().map(|text| (at(used.document, text), text))
            }));
        }
        for value in self.values() {
            for transform in value.transforms {
                if let Ok(TransformForm::Replace(replace)) = transform.value.form(transform.span) {
                    found.push((at(value.document, &replace.matches), &replace.matches));
                }
            }
        }
        found
    }
}

fn conditions<'d, T>(
    application: &'d Spanned<String>,
    kind: Kind,
    document: &'d Placed<T>,
    situation: Situation,
) -> impl Fn(&'d str, &'d Spanned<Condition>) -> PlacedCondition<'d> {
    move |id, condition| PlacedCondition {
        application,
        kind,
        id,
        document: document.at,
        situation,
        condition,
    }
}
