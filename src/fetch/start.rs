//! Reads the start state file of an embedded store.

use super::handwritten;
use crate::snapshot::Incomplete;
use crate::wire::Problem;
use crate::wire::start::{StartState, Vocabulary, parse};
use std::path::Path;

/// Reads `startFrom` of an application.
///
/// # Errors
/// When the file cannot be read or has problems; lists all problems with their lines.
pub fn read(application: &str, path: &Path, vocabulary: &Vocabulary) -> Result<StartState, Incomplete> {
    let incomplete = |problem| Incomplete::new(format!("application `{application}`"), problem);
    let text = handwritten::text(path).map_err(incomplete)?;
    parse(&path.display().to_string(), &text, vocabulary).map_err(|problems| {
        let list = Problem::list(&problems);
        incomplete(format!("correct its start state first:{list}"))
    })
}
