//! `check/default-authority`: a mapped attribute's default has the mapping's authority (the policy language, 9).

use super::Context;
use crate::policy::Finding;

const CODE: &str = "check/default-authority";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut findings = Vec::new();
    for document in &documents.defaults {
        let mapping = documents.mappings.iter().find(|it| it.application.value == document.application.value);
        for default in &document.defaults {
            let (Some(mapping), Some(authority)) = (mapping, &default.authority) else { continue };
            let Some(mapped) = mapping.attributes.key_span(&default.attribute.value) else { continue };
            let message = format!(
                "`{}` is mapped, so its default has the mapping's authority",
                default.attribute.value
            );
            findings.push(
                Finding::error(CODE, message, document.place(authority.span), "not said here")
                    .and(mapping.place(mapped), "mapped here")
                    .help("leave `authority` out of the default"),
            );
        }
    }
    findings
}
