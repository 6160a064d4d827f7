//! Conditions as text, for reasons.

use crate::policy::{ApplicationPolicy, GroupReference, GroupSelector, RightSelector, Subject};

/// The attribute that a test is about.
pub(in crate::lint) fn subject(policy: &ApplicationPolicy, subject: &Subject) -> String {
    match subject {
        Subject::User(slot, None) => format!("`{}`", policy.user_attribute(*slot).name),
        Subject::User(slot, Some(index)) => format!("`{}[{index}]`", policy.user_attribute(*slot).name),
        Subject::UserId => "the user's `id`".to_owned(),
        Subject::Account(slot) => format!("the account's `{}`", policy.account_attribute(*slot).name),
        Subject::AccountId => "the account's `id`".to_owned(),
        Subject::AccountActive => "the account's `active`".to_owned(),
        Subject::AccountLink => format!("the account's `{}`", policy.link.name),
    }
}

/// Membership of a group: "in `A`".
pub(in crate::lint) fn member(reference: &GroupReference) -> String {
    match &reference.selector {
        GroupSelector::Id { name: Some(name), .. } | GroupSelector::Name(name) => format!("in `{name}`"),
        GroupSelector::Id { id, name: None } => format!("in the group `{id}`"),
        GroupSelector::Pattern(pattern) => format!("in a group `{}`", pattern.source),
        GroupSelector::AppRole(Some(role)) => format!("assigned the role `{role}`"),
        GroupSelector::AppRole(None) => "assigned a role".to_owned(),
    }
}

/// The selected grants: `role=Editor`, any.
pub(in crate::lint) fn selector(policy: &ApplicationPolicy, selector: &RightSelector) -> String {
    let kind = selector.entitlement.map(|kind| policy.entitlements[kind.0 as usize].name.as_str());
    let scope = selector.scope.as_ref().map_or(String::new(), |scope| format!("@{scope}"));
    match (kind, &selector.value) {
        (None, _) if scope.is_empty() => "any grant".to_owned(),
        (None, _) => format!("a grant `{scope}`"),
        (Some(kind), Some(value)) => format!("`{kind}={value}{scope}`"),
        (Some(kind), None) if scope.is_empty() => format!("any `{kind}`"),
        (Some(kind), None) => format!("any `{kind}` `{scope}`"),
    }
}

/// A list in backticks: `a`, `b` and `c`; more than four are counted.
pub(in crate::lint) fn list<T: AsRef<str>>(items: &[T], word: &str) -> String {
    const SHOWN: usize = 4;
    let mut shown: Vec<String> =
        items.iter().take(SHOWN).map(|item| format!("`{}`", item.as_ref())).collect();
    if items.len() > SHOWN {
        shown.push(format!("{} more", items.len() - SHOWN));
    }
    joined(&shown, word)
}

/// Texts with commas, and `word` before the last.
pub(in crate::lint) fn joined(texts: &[String], word: &str) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
