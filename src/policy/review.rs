//! How changes are approved, and what others may see of people (the policy language, 11; the gate, 8).

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

// Greater shows less.
words! {
    /// What others may see of people.
    #[schemars(rename = "PrivacyWord")]
    pub enum Privacy {
        /// Names and values.
        Names = "names",
        /// Pseudonyms, stable within a pull request.
        Pseudonyms = "pseudonyms",
        /// Counts alone.
        Counts = "counts",
    }
}
