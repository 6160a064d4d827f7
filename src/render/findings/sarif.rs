//! Findings as SARIF 2.1.0, for code-scanning views.

use super::source_range;
use crate::model::{Finding, Location, Severity, SourceSet};
use crate::render::codes;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The columns of a rule's help where a view shows it as plain text.
const HELP_WIDTH: usize = 100;

/// One run, with a rule for each code and a result for each finding.
pub fn sarif(findings: &[Finding], sources: &SourceSet) -> String {
    let told: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    let rules: Vec<Value> = told.into_iter().map(rule).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "rolewright", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|finding| result(finding, sources)).collect::<Vec<_>>(),
        }],
    });
    crate::render::escape::json(format!("{document:#}\n"))
}

/// A code with what the reference says of it, which code-scanning views show beside a result.
fn rule(code: &str) -> Value {
    let Ok(section) = codes::find(code) else { return json!({ "id": code }) };
    json!({
        "id": code,
        "shortDescription": { "text": section.gist() },
        "help": { "text": section.text(HELP_WIDTH), "markdown": section.markdown },
    })
}

fn result(finding: &Finding, sources: &SourceSet) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let help = finding.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
    let mut locations = finding.labels.iter().map(|label| location(sources, label.at, &label.text));
    let first: Vec<Value> = locations.next().into_iter().collect();
    json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": first,
        "relatedLocations": locations.collect::<Vec<_>>(),
    })
}

fn location(sources: &SourceSet, at: Location, text: &str) -> Value {
    let (path, start, end) = source_range(sources, at);
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": path },
            "region": {
                "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
            },
        },
        "message": { "text": text },
    })
}
