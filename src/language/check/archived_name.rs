//! `check/archived-name`: an account that is archived to make room for another account also gives up its user name (the
//! policy language, 10; PU-12).

use super::context::Context;
use crate::model::Finding;
use crate::policy::AccountTypeChange;

const CODE: &str = "check/archived-name";
const USER_NAME: &str = "userName";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lifecycle in &context.documents.lifecycles {
        let Some(word) = &lifecycle.account_type_change else { continue };
        let gives_up = lifecycle.archive.iter().any(|archive| archive.set.value.get(USER_NAME).is_some());
        let mut mappings = context.documents.mappings.iter();
        let mapped = mappings.any(|mapping| {
            mapping.application.value == lifecycle.application.value
                && mapping.attributes.get(USER_NAME).is_some()
        });
        if word.value == AccountTypeChange::Archive && mapped && !gives_up {
            let message = "the archived account keeps its user name, so the new one cannot have it";
            findings.push(
                Finding::error(CODE, message, lifecycle.place(word.span), "archives, then creates")
                    .help("write `archive: { set: { userName: '{userName}_Archived' } }`"),
            );
        }
    }
    findings
}
