//! The guards that can refuse a run, by the codes under which the reference explains them.

/// A guard that can refuse a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Limits: no more changes of a kind than allowed.
    Limit,
    /// The last holders of a privileged right keep it.
    KeepAtLeast,
    /// The directories and the application have not shrunk too much since the last read.
    Shrink,
}

impl Guard {
    /// The code of its refusals.
    pub fn code(self) -> &'static str {
        match self {
            Self::Limit => "guard/limit",
            Self::KeepAtLeast => "guard/keep-at-least",
            Self::Shrink => "guard/shrink",
        }
    }
}
