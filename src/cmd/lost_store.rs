#![expect(clippy::disallowed_methods, reason = "door: CI says in its environment where it is")]
//! Account stores that a job of CI loses: embedded ones in the work tree, which a machine throws away, and a runner of one's
//! own cleans, before the next job.

use super::code::Code;
use super::exit::Stop;
use super::workspace::Side;
use crate::model::ApplicationConnection;
use std::env;
use std::path::Path;

/// The store of an enabled application that lies in the repository's work tree, as the policies name it.
pub(super) fn store_in_tree<'s>(side: Side<'s>, root: &Path) -> Option<&'s str> {
    let ApplicationConnection::Sqlite { path, .. } = &side.policy.connection else { return None };
    let place = side.workspace.access.folder.store(path).ok()?;
    let folder = place.parent()?.canonicalize().ok()?;
    let is_inside = folder.starts_with(root.canonicalize().ok()?);
    (side.policy.enabled && is_inside).then_some(path.as_str())
}

/// Refuses to write to a store that is lost when this job of CI ends.
///
/// # Errors
/// It is lost: the next run would find fewer accounts than this one left, and be refused.
pub(super) fn check(side: Side<'_>, root: &Path) -> Result<(), Stop> {
    let is_job =
        ["GITHUB_ACTIONS", "GITLAB_CI"].iter().any(|name| env::var(name).is_ok_and(|value| value == "true"));
    match store_in_tree(side, root).filter(|_| is_job) {
        None => Ok(()),
        Some(store) => Err(Stop::new(
            Code::LostStore,
            format!(
                "`{store}` is in the job's work tree, which is lost when the job ends: nothing is applied; connect a real application, or \
                 keep the store elsewhere (`--data`), or write `enabled: false` in the `Application`"
            ),
        )),
    }
}
