//! `check/privileged-value`: a privileged value is one of the type's values.

use super::context::Context;
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/privileged-value";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for (name, entitlement) in application.document.entitlements() {
            let Some(values) = &entitlement.values else { continue };
            let known: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
            for value in entitlement.privileged.iter().flatten() {
                if !known.contains(&value.value.as_str()) {
                    let message =
                        format!("`{}` is privileged, but not a value of `{}`", value.value, name.value);
                    findings.push(
                        Finding::error(CODE, message, application.place(value.span), "no such value")
                            .help(spelling::help(&value.value, known.iter().copied())),
                    );
                }
            }
        }
    }
    findings
}
