//! The outcome of each change, and of all of them.

use crate::gate::Ended;
use std::collections::BTreeMap;
use std::fmt;

/// What the application did with a change that it accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The id of the account that was made.
    pub account: Option<String>,
    /// Short names of attributes that the application accepted but did not keep (S5).
    pub not_kept: Vec<String>,
}

/// Why a change was not made. The run continues with other changes and ends with exit code 5.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The application refused the change, or it had no effect. Nothing was changed.
    #[error("{0}")]
    Failed(String),
    /// The application accepted the change, but a fresh read does not show these attributes (S29).
    #[error("the application accepted the change but did not keep `{}`", .0.join("`, `"))]
    NotKept(Vec<String>),
    /// The object is not as it was when the plan was made. Nothing was changed; the next run makes a new plan (threat
    /// A6).
    #[error(
        "{what} changed since it was read (expected {expected}, found {found}); run again with a new plan"
    )]
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
    /// The run stopped before this part of a step began.
    #[error("not begun")]
    NotBegun,
    /// The application cannot be reached at all. Nothing was changed, and further calls would fail too.
    #[error("the application cannot be reached: {0}")]
    Unreachable(String),
}

/// Why a run begins no further change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The lease was lost.
    Lease,
    /// A change window closed, or would close before a change could end.
    Window,
    /// Somebody asked the process to end.
    Signal,
    /// The run's time is used up.
    Time,
    /// The application cannot be reached.
    Unreachable,
    /// So many changes failed that something is wrong with the application or with the policies.
    Failures {
        /// Changes that failed.
        failed: u64,
        /// Changes that ended.
        of: u64,
    },
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lease => f.write_str("the lease was lost"),
            Self::Window => f.write_str("a change window closed, or would before the change could end"),
            Self::Signal => f.write_str("the run was asked to end"),
            Self::Time => f.write_str("the run's time is used up"),
            Self::Unreachable => f.write_str("the application cannot be reached"),
            Self::Failures { failed, of } => write!(f, "{failed} of {of} changes failed"),
        }
    }
}

/// The outcome of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The change was made, and read back. A new account may lack attributes that the application does not keep.
    Made {
        /// Their short names.
        not_kept: Vec<String>,
        /// The id of the account.
        account: Option<String>,
    },
    /// The change was not made.
    Failed(WriteError),
    /// A change that this one depends on failed.
    Skipped,
    /// The run stopped before this change began.
    Stopped(Halt),
}

impl ChangeOutcome {
    /// Why the change was not made, in words; none: it was made.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Made { .. } => None,
            Self::Failed(error) => Some(error.to_string()),
            Self::Skipped => Some("not begun: what it depends on failed".to_owned()),
            Self::Stopped(halt) => Some(format!("not begun: {halt}")),
        }
    }

    /// The code under which the reference explains why the change was not made; none: it was made.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Made { .. } => None,
            Self::Failed(WriteError::Failed(_)) => Some("change/refused"),
            Self::Failed(WriteError::NotKept(_)) => Some("change/not-kept"),
            Self::Failed(WriteError::Stale { .. }) => Some("change/stale"),
            Self::Failed(WriteError::Unknown(_)) => Some("change/unknown"),
            Self::Failed(WriteError::Unreachable(_)) => Some("change/unreachable"),
            Self::Failed(WriteError::NotBegun) | Self::Skipped | Self::Stopped(_) => Some("change/not-begun"),
        }
    }

    /// What the application accepted and did not keep of a change that was made.
    pub fn not_kept(&self) -> &[String] {
        match self {
            Self::Made { not_kept, .. } => not_kept,
            Self::Failed(_) | Self::Skipped | Self::Stopped(_) => &[],
        }
    }

    /// Whether the change was made.
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Made { .. })
    }

    /// What the outcome says about trying the change again.
    pub fn ended(&self) -> Ended {
        match self {
            Self::Made { not_kept, account } => {
                Ended::Made { not_kept: not_kept.clone(), account: account.clone() }
            }
            Self::Failed(WriteError::NotKept(_)) => Ended::NotKept,
            Self::Failed(WriteError::Failed(_)) => Ended::Failed,
            Self::Failed(WriteError::Unknown(_)) => Ended::Unknown,
            Self::Failed(WriteError::Stale { .. } | WriteError::NotBegun | WriteError::Unreachable(_))
            | Self::Skipped
            | Self::Stopped(_) => Ended::Left,
        }
    }
}

/// How many changes had which outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Changes made, by operation.
    pub made: BTreeMap<String, u64>,
    /// Changes that failed, or were skipped because another failed.
    pub failed: u64,
    /// Changes that the application accepted and did not keep.
    pub not_kept: u64,
    /// Changes of objects that are not as they were when the plan was made.
    pub stale: u64,
    /// Changes that did not begin.
    pub stopped: u64,
}

impl Tally {
    /// Counts one outcome of a change with this operation.
    pub fn count(&mut self, operation: &str, outcome: &ChangeOutcome) {
        match outcome {
            ChangeOutcome::Made { .. } => *self.made.entry(operation.to_owned()).or_insert(0) += 1,
            ChangeOutcome::Failed(WriteError::Stale { .. }) => self.stale += 1,
            ChangeOutcome::Failed(WriteError::NotKept(_)) => self.not_kept += 1,
            ChangeOutcome::Failed(
                WriteError::Failed(_)
                | WriteError::Unknown(_)
                | WriteError::Unreachable(_)
                | WriteError::NotBegun,
            )
            | ChangeOutcome::Skipped => self.failed += 1,
            ChangeOutcome::Stopped(_) => self.stopped += 1,
        }
    }
}
