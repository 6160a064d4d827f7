//! Every condition and every group reference of the documents, wherever it stands.

use super::{Condition, ConditionForm, GroupReference, TestForm};
use crate::language::documents::{Documents, Placed};
use crate::model::{Location, Span};
use crate::yaml::Spanned;

/// A condition and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct PlacedCondition<'d> {
    /// The application, as its document names it; `*` for every one.
    pub application: &'d Spanned<String>,
    /// The rule's id; of a setting its key.
    pub id: &'d str,
    /// Its document, for the file.
    pub document: Location,
    /// The condition.
    pub condition: &'d Spanned<Condition>,
}

/// A group reference and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct GroupUse<'d> {
    /// The application, as its document names it; `*` for every one.
    pub application: &'d Spanned<String>,
    /// Its document, for the file.
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
        let mut found = self.rule_conditions();
        found.extend(self.mapping_conditions());
        found.extend(self.lifecycle_conditions());
        found
    }

    fn rule_conditions(&self) -> Vec<PlacedCondition<'_>> {
        let mut found = Vec::new();
        for document in &self.linking_rules {
            let add = conditions(&document.document.application, document);
            let rules = document.document.rules.iter();
            found.extend(rules.filter_map(|rule| Some(add(&rule.id.value, rule.when.as_ref()?))));
        }
        for document in &self.exclusions {
            let add = conditions(&document.document.application, document);
            let exclusions = document.document.exclude.iter();
            found.extend(exclusions.map(|exclusion| add(&exclusion.id.value, &exclusion.when)));
        }
        for document in &self.constraints {
            let add = conditions(&document.document.application, document);
            for constraint in &document.document.constraints {
                let parts = constraint.when.iter().chain(&constraint.require);
                found.extend(parts.map(|part| add(&constraint.id.value, part)));
            }
        }
        found
    }

    fn mapping_conditions(&self) -> Vec<PlacedCondition<'_>> {
        let mut found = Vec::new();
        for document in &self.mappings {
            let add = conditions(&document.document.application, document);
            let mapped = document.document.attributes.iter();
            found.extend(
                mapped.filter_map(|(name, value)| Some(add(&name.value, value.object()?.when.as_ref()?))),
            );
        }
        for document in &self.defaults {
            let add = conditions(&document.document.application, document);
            let defaults = document.document.defaults.iter();
            found.extend(defaults.filter_map(|default| Some(add(&default.id.value, default.when.as_ref()?))));
        }
        found
    }

    fn lifecycle_conditions(&self) -> Vec<PlacedCondition<'_>> {
        let mut found = Vec::new();
        for document in &self.lifecycles {
            let lifecycle = &document.document;
            let add = conditions(&lifecycle.application, document);
            found.push(add("scope", &lifecycle.scope));
            found.extend(lifecycle.create.iter().map(|create| add("create", create)));
            found.extend(lifecycle.canary.iter().map(|canary| add("canary", canary)));
            let protect = lifecycle.protect.iter().flatten();
            found.extend(protect.map(|protection| add(&protection.id.value, &protection.when)));
        }
        found
    }

    /// Every group reference: of rules, and in conditions.
    pub fn group_uses(&self) -> Vec<GroupUse<'_>> {
        let mut found = Vec::new();
        for placed in &self.linking_rules {
            let (application, document) = (&placed.document.application, placed.at);
            let groups = placed.document.rules.iter().filter_map(|rule| rule.group.as_ref());
            found.extend(groups.map(|group| GroupUse { application, document, group }));
        }
        for placed in self.conditions() {
            let PlacedCondition { application, document, .. } = placed;
            let tests = placed.tests();
            found.extend(tests.into_iter().filter_map(|(_, test)| match test {
                TestForm::Group(group) => Some(GroupUse { application, document, group }),
                _ => None,
            }));
        }
        found
    }
}

fn conditions<'d, T>(
    application: &'d Spanned<String>,
    document: &'d Placed<T>,
) -> impl Fn(&'d str, &'d Spanned<Condition>) -> PlacedCondition<'d> {
    move |id, condition| PlacedCondition { application, id, document: document.at, condition }
}
