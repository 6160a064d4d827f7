//! Single ways to rights: a rule, one right that it can give, and the group whose name says so.

use super::example::name_with;
use super::fact::{Fact, Formula};
use super::formula::Reader;
use super::rights::{Possible, possible, selects};
use crate::policy::{GroupReference, GroupSelector, LinkingRule, RightSelector};

/// One way to a right.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Way<'a> {
    /// The rule.
    pub(in crate::lint) rule: &'a LinkingRule,
    /// What it gives.
    pub(in crate::lint) right: Possible,
    /// Whom it leads there.
    pub(in crate::lint) fits: Formula<'a>,
}

/// Ways to the rights that are selected, as far as captures have few values.
pub(in crate::lint) fn ways<'a>(reader: Reader<'a>, selector: &RightSelector) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    for rule in &reader.policy.rules {
        for grant in &rule.grants {
            let rights = possible(rule, grant).unwrap_or_default();
            ways.extend(rights.into_iter().filter(|right| selects(selector, right)).filter_map(|right| {
                let fits = fitting(reader, rule, &right)?;
                Some(Way { rule, right, fits })
            }));
        }
    }
    ways
}

/// Whom a rule gives just this right: those in the one group whose name says so.
fn fitting<'a>(reader: Reader<'a>, rule: &'a LinkingRule, right: &Possible) -> Option<Formula<'a>> {
    let group = match &rule.group {
        None => None,
        Some(reference) => Some(Formula::Is(Fact::Group(named(reference, right)?, false))),
    };
    let when = rule.when.iter().map(|when| reader.holds(when, 0));
    Some(Formula::All(group.into_iter().chain(when).collect()))
}

/// The reference, and of a pattern the one name that it fits with these captures.
fn named(reference: &GroupReference, right: &Possible) -> Option<GroupReference> {
    let GroupSelector::Pattern(pattern) = &reference.selector else { return Some(reference.clone()) };
    let name = name_with(pattern, &right.captures)?;
    Some(GroupReference { selector: GroupSelector::Name(name), ..reference.clone() })
}
