//! `check/default-authority`: the default of a mapped attribute has the authority of the mapping (the policy language,
//! 9).

use super::context::Context;
use crate::model::Finding;
use crate::yaml::Spanned;

const CODE: &str = "check/default-authority";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut findings = Vec::new();
    for document in &documents.defaults {
        let mappings = || {
            documents
                .mappings
                .iter()
                .filter(|mapping| mapping.application.value == document.application.value)
        };
        for default in &document.defaults {
            let Some(authority) = &default.authority else { continue };
            let mut mapped =
                mappings().filter(|mapping| fits(&mapping.account_type, &default.account_type)).filter_map(
                    |mapping| Some((mapping, mapping.attributes.key_span(&default.attribute.value)?)),
                );
            let Some((mapping, mapped)) = mapped.next() else { continue };
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

/// Whether a mapping and a default are for the same account type.
fn fits(mapping: &Option<Spanned<String>>, default: &Option<Spanned<String>>) -> bool {
    match (mapping, default) {
        (Some(mapping), Some(default)) => mapping.value == default.value,
        _ => true,
    }
}
