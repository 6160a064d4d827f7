//! Reads the file of accounts that an embedded store starts with.

use super::handwritten;
use crate::snapshot::Incomplete;
use crate::wire::Problem;
use crate::wire::start::{StartState, Vocabulary, parse};
use std::path::Path;

/// Reads `startFrom` of an application.
///
/// # Errors
/// When the file cannot be read, or anything in it is wrong: all of it, each with its line.
pub fn read(application: &str, path: &Path, vocabulary: &Vocabulary) -> Result<StartState, Incomplete> {
    let incomplete = |problem| Incomplete::new(format!("application `{application}`"), problem);
    let text = handwritten::text(path).map_err(incomplete)?;
    parse(&path.display().to_string(), &text, vocabulary).map_err(|problems| {
        let list = Problem::list(&problems);
        incomplete(format!("mend its start state first:{list}"))
    })
}
