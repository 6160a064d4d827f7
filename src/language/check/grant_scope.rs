//! `check/grant-scope`: a scope in a grant belongs to an entitlement type in the same grant (the policy language, 6).

use super::context::{Context, LinkingRule};
use crate::model::Finding;

const CODE: &str = "check/grant-scope";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for LinkingRule { document, application, rule } in context.linking_rules() {
        let types = rule.grants().filter_map(|(key, _)| application.entitlement(&key.value));
        let scopes: Vec<&str> = types
            .filter_map(|entitlement| entitlement.scope.as_ref())
            .map(|scope| scope.value.as_str())
            .collect();
        for (key, _) in rule.grants() {
            if application.scope(&key.value).is_some() && !scopes.contains(&key.value.as_str()) {
                let message = format!("no entitlement in this grant is bound to a `{}`", key.value);
                let finding = Finding::error(CODE, message, document.place(key.span), "bound to nothing");
                let help =
                    format!("add the entitlement that has `scope: {0}`, or leave `{0}` out", key.value);
                findings.push(finding.help(help));
            }
        }
    }
    findings
}
