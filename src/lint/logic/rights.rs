//! The rights that rules can give and selectors select. These are over-estimates, so that "none" is a proof.

use crate::policy::{
    ApplicationPolicy, CaptureSet, GrantTemplate, GroupSelector, LinkingRule, NamePattern, RightSelector,
    TemplatePart, TextTemplate,
};
use std::collections::{BTreeMap, BTreeSet};

/// Patterns with more combinations than this are not enumerated.
const MAX_WAYS: usize = 64;

/// A right that a rule can give: the entitlement's index, the value, the scope value; and the values of the captures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lint) struct Possible {
    pub(in crate::lint) entitlement: u16,
    pub(in crate::lint) value: String,
    pub(in crate::lint) scope: Option<String>,
    pub(in crate::lint) captures: BTreeMap<String, String>,
}

/// The pattern of a rule's group, if it has one.
pub(in crate::lint) fn pattern(rule: &LinkingRule) -> Option<&NamePattern> {
    let GroupSelector::Pattern(pattern) = &rule.group.as_ref()?.selector else { return None };
    Some(pattern)
}

/// Every right that one grant of a rule can be; `None` if a capture accepts any text, or there are too many.
pub(in crate::lint) fn possible(rule: &LinkingRule, grant: &GrantTemplate) -> Option<Vec<Possible>> {
    let parts = grant.value.parts.iter().chain(grant.scope.iter().flat_map(|scope| &scope.parts));
    let names: BTreeSet<&String> = parts.filter_map(name).collect();
    let mut ways = vec![BTreeMap::new()];
    for name in names {
        let CaptureSet::Closed(entries) = pattern(rule)?.captures.get(name)? else { return None };
        let with = |way: &BTreeMap<String, String>| -> Vec<_> {
            let values = entries.iter().map(|(_, value)| value);
            values.map(|value| [way.clone(), [(name.clone(), value.clone())].into()]).collect()
        };
        ways = ways.iter().flat_map(with).map(|ways| ways.into_iter().flatten().collect()).collect();
        if ways.len() > MAX_WAYS {
            return None;
        }
    }
    let right = |captures: BTreeMap<String, String>| Possible {
        entitlement: grant.entitlement.0,
        value: filled(&grant.value, &captures),
        scope: grant.scope.as_ref().map(|scope| filled(scope, &captures)),
        captures,
    };
    Some(ways.into_iter().map(right).collect())
}

/// Whether a rule can give any selected right.
pub(in crate::lint) fn can_give(rule: &LinkingRule, selector: &RightSelector) -> bool {
    rule.grants.iter().any(|grant| {
        let entitlement = selector.entitlement.is_none_or(|wanted| wanted == grant.entitlement);
        let value = selector.value.as_ref().is_none_or(|wanted| can_be(rule, &grant.value, wanted));
        let scope = selector
            .scope
            .as_ref()
            .is_none_or(|wanted| grant.scope.as_ref().is_some_and(|scope| can_be(rule, scope, wanted)));
        entitlement && value && scope
    })
}

/// Whether every right that a rule gives is selected, whatever its captures are.
pub(in crate::lint) fn always_selected(rule: &LinkingRule, selector: &RightSelector) -> bool {
    let is = |template: &TextTemplate, wanted: &String| matches!(template.parts.as_slice(), [TemplatePart::Text(text)] if text == wanted);
    rule.grants.iter().all(|grant| {
        selector.entitlement.is_none_or(|wanted| wanted == grant.entitlement)
            && selector.value.as_ref().is_none_or(|wanted| is(&grant.value, wanted))
            && selector
                .scope
                .as_ref()
                .is_none_or(|wanted| grant.scope.as_ref().is_some_and(|scope| is(scope, wanted)))
    })
}

/// The most different selected rights that all rules together can give; `None` if unlimited.
pub(in crate::lint) fn most(policy: &ApplicationPolicy, selector: &RightSelector) -> Option<usize> {
    let mut rights = BTreeSet::new();
    for rule in policy.rules.iter().filter(|rule| can_give(rule, selector)) {
        for grant in &rule.grants {
            for right in possible(rule, grant)? {
                if selects(selector, &right) {
                    rights.insert((right.entitlement, right.value, right.scope));
                }
            }
        }
    }
    Some(rights.len())
}

/// Whether everything that `narrow` selects, `wide` selects too.
pub(in crate::lint) fn contains(wide: &RightSelector, narrow: &RightSelector) -> bool {
    (wide.entitlement.is_none() || wide.entitlement == narrow.entitlement)
        && (wide.value.is_none() || wide.value == narrow.value)
        && (wide.scope.is_none() || wide.scope == narrow.scope)
}

/// Whether a right is selected.
pub(in crate::lint) fn selects(selector: &RightSelector, right: &Possible) -> bool {
    selector.entitlement.is_none_or(|wanted| wanted.0 == right.entitlement)
        && selector.value.as_ref().is_none_or(|wanted| *wanted == right.value)
        && selector.scope.as_ref().is_none_or(|wanted| Some(wanted) == right.scope.as_ref())
}

/// Whether a text of a rule's grant can be this one.
fn can_be(rule: &LinkingRule, template: &TextTemplate, wanted: &str) -> bool {
    match template.parts.as_slice() {
        [] => wanted.is_empty(),
        [TemplatePart::Text(text)] => text == wanted,
        [TemplatePart::Name(name)] => match pattern(rule).and_then(|pattern| pattern.captures.get(name)) {
            Some(CaptureSet::Closed(entries)) => entries.iter().any(|(_, value)| value == wanted),
            Some(CaptureSet::Matching(matcher)) => matcher.regex.is_match(wanted),
            Some(CaptureSet::Open) | None => true,
        },
        _ => true,
    }
}

fn filled(template: &TextTemplate, captures: &BTreeMap<String, String>) -> String {
    let text = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Name(name) => captures.get(name).cloned().unwrap_or_default(),
    };
    template.parts.iter().map(text).collect()
}

fn name(part: &TemplatePart) -> Option<&String> {
    match part {
        TemplatePart::Name(name) => Some(name),
        TemplatePart::Text(_) => None,
    }
}
