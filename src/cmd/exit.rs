//! Exit codes, and errors that end a command early.

use super::code::Code;
use crate::desired::DataErrors;
use crate::snapshot::Incomplete;
use std::process::ExitCode;

/// How a command ended. Users rely on the numbers (`docs/reference/exit-codes.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Any other error.
    Error,
    /// `plan --detailed-exitcode`: there are changes.
    Changes,
    /// A guard refused: nothing was written.
    Refused,
    /// Waits for a person: not on the protected branch, or held.
    Waits,
    /// Some changes failed or went stale: run again.
    Partial,
    /// Another run holds the lease.
    Leased,
    /// A read was incomplete: nothing was planned.
    Incomplete,
}

impl Exit {
    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::Refused => 3,
            Self::Waits => 4,
            Self::Partial => 5,
            Self::Leased => 6,
            Self::Incomplete => 7,
        }
    }

    /// The word for such a run in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done | Self::Changes => "done",
            Self::Error => "failed",
            Self::Refused => "refused, nothing was written",
            Self::Waits => "waits for a person",
            Self::Partial => "not everything could be written",
            Self::Leased => "not begun, another run is writing",
            Self::Incomplete => "failed, a read was incomplete",
        }
    }

    /// The code of several instances: the first that occurred in the order 1, 7, 3, 6, 5, 4, 2, 0.
    pub fn and(self, other: Self) -> Self {
        const ORDER: [Exit; 8] = [
            Exit::Error,
            Exit::Incomplete,
            Exit::Refused,
            Exit::Leased,
            Exit::Partial,
            Exit::Waits,
            Exit::Changes,
            Exit::Done,
        ];
        ORDER.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(self)
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        match code {
            Code::Policies
            | Code::PolicyFiles
            | Code::Data
            | Code::Key
            | Code::AnotherKey
            | Code::Credential
            | Code::Clock
            | Code::Privacy
            | Code::Argument
            | Code::OneApplication
            | Code::UnknownApplication
            | Code::UnknownUser
            | Code::UnknownName
            | Code::UnsupportedApplication
            | Code::File
            | Code::LostStore
            | Code::FileExists
            | Code::Git
            | Code::ShallowClone
            | Code::Revision
            | Code::DefaultBranch
            | Code::Remote
            | Code::LedgerDatabase
            | Code::Ledger
            | Code::Undo
            | Code::Forge
            | Code::ForgeJob
            | Code::Probe
            | Code::Editor
            | Code::Machine
            | Code::Defect => Self::Error,
            Code::Branch | Code::Conflict | Code::LedgerMissing | Code::UnreviewedConnection => Self::Waits,
            Code::Overtaken => Self::Partial,
            Code::Leased => Self::Leased,
            Code::Incomplete | Code::Snapshot => Self::Incomplete,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// An error that ends a command early, with its message.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// What kind of error it is: the page of errors has a section for each.
    pub code: Code,
    /// The exit code.
    pub exit: Exit,
    /// What is wrong, and what to do.
    pub message: String,
    /// What comments, check runs, issues and job summaries say instead, if the message may hold a server's words
    /// (threat H13).
    published: Option<String>,
}

impl Stop {
    /// A stop with the exit code of its kind.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, exit: code.into(), message: message.into(), published: None }
    }

    /// The stop as people see it: `error[run/key]: MESSAGE`.
    pub fn line(&self) -> String {
        self.line_with(&self.message)
    }

    /// As [`Stop::line`], with other words, for those who may not see the message.
    pub fn line_with(&self, words: &str) -> String {
        format!("error[{}]: {words}", self.code.word())
    }

    /// What may be said on a forge, where others than the job's readers see it.
    pub fn published(&self) -> &str {
        self.published.as_deref().unwrap_or(&self.message)
    }
}

impl From<Incomplete> for Stop {
    fn from(incomplete: Incomplete) -> Self {
        let published = format!(
            "the read of {} is incomplete; only the job's log shows the server's answer",
            incomplete.source_name
        );
        Self { published: Some(published), ..Self::new(Code::Incomplete, incomplete.to_string()) }
    }
}

impl From<DataErrors> for Stop {
    fn from(errors: DataErrors) -> Self {
        Self::new(Code::Data, format!("policies and data do not fit together; nothing is planned\n{errors}"))
    }
}
