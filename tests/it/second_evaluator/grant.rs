//! Rights of a grant, and rights that a selector matches (section 6).

use super::policies::Policies;
use super::world::Right;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The rights that a rule's `grant` gives, with its captures replaced.
pub(crate) fn rights(
    policies: &Policies,
    grant: &Value,
    captures: &BTreeMap<String, String>,
) -> BTreeSet<Right> {
    let keys = grant.as_object().into_iter().flatten();
    let values: BTreeMap<&str, String> = keys
        .filter_map(|(key, value)| {
            Some((&**key, filled(value.as_str()?, |name| captures.get(name).cloned())?))
        })
        .collect();
    let types = values.iter().filter(|(key, _)| policies.is_entitlement(key));
    types
        .map(|(entitlement, value)| Right {
            entitlement: (*entitlement).to_owned(),
            value: value.clone(),
            scope: policies.scope_of(entitlement).and_then(|scope| values.get(scope).cloned()),
        })
        .collect()
}

/// Whether a selector matches a right: `'*'` and an omitted key match any value. A scope of `'*'` counts as omitted.
pub(crate) fn selected(policies: &Policies, selector: &Value, right: &Right) -> bool {
    let Some(keys) = selector.as_object() else { return false };
    let mut names_a_type = false;
    let mut fits_a_type = false;
    for (key, wanted) in keys {
        let wanted = wanted.as_str().unwrap_or_default();
        let fits = |value: &str| wanted == "*" || wanted == value;
        if policies.is_entitlement(key) {
            names_a_type = true;
            fits_a_type |= *key == right.entitlement && fits(&right.value);
        } else {
            let bound = policies.scope_of(&right.entitlement) == Some(&**key);
            if wanted != "*" && !(bound && right.scope.as_deref().is_some_and(fits)) {
                return false;
            }
        }
    }
    fits_a_type || !names_a_type
}

/// A text with its braces replaced; none if one of the names is empty. `{{` and `}}` stand for braces.
pub(crate) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
        } else if let Some((name, after)) = rest.split_once('}') {
            out.push_str(&value(name).filter(|value| !value.is_empty())?);
            rest = after;
        }
    }
    out.push_str(rest);
    Some(out)
}
