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
    /// A line for each fault, with the rules that it concerns: a group that is gone is one, however many rules name it.
    fn lines(&self) -> String {
        let mut faults: Vec<(&DataProblem, Vec<&Origin>)> = Vec::new();
        for problem in &self.errors {
            let same = |fault: &&mut (&DataProblem, Vec<&Origin>)| {
                fault.0.code == problem.code && fault.0.message == problem.message
            };
            match faults.iter_mut().find(same) {
                Some((_, others)) => others.push(&problem.origin),
                None => faults.push((problem, Vec::new())),
            }
        }
        let lines: Vec<String> = faults.iter().map(|(problem, others)| line(problem, others)).collect();
        lines.join("\n")
    }
}

/// The most further rules that a line names; the others are counted.
const MOST_NAMED: usize = 3;

fn line(problem: &DataProblem, others: &[&Origin]) -> String {
    let Origin { path, line, id, .. } = &problem.origin;
    // Names from the directory are part of messages; none adds a line to a log (threat C9).
    let message = problem.message.replace('\n', "\\n");
    let mut named: Vec<String> = others
        .iter()
        .take(MOST_NAMED)
        .map(|origin| format!("`{}` ({}:{})", origin.id, origin.path, origin.line))
        .collect();
    if others.len() > MOST_NAMED {
        named.push(format!("{} more", others.len() - MOST_NAMED));
    }
    let also = if named.is_empty() { String::new() } else { format!("; also {}", named.join(", ")) };
    format!("{path}:{line}: [{}] `{id}`: {message}{also}", problem.code)
}
