//! Why a change was not made.

/// Why a change was not made. The run continues with other changes and ends with exit code 5.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The application refused the change, or it had no effect. Nothing was changed.
    #[error("{0}")]
    Failed(String),
    /// The object is not as it was when the plan was made. Nothing was changed; the next run makes a new plan (threat
    /// A6).
    #[error("{what} changed since it was read (expected {expected}, found {found}); run again to plan anew")]
    Stale {
        /// The object, and which of its values: "`email` of account `a-1`".
        what: String,
        /// The value in the plan.
        expected: String,
        /// The value now.
        found: String,
    },
    /// It is unknown whether the change was made; the next run reads the current state (threat F6).
    #[error("it is not known whether this was carried out ({0}); run again, which reads what is there")]
    Unknown(String),
}
