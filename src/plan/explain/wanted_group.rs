//! Which group a rule would link for a right that no group gives: its name by the rule's pattern.

use super::explanation::Need;
use crate::model::Right;
use crate::policy::{
    ApplicationPolicy, CaptureSet, GroupSelector, LinkingRule, NamePattern, PatternPart, TemplatePart,
    TextTemplate,
};
use std::collections::BTreeMap;

/// Groups that no directory has and that a rule would link, for a right.
pub(super) fn wanted_groups(policy: &ApplicationPolicy, right: &Right) -> Vec<Need> {
    let rules = policy.rules.iter().filter_map(|rule| Some((rule, name(policy, rule, right)?)));
    rules
        .map(|(rule, name)| {
            Need::new(format!("a group called `{name}`, which no directory has"), Some(&rule.origin))
        })
        .collect()
}

/// The name of the group by which a rule would give a right. None where the rule gives another, or where its names cannot be
/// told from the right alone.
fn name(policy: &ApplicationPolicy, rule: &LinkingRule, right: &Right) -> Option<String> {
    let GroupSelector::Pattern(pattern) = &rule.group.as_ref()?.selector else { return None };
    let grant = rule.grants.iter().find_map(|grant| {
        let kind = &policy.entitlements[grant.entitlement.0 as usize];
        let mut captures = BTreeMap::new();
        let fits = kind.name == right.entitlement
            && binds(&grant.value, &right.value, &mut captures)
            && match (&grant.scope, &right.scope) {
                (Some(template), Some(scope)) => binds(template, scope, &mut captures),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
        fits.then_some(captures)
    })?;
    let part = |part: &PatternPart| match part {
        PatternPart::Text(text) => Some(text.clone()),
        PatternPart::Capture(name) => spelt(pattern, name, grant.get(name.as_str())?),
    };
    pattern.parts.iter().map(part).collect()
}

/// Whether a template can become a text, and what its one name stands for then.
fn binds<'t>(template: &'t TextTemplate, text: &str, captures: &mut BTreeMap<&'t str, String>) -> bool {
    match template.parts.as_slice() {
        [TemplatePart::Text(fixed)] => fixed == text,
        [TemplatePart::Name(name)] => captures.entry(name).or_insert_with(|| text.to_owned()) == text,
        _ => false,
    }
}

/// How a name of a group spells a capture's value; none where the capture does not take it.
fn spelt(pattern: &NamePattern, capture: &str, value: &str) -> Option<String> {
    match pattern.captures.get(capture) {
        None | Some(CaptureSet::Open) => Some(value.to_owned()),
        Some(CaptureSet::Closed(values)) => {
            values.iter().find(|(_, known)| known == value).map(|(spelt, _)| spelt.clone())
        }
        Some(CaptureSet::Matching(matcher)) => matcher.regex.is_match(value).then(|| value.to_owned()),
    }
}
