//! What a ledger holds, and how it is replaced, wherever it is.

use crate::gate::{RunRecord, Settled, State};

/// The ledger's value when it was read, which it must still have to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head(Option<String>);

impl Head {
    /// There was no ledger.
    pub(super) fn absent() -> Self {
        Self(None)
    }

    /// There was one: of a ref its commit, of a row its version.
    pub(super) fn at(value: String) -> Self {
        Self(Some(value))
    }

    /// The value; `None` if there was no ledger.
    pub(super) fn value(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// The contents of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The ledger's value, for the next replacement.
    pub head: Head,
    /// The state; an initial one if there is no ledger.
    pub state: State,
    /// The run records, newest first.
    pub runs: Vec<RunRecord>,
    /// The git tree of the policies last settled; it is in the repository even if their commit was deleted.
    pub settled_tree: Option<String>,
}

impl Loaded {
    /// There is no ledger: the state before the first run.
    pub(super) fn absent(instance: &str) -> Self {
        Self { head: Head::absent(), state: State::first(instance), runs: Vec::new(), settled_tree: None }
    }

    /// Whether there is a ledger; otherwise this is the state before the first run.
    pub fn exists(&self) -> bool {
        self.head.value().is_some()
    }
}

/// The outcome of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The ledger has the new value.
    Done(Head),
    /// Another writer replaced it first; nothing was changed.
    Refused,
}

/// The settled policies as a ledger knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledPolicies {
    /// Their origin.
    pub settled: Settled,
    /// The git tree of their folder.
    pub tree: String,
}

/// The settled policies around one run; `None` if none were settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledAround {
    /// Before the run.
    pub before: Option<SettledPolicies>,
    /// After the run.
    pub after: Option<SettledPolicies>,
}

/// A ledger with its whole history, to be carried to another kind of place.
pub(super) struct Whole {
    pub(super) state: State,
    pub(super) settled_tree: Option<String>,
    pub(super) runs: Vec<WholeRun>,
}

/// A run, and what was settled after it.
pub(super) struct WholeRun {
    pub(super) record: RunRecord,
    pub(super) settled: Option<SettledPolicies>,
}
