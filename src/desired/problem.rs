//! What only the data shows: errors that stop the plan of an application, and findings that stop nothing.

use crate::policy::Origin;
use serde::Serialize;

/// A problem between policies and data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataProblem {
    /// Stable code: `data/missing-group`.
    pub code: &'static str,
    /// The rule that says what the data does not have.
    pub origin: Origin,
    /// What is wrong, and what to do.
    pub message: String,
}

impl DataProblem {
    /// A problem with what a rule says.
    pub fn new(code: &'static str, origin: &Origin, message: impl Into<String>) -> Self {
        Self { code, origin: origin.clone(), message: message.into() }
    }
}

/// Every error of one application's data; nothing is planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines())]
pub struct DataErrors {
    /// At least one, sorted.
    pub errors: Vec<DataProblem>,
}

impl DataErrors {
    fn lines(&self) -> String {
        let lines: Vec<String> = self
            .errors
            .iter()
            .map(|problem| {
                let Origin { path, line, id, .. } = &problem.origin;
                // Names from the directory are part of messages; none adds a line to a log (threat C9).
                let message = problem.message.replace('\n', "\\n");
                format!("{path}:{line}: [{}] `{id}`: {message}", problem.code)
            })
            .collect();
        lines.join("\n")
    }
}
