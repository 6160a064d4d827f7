//! `check/grant-scope`: a scope in a grant belongs to an entitlement type in the same grant (the policy language, 6).

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/grant-scope";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &context.documents.linking_rules {
        let Some(application) = context.documents.applications_of(&document.application).next() else {
            continue;
        };
        for rule in &document.rules {
            let types = rule.grants().filter_map(|(key, _)| application.document.entitlement(&key.value));
            let scopes: Vec<&str> = types
                .filter_map(|entitlement| entitlement.scope.as_ref())
                .map(|scope| scope.value.as_str())
                .collect();
            for (key, _) in rule.grants() {
                let is_scope = application.document.scope(&key.value).is_some();
                if is_scope && !scopes.contains(&key.value.as_str()) {
                    let message = format!("no entitlement type in this grant is bound to a `{}`", key.value);
                    let finding = Finding::error(CODE, message, document.place(key.span), "bound to nothing");
                    findings.push(finding.help("add the type that has this scope, or leave the scope out"));
                }
            }
        }
    }
    findings
}
