//! A change of a file's text.

use super::position::LineRange;
use crate::model::FileId;

/// A text in the place of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// What is replaced; empty: the text is put in.
    pub range: LineRange,
    /// The new text.
    pub text: String,
}
