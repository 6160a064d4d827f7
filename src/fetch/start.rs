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
    read_text(
        application,
        path,
        &handwritten::text(path).map_err(|problem| of(application, problem))?,
        vocabulary,
    )
}

/// The same of a text that was read already; `path` is shown.
///
/// # Errors
/// When the text has problems.
pub fn read_text(
    application: &str,
    path: &Path,
    text: &str,
    vocabulary: &Vocabulary,
) -> Result<StartState, Incomplete> {
    parse(&path.display().to_string(), text, vocabulary).map_err(|problems| {
        let list = Problem::list(&problems);
        of(application, format!("correct its start state first:{list}"))
    })
}

fn of(application: &str, problem: String) -> Incomplete {
    Incomplete::new(format!("application `{application}`"), problem)
}
