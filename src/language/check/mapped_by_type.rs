//! `check/mapped-by-type`: settings for all account types are in the common mapping, once (the policy language, 1 and
//! 9).

use super::context::Context;
use crate::language::document::AttributeMappingDocument;
use crate::language::documents::Placed;
use crate::model::{Finding, Span};

const CODE: &str = "check/mapped-by-type";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for typed in context.documents.mappings.iter().filter(|mapping| mapping.account_type.is_some()) {
        findings.extend(misplaced(typed));
        let mut common = context.documents.mappings.iter().filter(|mapping| mapping.account_type.is_none());
        let common = common.find(|mapping| mapping.application.value == typed.application.value);
        findings.extend(common.into_iter().flat_map(|common| twice(common, typed)));
    }
    findings
}

fn misplaced(typed: &Placed<AttributeMappingDocument>) -> Vec<Finding> {
    let finding = |key: &str, span: Span| {
        let message = format!("`{key}` is for every kind of account");
        Finding::error(CODE, message, typed.place(span), "here for one kind")
            .help("write it in the `AttributeMapping` without `accountType`")
    };
    let first = typed.r#match.as_ref().and_then(|names| names.first());
    let first = first.map(|first| finding("match", first.span));
    first.into_iter().chain(typed.watch.as_ref().map(|watch| finding("watch", watch.span))).collect()
}

fn twice(
    common: &Placed<AttributeMappingDocument>,
    typed: &Placed<AttributeMappingDocument>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, _) in typed.attributes.iter() {
        let Some((first, _)) = common.attributes.iter().find(|(known, _)| known.value == name.value) else {
            continue;
        };
        let message = format!("`{}` is mapped for every kind of account, and again for one", name.value);
        findings.push(
            Finding::error(CODE, message, typed.place(name.span), "again here")
                .and(common.place(first.span), "for every kind here")
                .help("map it in one of the two"),
        );
    }
    findings
}
