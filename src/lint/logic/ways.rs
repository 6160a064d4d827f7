//! Single ways to get a right: a rule, one right that it can give, and the group whose name determines it.

use super::example::name_with;
use super::rights::{Possible, possible, selects};
use crate::policy::{ApplicationPolicy, GroupReference, GroupSelector, LinkingRule, RightSelector};

/// One way to get a right.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Way<'a> {
    /// The rule.
    pub(in crate::lint) rule: &'a LinkingRule,
    /// The right.
    pub(in crate::lint) right: Possible,
    /// The one group whose name determines the right; `None` if the rule names no group.
    pub(in crate::lint) group: Option<GroupReference>,
}

/// The ways to get the selected rights, if the captures have few values.
pub(in crate::lint) fn ways<'a>(policy: &'a ApplicationPolicy, selector: &RightSelector) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    for rule in &policy.rules {
        for grant in &rule.grants {
            let rights = possible(rule, grant).unwrap_or_default();
            ways.extend(rights.into_iter().filter(|right| selects(selector, right)).filter_map(|right| {
                let group = match &rule.group {
                    None => None,
                    Some(reference) => Some(named(reference, &right)?),
                };
                Some(Way { rule, right, group })
            }));
        }
    }
    ways
}

/// The reference; a pattern becomes the one name that it matches with these captures.
fn named(reference: &GroupReference, right: &Possible) -> Option<GroupReference> {
    let GroupSelector::Pattern(pattern) = &reference.selector else { return Some(reference.clone()) };
    let name = name_with(pattern, &right.captures)?;
    Some(GroupReference { selector: GroupSelector::Name(name), ..reference.clone() })
}
