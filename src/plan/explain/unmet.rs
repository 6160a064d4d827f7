//! What a condition asks for and a user does not have, in words.

use super::explanation::{InGroup, Need};
use crate::desired::{Binder, DesiredState, Facts, LinkedGroup};
use crate::model::Field;
use crate::policy::{
    ApplicationPolicy, Comparison, Condition, GroupReference, GroupSelector, Operand, Origin, RightSelector,
    Subject, Test, UserSlot,
};

/// A condition that is asked of a user.
pub(super) struct Asked<'u, 'p, 's> {
    /// Who.
    pub(super) facts: Facts<'u>,
    /// The state that the user is in.
    pub(super) state: &'p DesiredState<'s>,
    /// The rule that asks.
    pub(super) rule: &'u Origin,
}

impl<'s> Asked<'_, '_, 's> {
    /// What would have to be so that a condition holds; nothing where it does. Of alternatives the one with the fewest needs.
    pub(super) fn unmet(&self, binder: &mut Binder<'s, '_>, condition: &'s Condition) -> Vec<Need> {
        match condition {
            Condition::All(parts) => parts.iter().flat_map(|part| self.unmet(binder, part)).collect(),
            Condition::Any(parts) => {
                let ways = parts.iter().map(|part| self.unmet(binder, part));
                let mut ways: Vec<Vec<Need>> = ways.collect();
                ways.sort_by_key(Vec::len);
                ways.into_iter().next().unwrap_or_else(|| vec![self.need("what never holds")])
            }
            Condition::Test { test, negated } => {
                let bound = binder.bind(condition);
                if bound.holds(&self.state.population, &self.state.catalogue, self.facts) {
                    return Vec::new();
                }
                vec![match (test, negated) {
                    (Test::Group(reference), false) => self.group(binder, reference),
                    (test, negated) => {
                        let asked = self.words(test, *negated);
                        self.need(asked)
                    }
                }]
            }
        }
    }

    fn need(&self, what: impl Into<String>) -> Need {
        Need::new(what, Some(self.rule))
    }

    fn group(&self, binder: &mut Binder<'s, '_>, reference: &GroupReference) -> Need {
        match binder.groups.resolve(reference).as_slice() {
            [group] => Need::of_group(in_group(group), self.rule),
            _ => self.need(format!("a group that {} means", named(reference))),
        }
    }

    fn words(&self, test: &Test, negated: bool) -> String {
        let not = if negated { "not " } else { "" };
        let policy = self.state.policy;
        match test {
            Test::Attribute(subject, comparison) => {
                let held = self.held(subject).map_or(String::new(), |held| format!(" (it is {held})"));
                format!("{} {not}{}{held}", attribute(policy, subject), compared(comparison))
            }
            Test::Group(reference) => format!("{not}to be in {}", named(reference)),
            Test::AccountGroup(name) => format!("the account {not}to be in the application's group `{name}`"),
            Test::Grant(None) => format!("{not}to have a right"),
            Test::Grant(Some(selector)) => format!("{not}to have {}", right(policy, selector)),
            Test::Until(date) if negated => format!("a day after {date}"),
            Test::Until(date) => format!("a day until {date}"),
            Test::Always => "what never holds".to_owned(),
        }
    }

    /// What a user's attribute holds.
    fn held(&self, subject: &Subject) -> Option<String> {
        match subject {
            Subject::User(slot, _) => Some(self.value(*slot)),
            Subject::UserId
            | Subject::Account(_)
            | Subject::AccountId
            | Subject::AccountActive
            | Subject::AccountLink => None,
        }
    }

    fn value(&self, slot: UserSlot) -> String {
        let held = self.facts.user.and_then(|user| self.state.population.column(slot, user));
        let value = held.and_then(|(column, row)| {
            if let Field::Boolean(value) = column.field(row) {
                return Some(format!("`{value}`"));
            }
            let values: Vec<String> = column.elements(row).map(|text| format!("`{text}`")).collect();
            (!values.is_empty()).then(|| values.join(", "))
        });
        value.unwrap_or_else(|| "empty".to_owned())
    }
}

/// A group as explanations name it.
pub(super) fn in_group(group: &LinkedGroup<'_>) -> InGroup {
    InGroup {
        directory: group.directory.clone(),
        id: group.id.clone(),
        name: group.name.clone(),
        is_role: group.is_role,
    }
}

fn named(reference: &GroupReference) -> String {
    match &reference.selector {
        GroupSelector::Id { name: Some(name), .. } | GroupSelector::Name(name) => {
            format!("the group `{name}`")
        }
        GroupSelector::Id { id, name: None } => format!("the group with the id `{id}`"),
        GroupSelector::Pattern(pattern) => format!("a group like `{}`", pattern.source),
        GroupSelector::AppRole(Some(role)) => format!("the role `{role}`"),
        GroupSelector::AppRole(None) => "a role of the enterprise application".to_owned(),
    }
}

fn attribute(policy: &ApplicationPolicy, subject: &Subject) -> String {
    match subject {
        Subject::User(slot, None) => format!("`{}`", policy.user_attribute(*slot).name),
        Subject::User(slot, Some(place)) => format!("`{}[{place}]`", policy.user_attribute(*slot).name),
        Subject::UserId => "the user's id".to_owned(),
        Subject::Account(slot) => format!("the account's `{}`", policy.account_attribute(*slot).name),
        Subject::AccountId => "the account's id".to_owned(),
        Subject::AccountActive => "the account's `active`".to_owned(),
        Subject::AccountLink => "the account's link".to_owned(),
    }
}

fn compared(comparison: &Comparison) -> String {
    match comparison {
        Comparison::OneOf { texts, .. } => {
            let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            format!("to be {}", texts.join(" or "))
        }
        Comparison::Includes { text, .. } => format!("to include `{text}`"),
        Comparison::Matches(matcher) => format!("to match `{}`", matcher.source),
        Comparison::Present(true) => "to have a value".to_owned(),
        Comparison::Present(false) => "to be empty".to_owned(),
        Comparison::Ordered { accept, operand } => {
            let operand = match operand {
                Operand::Integer(number) => number.to_string(),
                Operand::Date(date) => date.to_string(),
            };
            let mut accept = accept.clone();
            accept.sort_unstable();
            let words = match accept.as_slice() {
                [-1] => "less than",
                [-1, 0] => "at most",
                [0, 1] => "at least",
                [1] => "greater than",
                _ => "comparable with",
            };
            format!("to be {words} {operand}")
        }
    }
}

fn right(policy: &ApplicationPolicy, selector: &RightSelector) -> String {
    let entitlement = selector.entitlement.map_or("*", |at| &policy.entitlements[at.0 as usize].name);
    let scope = selector.scope.as_ref().map_or(String::new(), |scope| format!("@{scope}"));
    format!("a right `{entitlement}={}{scope}`", selector.value.as_deref().unwrap_or("*"))
}
