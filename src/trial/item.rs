//! Items that tests can touch: rules, constraints, exclusions, defaults, protections, and mappings with a condition.

use crate::policy::{ApplicationPolicy, ConstraintTest, Origin};

/// One item of the policies, which a test touches or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// Its id and place.
    pub origin: Origin,
}

/// The kinds of item, in the order of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemKind {
    /// A linking rule; touched if it matched.
    LinkingRule,
    /// A constraint; touched if it was violated and took effect.
    Constraint,
    /// An exclusion; touched if it excluded someone.
    Exclusion,
    /// A mapped attribute with a condition; touched if it gave a value.
    MappedAttribute,
    /// A default; touched if it filled a value.
    Default,
    /// A protection; touched if it withheld a change.
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

    /// The name of one, for people.
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

/// All items of an application's policies, by kind, then in the order of the files.
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
    let sort_key =
        |item: &Item| (item.kind, item.origin.path.clone(), item.origin.line, item.origin.id.clone());
    items.sort_by_key(sort_key);
    items
}

/// The same policies without one item; `None` if items of its kind are never dropped.
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

/// A constraint that gives names to later ones keeps giving them; otherwise the policies would not compile.
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
