//! What came of one change that was not carried out as planned.

/// Why one change did not come about. Other changes go on; the run ends with exit code 5.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The application refused it, or it had no effect. Nothing was changed.
    #[error("{0}")]
    Failed(String),
    /// What would be changed is not as the plan saw it. Nothing was changed; the next run plans anew (threat A6).
    #[error("{what} changed since it was read (expected {expected}, found {found}); run again to plan anew")]
    Stale {
        /// The object and what of it, with its kind: "`email` of account `a-1`".
        what: String,
        /// What the plan saw.
        expected: String,
        /// What is there now.
        found: String,
    },
    /// Whether it was carried out cannot be told; the next run reads what is there (threat F6).
    #[error("it is not known whether this was carried out ({0}); run again, which reads what is there")]
    Unknown(String),
}
