//! GitHub's REST API (version 2022-11-28) without IO: requests, answers, length limits, the meaning of refusals; and
//! the environment of a GitHub Actions job.
//!
//! Takes bytes, gives pull requests, check runs, comments, issues, rules; takes values, gives targets and bodies, or an
//! error if GitHub would reject them. All input is hostile: ids are numbers, commits hexadecimal, times RFC 3339.
//! Never: sockets, secrets, a clock.

mod account;
mod actions;
mod check;
mod comment;
mod decode;
mod issue;
mod limit;
mod marker;
mod pull;
mod queue;
mod refusal;
mod repository;
mod repository_address;
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
pub use marker::{Marker, MarkerError, same_text};
pub use pull::{PullRequest, decode_event, decode_pull, decode_pulls};
pub use queue::{parse_queue_branch, queue_prefix};
pub use refusal::help;
pub use repository::{Repository, RepositoryError, RepositoryFacts, Visibility, decode_repository};
pub use repository_address::{API, APP, RepositoryAddress};
pub use rules::{Protected, decode_branch, decode_protection, decode_rules};
pub use target::{TargetError, commit_id};

/// Headers of every call: the media type, and the API version that this room reads.
pub const HEADERS: [(&str, &str); 2] =
    [("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
