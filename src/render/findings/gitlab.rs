//! Findings as a GitLab Code Quality report, which GitLab shows at the lines of a merge request.

use super::source_range;
use crate::model::{Finding, Severity, SourceSet};
use crate::render::escape::visible;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One JSON array. GitLab drops every finding after one without a required field, so all fields are always present; a
/// finding without a place gets the first file.
///
/// The fingerprint has no line number: a finding that only moved is neither new nor resolved.
pub fn gitlab(findings: &[Finding], sources: &SourceSet) -> String {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let items: Vec<Value> = findings.iter().map(|finding| item(finding, sources, &mut seen)).collect();
    format!("{:#}\n", Value::Array(items))
}

fn item(finding: &Finding, sources: &SourceSet, seen: &mut BTreeMap<String, usize>) -> Value {
    let (path, line) = match finding.labels.first() {
        Some(label) => {
            let (path, start, _) = source_range(sources, label.at);
            (path.to_owned(), start.line)
        }
        None => (sources.iter().next().map_or_else(|| ".".to_owned(), |(_, file)| file.path.clone()), 1),
    };
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    let words = [finding.code, &path, &finding.message].join("\0");
    // Equal findings in one file are numbered.
    let number = seen.entry(words.clone()).and_modify(|number| *number += 1).or_insert(1);
    let fingerprint = Sha256::digest(format!("{words}\0{number}"));
    let fingerprint: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "description": visible(&format!("{}{help}", finding.message)),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": severity(finding.severity),
        "location": { "path": path, "lines": { "begin": line } },
    })
}

/// GitLab's severities are info, minor, major, critical and blocker.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "blocker",
        Severity::Warning => "minor",
    }
}
