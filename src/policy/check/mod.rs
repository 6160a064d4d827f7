//! Rules across documents, one a file.

use super::finding::Finding;
use super::read::Read;
use crate::model::{Date, SourceSet};

/// Asks every rule.
pub(super) fn check(_read: &Read, _sources: &SourceSet, _as_of: Date) -> Vec<Finding> {
    Vec::new()
}
