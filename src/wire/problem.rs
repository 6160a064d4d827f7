//! A problem in a hand-written file, and its position.

use crate::model::Position;

/// A problem in a hand-written file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {message}", position.line, position.column)]
pub struct Problem {
    /// The file's path, as the caller gave it.
    pub path: String,
    /// The position in the file.
    pub position: Position,
    /// What is wrong, what was expected, what to do.
    pub message: String,
}

impl Problem {
    /// The problems as text, one a line.
    pub fn list(problems: &[Self]) -> String {
        problems.iter().map(|problem| format!("\n  {problem}")).collect()
    }
}
