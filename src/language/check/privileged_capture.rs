//! `check/privileged-capture`: nobody gets a privileged right just because somebody chose a group's name (the policy
//! language, 4).

use super::context::{Context, LinkingRule};
use crate::language::document::{Capture, EntitlementObject, Piece, Rule, parse_template};
use crate::model::Finding;

const CODE: &str = "check/privileged-capture";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for LinkingRule { document, application, rule } in context.linking_rules() {
        for (key, text) in rule.grants() {
            let Some(entitlement) = application.entitlement(&key.value) else { continue };
            let Some(name) = open_capture(rule, entitlement, &text.0.value) else { continue };
            let message = format!(
                "`{}` has privileged values, and whoever names a group could grant one by `{{{name}}}`",
                key.value
            );
            findings.push(
                Finding::error(CODE, message, document.place(text.0.span), "an open capture").help(
                    "declare the entitlement's `values`, or list what the capture accepts with `in` or `map`",
                ),
            );
        }
    }
    findings
}

/// The first capture in the text whose values are not listed, if the type has privileged values. A type with declared
/// values accepts only listed values anyway (`check/capture-values`).
fn open_capture(rule: &Rule, entitlement: &EntitlementObject, text: &str) -> Option<String> {
    if entitlement.values.is_some() || entitlement.privileged.iter().flatten().next().is_none() {
        return None;
    }
    parse_template(text).ok()?.into_iter().find_map(|piece| match piece {
        Piece::Name(name) => {
            let entry = rule.group.as_ref().and_then(|group| group.value.capture(&name));
            let listed = entry.is_some_and(|entry| !matches!(entry.value, Capture::Matches(_)));
            (!listed).then_some(name)
        }
        Piece::Text(_) => None,
    })
}
