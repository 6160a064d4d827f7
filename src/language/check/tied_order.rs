//! `check/tied-order`: between two rules of the same order the older group decides, so each of these rules needs a
//! group (the policy language, 6; PU-2).

use super::context::Context;
use crate::language::document::Rule;
use crate::model::{Finding, Location};
use std::collections::BTreeMap;

const CODE: &str = "check/tied-order";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut tied: BTreeMap<(&str, u32), Vec<(&Rule, Location)>> = BTreeMap::new();
    for document in &context.documents.linking_rules {
        for rule in &document.document.rules {
            let Some(order) = &rule.order else { continue };
            let key = (document.application.value.as_str(), order.value);
            tied.entry(key).or_default().push((rule, document.place(order.span)));
        }
    }
    let mut findings = Vec::new();
    for ((_, order), rules) in tied {
        let [(first, at), .., (_, last)] = rules.as_slice() else { continue };
        let Some((groupless, place)) = rules.iter().find(|(rule, _)| rule.group.is_none()) else { continue };
        let message = format!("`{}` has no group, and shares the order {order}", groupless.id.value);
        let other = if first.id.value == groupless.id.value { last } else { at };
        findings.push(
            Finding::error(CODE, message, *place, "no group whose age could decide")
                .and(*other, "the same order")
                .help("give it an order of its own"),
        );
    }
    findings
}
