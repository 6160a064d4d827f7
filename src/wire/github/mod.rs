//! GitHub's REST API (version 2022-11-28) without IO: what is asked of it, what it answers, what it takes, what a refusal
//! means; and what a job of GitHub Actions says of itself.
//!
//! Takes bytes, gives pull requests, check runs, comments, issues, rules; takes words, gives targets and bodies, or an
//! error where GitHub would not take them. Everything that comes is hostile: ids are numbers, commits hexadecimal, times
//! RFC 3339. Never: sockets, secrets, a clock.

mod account;
mod actions;
mod check;
mod comment;
mod decode;
mod issue;
mod limit;
mod marker;
mod place;
mod pull;
mod queue;
mod refusal;
mod repository;
mod rules;
pub mod target;

pub use account::{Account, App, decode_account, is_installation};
pub use actions::{Actions, ActionsError, TOKEN, actions};
pub use check::{
    Annotation, BATCH, CheckRun, Conclusion, Level, NewCheckRun, Output, decode_check_run, decode_check_runs,
};
pub use comment::{IssueComment, comment_body, decode_comment, decode_comments};
pub use decode::DecodeError;
pub use issue::{Issue, closed_body, decode_issue, decode_issues, issue_body};
pub use limit::{COMMENT, OUTPUT, TITLE, TooLong};
pub use marker::{Marker, MarkerError, same};
pub use place::{API, APP, Place};
pub use pull::{PullRequest, decode_event, decode_pull, decode_pulls};
pub use queue::{queue, queued};
pub use refusal::help;
pub use repository::{Repository, RepositoryError, RepositoryFacts, Visibility, decode_repository};
pub use rules::{Protected, decode_branch, decode_protection, decode_rules};
pub use target::{TargetError, commit_id};

/// Headers of every call: the form of answers, and the version of the API that this room reads.
pub const HEADERS: [(&str, &str); 2] =
    [("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
