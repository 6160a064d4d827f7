//! The environment of a GitHub Actions job.

use super::repository::{Repository, RepositoryError};
use super::repository_address::{API, APP, RepositoryAddress};

/// The variable that holds the token. It is not in a job's environment unless the workflow puts it there.
pub const TOKEN: &str = "GITHUB_TOKEN";

/// A job, or a shell with the same variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions {
    /// GitHub's API, and the repository.
    pub address: RepositoryAddress,
    /// The event that started the job: `pull_request`, `push`, `schedule`, `workflow_dispatch`; `None` outside jobs.
    pub event: Option<String>,
    /// The pull request that the job runs for, from `GITHUB_REF` `refs/pull/NUMBER/merge`. `None` in a job of
    /// `pull_request_target` and after the merge.
    pub pull_request: Option<u64>,
    /// The target branch of the pull request.
    pub base_branch: Option<String>,
    /// The branch that was pushed.
    pub branch: Option<String>,
    /// The run's id.
    pub run: Option<u64>,
    /// The attempt number of the run, from 1.
    pub attempt: Option<u64>,
    /// The login of the account that started the run.
    pub actor: Option<String>,
    /// That account's id.
    pub actor_id: Option<u64>,
    /// The path of the event's JSON, read by [`super::decode_event`].
    pub event_file: Option<String>,
}

/// An environment that is not what GitHub documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionsError {
    /// Not a repository.
    #[error("`GITHUB_REPOSITORY`: {0}")]
    Repository(#[from] RepositoryError),
    /// Not a number.
    #[error("`{variable}` is `{value}`: expected a number")]
    Number {
        /// The variable.
        variable: &'static str,
        /// Its value, truncated.
        value: String,
    },
}

/// Reads the environment through `variable`; `None` if `GITHUB_REPOSITORY` is not set, which means outside GitHub.
///
/// # Errors
/// When a variable has a value that GitHub never sets.
pub fn actions(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Actions>, ActionsError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let Some(repository) = set("GITHUB_REPOSITORY") else { return Ok(None) };
    let api = set("GITHUB_API_URL").unwrap_or_else(|| API.to_owned());
    let reference = set("GITHUB_REF").unwrap_or_default();
    Ok(Some(Actions {
        address: RepositoryAddress { api, repository: Repository::parse(&repository)?, app: APP.to_owned() },
        event: set("GITHUB_EVENT_NAME"),
        pull_request: pull_request(&reference),
        base_branch: set("GITHUB_BASE_REF"),
        branch: reference.strip_prefix("refs/heads/").map(str::to_owned),
        run: number("GITHUB_RUN_ID", set("GITHUB_RUN_ID"))?,
        attempt: number("GITHUB_RUN_ATTEMPT", set("GITHUB_RUN_ATTEMPT"))?,
        actor: set("GITHUB_ACTOR"),
        actor_id: number("GITHUB_ACTOR_ID", set("GITHUB_ACTOR_ID"))?,
        event_file: set("GITHUB_EVENT_PATH"),
    }))
}

/// The number in `refs/pull/NUMBER/merge` or `refs/pull/NUMBER/head`.
fn pull_request(reference: &str) -> Option<u64> {
    let (number, end) = reference.strip_prefix("refs/pull/")?.split_once('/')?;
    digits(number).filter(|number| *number > 0 && matches!(end, "merge" | "head"))
}

fn number(variable: &'static str, value: Option<String>) -> Result<Option<u64>, ActionsError> {
    let Some(value) = value else { return Ok(None) };
    let number = digits(&value).ok_or(ActionsError::Number { variable, value: shortened(&value) });
    number.map(Some)
}

fn digits(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(80).collect()
}
