//! How changes are approved, and how output names people (the policy language, 11; the gate, 8).

use crate::model::words;
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

// A greater value shows less.
words! {
    /// How output that others can read names people.
    #[schemars(rename = "PrivacyWord")]
    pub enum Privacy {
        /// By names and values.
        Names = "names",
        /// By pseudonyms, stable within a pull request.
        Pseudonyms = "pseudonyms",
        /// Not at all: only counts are shown.
        Counts = "counts",
    }
}
