//! `check/keep-at-least`: `keepAtLeast` counts the holders of privileged values, so the type must have privileged
//! values (the policy language, 5).

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/keep-at-least";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for (name, entitlement) in application.document.entitlements() {
            let Some(kept) = &entitlement.keep_at_least else { continue };
            if entitlement.privileged.as_ref().is_none_or(Vec::is_empty) {
                let message = format!(
                    "`keepAtLeast` keeps holders of privileged values, and `{}` has none",
                    name.value
                );
                findings.push(
                    Finding::error(CODE, message, application.place(kept.span), "keeps nobody")
                        .help("name the values under `privileged`"),
                );
            }
        }
    }
    findings
}
