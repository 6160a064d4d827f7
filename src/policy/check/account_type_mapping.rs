//! `check/account-type-mapping`: what the mapping of one type of account may not say, because the mapping for every type
//! does (the policy language, 9).

use super::Context;
use crate::model::Span;
use crate::policy::Finding;
use crate::policy::document::AttributeMappingDocument;
use crate::policy::documents::Placed;

const CODE: &str = "check/account-type-mapping";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = &context.documents.mappings;
    let mut findings = Vec::new();
    for document in documents.iter().filter(|document| document.account_type.is_some()) {
        findings.extend(for_every_type(document));
        let mut others = documents.iter();
        let common =
            others.find(|it| it.application.value == document.application.value && it.account_type.is_none());
        findings.extend(common.into_iter().flat_map(|common| mapped_in_both(document, common)));
    }
    findings
}

/// `match` and `watch` are about users before it is known which type of account they get.
fn for_every_type(document: &Placed<AttributeMappingDocument>) -> Vec<Finding> {
    let matching = document.r#match.iter().flatten().next().map(|first| ("match", first.span));
    let watch = document.watch.as_ref().map(|watch| ("watch", watch.span));
    let report = |(key, span): (&str, Span)| {
        let message = format!("`{key}` is the same for every type of account");
        Finding::error(CODE, message, document.place(span), "not here")
            .help("write it in the `AttributeMapping` without `accountType`")
    };
    matching.into_iter().chain(watch).map(report).collect()
}

fn mapped_in_both(
    document: &Placed<AttributeMappingDocument>,
    common: &Placed<AttributeMappingDocument>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, _) in document.attributes.iter() {
        let Some(first) = common.attributes.key_span(&name.value) else { continue };
        let message = format!("`{}` is mapped for every type of account already", name.value);
        findings.push(
            Finding::error(CODE, message, document.place(name.span), "again here")
                .and(common.place(first), "mapped for all here")
                .help("map it for all, or for each type on its own"),
        );
    }
    findings
}
