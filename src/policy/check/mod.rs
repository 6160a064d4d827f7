//! Rules across documents, one a file.

use super::documents::Documents;
use super::finding::Finding;
use crate::model::{Date, SourceSet};

/// Asks every rule. `readable` says whether every document could be read, so that what is missing is truly missing.
pub(super) fn check(
    _documents: &Documents,
    _sources: &SourceSet,
    _as_of: Date,
    _readable: bool,
) -> Vec<Finding> {
    Vec::new()
}
