//! `check/declared-attribute`: a declared attribute is not one that exists without declaration.

use super::context::Context;
use crate::model::{ACCOUNT_OWN, Finding, USER_ID, known_user_attribute};

const CODE: &str = "check/declared-attribute";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for directory in &context.documents.directories {
        for (name, _) in directory.attributes.iter().flat_map(|table| table.iter()) {
            if name.value == USER_ID || known_user_attribute(&name.value).is_some() {
                let message = format!("every directory has the user attribute `{}` already", name.value);
                let finding = Finding::error(CODE, message, directory.place(name.span), "declared again");
                findings.push(finding.help("give what you mean another name"));
            }
        }
    }
    for application in &context.documents.applications {
        for (name, _) in application.attributes.iter().flat_map(|table| table.iter()) {
            if ACCOUNT_OWN.contains(&name.value.as_str()) {
                let message = format!("every account has `{}` already", name.value);
                let finding = Finding::error(CODE, message, application.place(name.span), "declared again");
                findings.push(finding.help("leave it out: conditions can ask for it as it is"));
            }
        }
    }
    findings
}
