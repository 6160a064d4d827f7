//! Ids of records.

use crate::model::words;
use serde::Serialize;

/// A record's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdField {
    /// Where it stands.
    pub at: String,
    /// Its type in bodies.
    pub kind: IdType,
}

words! {
    /// The type of a record's id.
    pub enum IdType {
        /// A text.
        Text = "text",
        /// A whole number.
        Number = "number",
    }
}
