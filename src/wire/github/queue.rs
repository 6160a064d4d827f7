//! Branches of a merge queue: each holds one pull request on top of the earlier ones.

use super::decode::is_object_id;

/// The prefix of such branches.
const PREFIX: &str = "gh-readonly-queue/";

/// The prefix of the queue branches for this target branch.
pub fn queue_prefix(branch: &str) -> String {
    format!("{PREFIX}{branch}/")
}

/// The target branch and the last pull request of a queue's branch `gh-readonly-queue/BRANCH/pr-NUMBER-COMMIT`; `None`
/// for any other branch.
pub fn parse_queue_branch(branch: &str) -> Option<(&str, u64)> {
    let (into, name) = branch.strip_prefix(PREFIX)?.rsplit_once('/')?;
    let (number, commit) = name.strip_prefix("pr-")?.split_once('-')?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit()) && is_object_id(commit);
    Some((into, number.parse().ok().filter(|number| digits && *number > 0)?))
}
