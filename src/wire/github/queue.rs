//! Branches of a merge queue: each holds one pull request on top of those before it.

use super::decode::is_object_id;

/// Where GitHub keeps them.
const PREFIX: &str = "gh-readonly-queue/";

/// The branches of a queue into this one.
pub fn queue(branch: &str) -> String {
    format!("{PREFIX}{branch}/")
}

/// The branch that a queue's branch is to be merged into, and the pull request that it ends with:
/// `gh-readonly-queue/BRANCH/pr-NUMBER-COMMIT`. None: it is no queue's.
pub fn queued(branch: &str) -> Option<(&str, u64)> {
    let (into, name) = branch.strip_prefix(PREFIX)?.rsplit_once('/')?;
    let (number, commit) = name.strip_prefix("pr-")?.split_once('-')?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit()) && is_object_id(commit);
    Some((into, number.parse().ok().filter(|number| digits && *number > 0)?))
}
