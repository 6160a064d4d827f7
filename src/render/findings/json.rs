//! Findings as one JSON document.

use super::source_range;
use crate::model::{Finding, Severity, SourceSet};
use serde_json::{Value, json};

/// An object with `findings` and `summary`; positions count from 1.
pub fn json(findings: &[Finding], sources: &SourceSet) -> String {
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let document = json!({
        "findings": findings.iter().map(|finding| object(finding, sources)).collect::<Vec<_>>(),
        "summary": { "errors": count(Severity::Error), "warnings": count(Severity::Warning) },
    });
    crate::render::escape::json(format!("{document:#}\n"))
}

fn object(finding: &Finding, sources: &SourceSet) -> Value {
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| {
            let (path, start, end) = source_range(sources, label.at);
            json!({
                "path": path, "line": start.line, "column": start.column,
                "endLine": end.line, "endColumn": end.column, "text": label.text,
            })
        })
        .collect();
    let first = labels.first().cloned().unwrap_or_default();
    json!({
        "severity": finding.severity, "code": finding.code, "message": finding.message, "help": finding.help,
        "path": first["path"], "line": first["line"], "column": first["column"],
        "endLine": first["endLine"], "endColumn": first["endColumn"], "labels": labels,
    })
}
