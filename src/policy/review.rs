//! How changes are approved, and what others may see of people (the policy language, 11; the gate, 8).

use serde::Serialize;

/// How changes are approved. Greater is stricter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Review {
    /// Being on the protected branch is the approval.
    #[default]
    None,
    /// GitHub's pull requests, each with the record of what its plan showed.
    Github,
}

/// What others may see of people. Greater shows less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privacy {
    /// Names and values.
    Names,
    /// Pseudonyms, stable within a pull request.
    Pseudonyms,
    /// Counts alone.
    Counts,
}
