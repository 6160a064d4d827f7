//! What tests can touch: rules, constraints, exclusions, defaults, protections, and mappings with a condition.

use crate::policy::{ApplicationPolicy, ConstraintTest, Origin};

/// One thing that policies say, which a test touches or does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its id, and where it stands.
    pub origin: Origin,
}

/// What tests can touch, in the order in which it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemKind {
    /// A linking rule: touched where it fitted.
    LinkingRule,
    /// A constraint: touched where it did not hold, and what follows came.
    Constraint,
    /// An exclusion: touched where it left somebody untouched.
    Exclusion,
    /// A mapped attribute with a condition: touched where it gave a value.
    MappedAttribute,
    /// A default: touched where it filled.
    Default,
    /// A protection: touched where it withheld something.
    Protection,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::LinkingRule,
        Self::Constraint,
        Self::Exclusion,
        Self::MappedAttribute,
        Self::Default,
        Self::Protection,
    ];

    /// One of them, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::LinkingRule => "linking rule",
            Self::Constraint => "constraint",
            Self::Exclusion => "exclusion",
            Self::MappedAttribute => "mapped attribute",
            Self::Default => "default",
            Self::Protection => "protection",
        }
    }
}

/// Everything in an application's policies that tests can touch, by kind, then as it stands in the files.
pub(super) fn items(policy: &ApplicationPolicy) -> Vec<Item> {
    let of = |kind: ItemKind| move |origin: &Origin| Item { kind, origin: origin.clone() };
    let mut items: Vec<Item> = Vec::new();
    items.extend(policy.rules.iter().map(|rule| &rule.origin).map(of(ItemKind::LinkingRule)));
    items.extend(policy.constraints.iter().map(|rule| &rule.origin).map(of(ItemKind::Constraint)));
    items.extend(policy.exclusions.iter().map(|rule| &rule.origin).map(of(ItemKind::Exclusion)));
    let conditional = policy.mapping.iter().filter(|mapped| mapped.when.is_some());
    items.extend(conditional.map(|mapped| &mapped.origin).map(of(ItemKind::MappedAttribute)));
    items.extend(policy.defaults.iter().map(|rule| &rule.origin).map(of(ItemKind::Default)));
    items.extend(policy.lifecycle.protect.iter().map(|rule| &rule.origin).map(of(ItemKind::Protection)));
    let place = |item: &Item| (item.kind, item.origin.path.clone(), item.origin.line, item.origin.id.clone());
    items.sort_by_key(place);
    items
}

/// The same policies without one thing; none where it is one that is never dropped.
pub(super) fn without(policy: &ApplicationPolicy, item: &Item) -> Option<ApplicationPolicy> {
    let mut policy = policy.clone();
    let other = |origin: &Origin| *origin != item.origin;
    match item.kind {
        ItemKind::LinkingRule => policy.rules.retain(|rule| other(&rule.origin)),
        ItemKind::Constraint => drop_constraint(&mut policy, item),
        ItemKind::Exclusion => policy.exclusions.retain(|rule| other(&rule.origin)),
        ItemKind::Default => policy.defaults.retain(|rule| other(&rule.origin)),
        ItemKind::Protection => policy.lifecycle.protect.retain(|rule| other(&rule.origin)),
        ItemKind::MappedAttribute => return None,
    }
    Some(policy)
}

/// A constraint that names values for others goes on naming them: without the names, policies would not compile.
fn drop_constraint(policy: &mut ApplicationPolicy, item: &Item) {
    policy.constraints.retain_mut(|rule| {
        if rule.origin != item.origin {
            return true;
        }
        match &mut rule.test {
            ConstraintTest::AtMost(_, number, names) if !names.is_empty() => {
                *number = u32::MAX;
                true
            }
            _ => false,
        }
    });
}
