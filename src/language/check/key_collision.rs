//! `check/key-collision`: a key of a grant is either an entitlement type or a scope, never both.

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/key-collision";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for (name, _) in application.document.entitlements() {
            let scope = application.scopes.as_ref().and_then(|scopes| scopes.key_span(&name.value));
            if let Some(scope) = scope {
                let message = format!(
                    "`{}` stands in `entitlements` and in `scopes`: grants could mean either",
                    name.value
                );
                findings.push(
                    Finding::error(CODE, message, application.place(name.span), "in `entitlements`")
                        .and(application.place(scope), "in `scopes`")
                        .help("rename one of them"),
                );
            }
        }
    }
    findings
}
