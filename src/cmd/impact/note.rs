//! The note on a GitLab merge request.

use super::publish::MARKER;
use crate::cmd::exit::Stop;
use crate::cmd::gitlab::GitLab;
use crate::model::Commit;

/// Creates or updates the note.
pub(super) fn note(number: u64, head: &Commit, text: &str) -> Result<(), Stop> {
    GitLab::of_environment()?.note(number, MARKER, head, text)
}
