//! How changes are approved, and how output names people (the policy language, 11; the gate, 8).

use crate::model::words;

words! {
    /// How changes are approved: by being on the protected branch, or through pull requests, each with the record of what its
    /// plan showed. Greater is stricter.
    #[derive(Default)]
    pub enum Review {
        /// Being on the protected branch is the approval.
        #[default]
        None = "none",
        /// GitHub, including GitHub Enterprise Server.
        Github = "github",
    }
}

words! {
    /// How changes are approved, as one word.
    pub enum ReviewWord of Review { None }
}

words! {
    /// A forge whose pull requests approve changes.
    pub enum ForgeWord of Review { Github }
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
