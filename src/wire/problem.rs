//! What is wrong in a file that people write, and where.

use crate::model::Position;

/// One problem of a hand-written file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {message}", position.line, position.column)]
pub struct Problem {
    /// The file, as the caller named it.
    pub path: String,
    /// Its place.
    pub position: Position,
    /// What is wrong, what was expected, what to do.
    pub message: String,
}

impl Problem {
    /// Problems as text, a line each.
    pub fn list(problems: &[Self]) -> String {
        problems.iter().map(|problem| format!("\n  {problem}")).collect()
    }
}
