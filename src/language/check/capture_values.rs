//! `check/capture-values`: a capture stands only for values that the application declares (the policy language, 4).

use super::context::{Context, LinkingRule};
use crate::language::document::{Capture, LinkingRulesDocument, Piece, Rule, parse_template};
use crate::language::documents::Placed;
use crate::language::spelling;
use crate::model::{Finding, Location};
use crate::yaml::Spanned;

const CODE: &str = "check/capture-values";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for LinkingRule { document, application, rule } in context.linking_rules() {
        for (key, text) in rule.grants() {
            let declared =
                application.entitlement(&key.value).and_then(|entitlement| entitlement.values.as_deref());
            let Some(values) = declared.or_else(|| application.scope(&key.value)) else { continue };
            let known: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
            findings.extend(of_text(document, rule, &key.value, &text.0, &known));
        }
    }
    findings
}

fn of_text(
    document: &Placed<LinkingRulesDocument>,
    rule: &Rule,
    key: &str,
    text: &Spanned<String>,
    known: &[&str],
) -> Vec<Finding> {
    let Ok(pieces) = parse_template(&text.value) else { return Vec::new() };
    match pieces.as_slice() {
        [Piece::Name(name)] => {
            let entry = rule.group.as_ref().and_then(|group| group.value.capture(name));
            entry.map(|entry| of_entry(document, key, entry, known)).unwrap_or_default()
        }
        [Piece::Text(_)] | [] => Vec::new(),
        _ => {
            let message = format!("`{key}` has declared values: a capture fills it alone, or not at all");
            let at = document.place(text.span);
            vec![
                Finding::error(CODE, message, at, "text beside a capture")
                    .help("write one `{capture}`, and say what it stands for: captures: { it: { map: { text: value } } }"),
            ]
        }
    }
}

fn of_entry(
    document: &Placed<LinkingRulesDocument>,
    key: &str,
    entry: &Spanned<Capture>,
    known: &[&str],
) -> Vec<Finding> {
    let at = |span| -> Location { document.place(span) };
    let values: Vec<&Spanned<String>> = match &entry.value {
        Capture::In(values) => values.iter().collect(),
        Capture::Map(map) => map.iter().map(|(_, value)| value).collect(),
        Capture::Matches(expression) => {
            let message =
                format!("`{key}` has declared values: an expression does not say which of them is meant");
            let finding = Finding::error(CODE, message, at(expression.span), "any text that fits");
            return vec![finding.help("leave the entry out, or use `in` or `map`")];
        }
    };
    let unknown = values.into_iter().filter(|value| !known.contains(&value.value.as_str()));
    unknown
        .map(|value| {
            let message = format!("`{}` is not a value of `{key}`", value.value);
            Finding::error(CODE, message, at(value.span), "no such value")
                .help(spelling::help(&value.value, known.iter().copied()))
        })
        .collect()
}
