//! `check/protection-grants`: `grants` narrows `revoke`, so the protection must withhold `revoke` (the policy language,
//! 10).

use super::context::Context;
use crate::model::Finding;
use crate::policy::ProtectionWord;

const CODE: &str = "check/protection-grants";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lifecycle in &context.documents.lifecycles {
        for protection in lifecycle.protect.iter().flatten() {
            let Some(grants) = protection.grants.as_ref() else { continue };
            if !protection.from.contains(&ProtectionWord::Revoke) {
                let message = "`grants` narrows `revoke`, which `from` does not list";
                let finding = Finding::error(CODE, message, lifecycle.place(grants.span), "narrows nothing");
                findings.push(finding.help("add `revoke` to `from`, or leave `grants` out"));
            }
        }
    }
    findings
}
