//! Finds every condition and every group reference in the documents.

use super::document::{Condition, ConditionForm, GroupReference, TestForm};
use super::documents::{Documents, Placed};
use crate::model::{Location, Span};
use crate::yaml::Spanned;

/// A condition and where it belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedCondition<'d> {
    /// The application, as its document names it; `*` for every one.
    pub(super) application: &'d Spanned<String>,
    /// The rule's id; for a setting, its key.
    pub(super) id: &'d str,
    /// The document, which gives the file.
    pub(super) document: Location,
    condition: &'d Spanned<Condition>,
}

/// A group reference and where it belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupUse<'d> {
    /// The application, as its document names it; `*` for every one.
    pub(super) application: &'d Spanned<String>,
    /// The document, which gives the file.
    pub(super) document: Location,
    /// The reference.
    pub(super) group: &'d Spanned<GroupReference>,
}

impl<'d> PlacedCondition<'d> {
    /// All tests in the condition, at any depth; parts whose keys exclude each other are left out.
    pub(super) fn tests(self) -> Vec<TestForm<'d>> {
        let mut tests = Vec::new();
        let mut open = vec![self.condition];
        while let Some(condition) = open.pop() {
            match condition.value.form(condition.span) {
                Ok(ConditionForm::All(parts) | ConditionForm::Any(parts)) => open.extend(parts.iter().rev()),
                Ok(ConditionForm::Not(part)) => open.push(part),
                Ok(ConditionForm::Test(test)) => tests.push(test),
                Err(_) => {}
            }
        }
        tests
    }

    /// The whole condition.
    pub(super) fn span(&self) -> Span {
        self.condition.span
    }

    /// A place in its file.
    pub(super) fn at(&self, span: Span) -> Location {
        Location { file: self.document.file, span }
    }
}

/// The conditions of one document.
struct Conditions<'d> {
    application: &'d Spanned<String>,
    document: Location,
    found: Vec<PlacedCondition<'d>>,
}

impl<'d> Conditions<'d> {
    fn of<T>(application: &'d Spanned<String>, placed: &Placed<T>) -> Self {
        Self { application, document: placed.at, found: Vec::new() }
    }

    fn add(&mut self, id: &'d str, condition: impl IntoIterator<Item = &'d Spanned<Condition>>) {
        let Self { application, document, .. } = *self;
        let placed = |condition| PlacedCondition { application, id, document, condition };
        self.found.extend(condition.into_iter().map(placed));
    }
}

impl Documents {
    /// Every condition, as a whole.
    pub(super) fn conditions(&self) -> Vec<PlacedCondition<'_>> {
        let mut found = Vec::new();
        for document in &self.linking_rules {
            let mut own = Conditions::of(&document.document.application, document);
            document.document.rules.iter().for_each(|rule| own.add(&rule.id.value, &rule.when));
            found.extend(own.found);
        }
        for document in &self.exclusions {
            let mut own = Conditions::of(&document.document.application, document);
            document.document.exclude.iter().for_each(|rule| own.add(&rule.id.value, [&rule.when]));
            found.extend(own.found);
        }
        for document in &self.constraints {
            let mut own = Conditions::of(&document.document.application, document);
            for rule in &document.document.constraints {
                own.add(&rule.id.value, rule.when.iter().chain(&rule.require));
            }
            found.extend(own.found);
        }
        for document in &self.mappings {
            let mut own = Conditions::of(&document.document.application, document);
            for (name, value) in document.document.attributes.iter() {
                own.add(&name.value, value.object().into_iter().flat_map(|object| &object.when));
            }
            found.extend(own.found);
        }
        for document in &self.defaults {
            let mut own = Conditions::of(&document.document.application, document);
            document.document.defaults.iter().for_each(|rule| own.add(&rule.id.value, &rule.when));
            found.extend(own.found);
        }
        for document in &self.lifecycles {
            let lifecycle = &document.document;
            let mut own = Conditions::of(&lifecycle.application, document);
            own.add("scope", [&lifecycle.scope]);
            own.add("create", &lifecycle.create);
            own.add("canary", &lifecycle.canary);
            let protect = lifecycle.protect.iter().flatten();
            protect.for_each(|rule| own.add(&rule.id.value, [&rule.when]));
            found.extend(own.found);
        }
        found
    }

    /// Every group reference, of rules and in conditions.
    pub(super) fn group_uses(&self) -> Vec<GroupUse<'_>> {
        let mut found = Vec::new();
        for placed in &self.linking_rules {
            let (application, document) = (&placed.document.application, placed.at);
            let groups = placed.document.rules.iter().filter_map(|rule| rule.group.as_ref());
            found.extend(groups.map(|group| GroupUse { application, document, group }));
        }
        for placed in self.conditions() {
            let PlacedCondition { application, document, .. } = placed;
            for test in placed.tests() {
                if let TestForm::Group(group) = test {
                    found.push(GroupUse { application, document, group });
                }
            }
        }
        found
    }
}
