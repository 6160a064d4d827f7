//! `lint/unfinished`: more policies than lint looks at.

use super::definition::Rule;
use crate::lint::context::Context;
use crate::model::Finding;

const CODE: &str = "lint/unfinished";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "The policies of the workspace are too many, or their conditions too large, to be checked by \
           lint completely in a few seconds.\nThe other rules looked at a part of them only.",
    remedy: "write one rule with a pattern instead of many similar ones. Only lint is affected: the policies \
             are validated and planned completely.",
    check,
};

/// Has to be the last rule: the others say whether they came to an end.
fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.is_unfinished() {
        return Vec::new();
    }
    let name = &context.policy.name;
    let message =
        format!("the policies of `{name}` were looked at in part: to prove more would take too long");
    let finding = context.finding(CODE, message, &context.policy.origin, "this application");
    vec![finding.help("join rules that are alike, for example by a pattern")]
}
