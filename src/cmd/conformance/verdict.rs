//! What came of a statement.

use crate::doctor::Outcome;

/// What came of a statement, in words.
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) message: String,
}

impl Verdict {
    pub(super) fn passed(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Passed, message: message.into() }
    }

    /// Runs go on, but somebody should know.
    pub(super) fn warned(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Warned, message: message.into() }
    }

    /// A run would go wrong.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Failed, message: message.into() }
    }

    /// Passed without problems, else failed with all of them.
    pub(super) fn of(problems: &[String], passed: impl Into<String>) -> Self {
        if problems.is_empty() { Self::passed(passed) } else { Self::failed(problems.join("; ")) }
    }
}
