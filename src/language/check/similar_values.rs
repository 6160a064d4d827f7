//! `check/similar-values`: the values of a closed set differ by more than ASCII case, because captures ignore case.

use super::context::Context;
use crate::language::document::Capture;
use crate::language::documents::Placed;
use crate::model::{Finding, Location};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

const CODE: &str = "check/similar-values";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for (_, values) in application.scopes.iter().flat_map(|scopes| scopes.iter()) {
            findings.extend(similar(places(application, &values.0)));
        }
        for (_, entitlement) in application.document.entitlements() {
            findings.extend(similar(places(application, entitlement.values.as_deref().unwrap_or_default())));
        }
    }
    for used in context.documents.group_uses() {
        let captures = used.group.object().and_then(|group| group.captures.as_ref());
        for (_, capture) in captures.into_iter().flat_map(|captures| captures.iter()) {
            let at = |text: &Spanned<String>| Location { file: used.document.file, span: text.span };
            let texts: Vec<&Spanned<String>> = match &capture.value {
                Capture::In(texts) => texts.iter().collect(),
                Capture::Map(map) => map.iter().map(|(text, _)| text).collect(),
                Capture::Matches(_) => Vec::new(),
            };
            findings.extend(similar(texts.into_iter().map(|text| (text.value.as_str(), at(text))).collect()));
        }
    }
    findings
}

fn places<'d, T>(document: &Placed<T>, values: &'d [Spanned<String>]) -> Vec<(&'d str, Location)> {
    values.iter().map(|value| (value.value.as_str(), document.place(value.span))).collect()
}

fn similar(values: Vec<(&str, Location)>) -> Vec<Finding> {
    let mut first: BTreeMap<String, (&str, Location)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (value, at) in values {
        if let Some((other, earlier)) = first.insert(value.to_ascii_lowercase(), (value, at)) {
            let message =
                format!("`{value}` and `{other}` differ in nothing but case, which captures ignore");
            let finding = Finding::error(CODE, message, at, "this value").and(earlier, "and this");
            findings.push(finding.help("keep one of them"));
        }
    }
    findings
}
