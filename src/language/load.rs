//! Loads the policies from a workspace's files, and reports everything that is wrong with them at once.

use super::bounds::too_many;
use super::check::check;
use super::compile::compile;
use super::read::read;
use crate::model::{Date, Finding, Severity, SourceSet};
use crate::policy::PolicySet;

/// The result of loading a workspace.
#[derive(Debug)]
pub struct Checked {
    /// All findings, sorted by place.
    pub findings: Vec<Finding>,
    /// The policies; none if there are errors.
    pub policies: Option<PolicySet>,
}

impl Checked {
    /// Whether there are errors.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Reads, validates, checks and compiles a workspace.
pub fn load(sources: &SourceSet, as_of: Date) -> Checked {
    let read = read(sources);
    let (policies, found) = match too_many(&read.documents) {
        Some(finding) => (None, vec![finding]),
        None => {
            let (policies, compiled) = compile(&read.documents, sources);
            (policies, [compiled, check(sources, &read, as_of)].concat())
        }
    };
    let mut findings: Vec<Finding> = read.findings.into_iter().chain(found).collect();
    findings.sort_by(|one, other| {
        let place = |finding: &Finding| finding.labels.first().map(|label| label.at);
        (place(one), one.code, &one.message).cmp(&(place(other), other.code, &other.message))
    });
    findings.dedup();
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Checked { findings, policies: policies.filter(|_| !failed) }
}
