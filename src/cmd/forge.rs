#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! The forge, from CI's environment: its evidence for `apply`, and publishing for `plan`.

use super::clock::{Stopwatch, sleep};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::out;
use crate::fetch::github::{GitHub, GitHubError};
use crate::fetch::own_secret;
use crate::gate::{Check, CommitPulls, Pull};
use crate::http::Limits;
use crate::model::{Commit, Secret};
use crate::policy::Privacy;
use crate::publish::PublishError;
use crate::publish::github::{Publisher, Upserted};
use crate::wire::github::{Actions, Conclusion, PullRequest, RepositoryAddress, TOKEN, Visibility, actions};
use std::env;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The time to wait before the forge is asked again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The largest difference of clocks, in seconds.
const MAX_SKEW: u64 = 3600;

/// GitHub, with the token of this job.
pub(super) struct Forge {
    address: RepositoryAddress,
    token: Secret,
    reader: GitHub,
    runtime: Runtime,
}

impl From<GitHubError> for Stop {
    fn from(error: GitHubError) -> Self {
        Self::new(Code::Forge, format!("GitHub: {error}"))
    }
}

impl From<PublishError> for Stop {
    fn from(error: PublishError) -> Self {
        Self::new(Code::Forge, format!("GitHub: {error}"))
    }
}

/// The data of the current job; none outside of GitHub Actions.
pub(super) fn job() -> Result<Option<Actions>, Stop> {
    let job =
        actions(|name| env::var(name).ok()).map_err(|error| Stop::new(Code::ForgeJob, error.to_string()))?;
    // Another app than GitHub Actions may publish the records: the operator can set this, a policy cannot.
    let app = env::var("ROLEWRIGHT_CHECKS_APP").ok().filter(|app| !app.is_empty());
    Ok(job.map(|mut job| {
        job.address.app = app.unwrap_or(job.address.app);
        job
    }))
}

impl Forge {
    /// The forge in CI's environment.
    pub(super) fn of_environment() -> Result<Self, Stop> {
        let missing = |what: &str| {
            Stop::new(
                Code::ForgeJob,
                format!(
                    "policies are reviewed in pull requests (`review: {{ forge: github }}`), and {what}: run in \
                    GitHub Actions, or set `GITHUB_REPOSITORY` to `owner/name` and `{TOKEN}` to a token that may \
                    read checks and pull requests"
                ),
            )
        };
        let address = job()?.ok_or_else(|| missing("no repository is named"))?.address;
        let token = own_secret(TOKEN).map_err(|problem| missing(&problem))?;
        let reader = GitHub::new(address.clone(), &token, Limits::default())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Stop::new(Code::Machine, error.to_string()))?;
        Ok(Self { address, token, reader, runtime })
    }

    /// Compares clocks with the forge's, after it answered: dates in policies act by this machine's.
    ///
    /// # Errors
    /// They differ by more than an hour.
    pub(super) fn check_clock(&self) -> Result<(), Stop> {
        let Some(skew) = self.reader.skew().filter(|skew| skew.unsigned_abs() > MAX_SKEW) else {
            return Ok(());
        };
        let direction = if skew > 0 { "behind" } else { "ahead of" };
        Err(Stop::new(
            Code::Clock,
            format!(
                "this machine's clock is {} s {direction} the forge's: dates in policies would act on other days than people were \
             shown; set the clock",
                skew.unsigned_abs()
            ),
        ))
    }

    /// The app that CI publishes check runs as.
    pub(super) fn app(&self) -> &str {
        &self.address.app
    }

    /// Blocks until there is an answer.
    pub(super) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// The pull requests that added commits to a branch, each with the check runs of an instance on its last commit.
    /// While the forge knows none for a commit, it is asked again for this long, because its data may be delayed.
    pub(super) fn pulls_of(
        &self,
        commits: &[Commit],
        branch: &str,
        instance: &str,
        patience: Duration,
    ) -> Result<Vec<CommitPulls>, Stop> {
        let nothing =
            |commit: &Commit| CommitPulls { commit: commit.clone(), pulls: Vec::new(), mends: None };
        let mut commits: Vec<CommitPulls> = commits.iter().map(nothing).collect();
        let watch = Stopwatch::start();
        loop {
            for unknown in commits.iter_mut().filter(|commit| commit.pulls.is_empty()) {
                unknown.pulls = self.merged(&unknown.commit, branch, instance)?;
            }
            let left = patience.saturating_sub(watch.elapsed());
            if left.is_zero() || commits.iter().all(|commit| !commit.pulls.is_empty()) {
                return Ok(commits);
            }
            out::talk("the forge lists no pull request for a commit yet; asking again");
            sleep(left.min(LOOK_AGAIN));
        }
    }

    /// The pull requests that added one commit to a branch, as in [`Forge::pulls_of`], asked for once.
    pub(super) fn merged(&self, commit: &Commit, branch: &str, instance: &str) -> Result<Vec<Pull>, Stop> {
        self.wait(self.pulls(commit, branch, instance))
    }

    async fn pulls(&self, commit: &Commit, branch: &str, instance: &str) -> Result<Vec<Pull>, Stop> {
        let mut pulls = Vec::new();
        for pull in self.reader.merged_pulls_of_commit(commit, branch, &[]).await? {
            let merged_at = pull.merged_at;
            pulls.push(self.with_checks(pull, instance, merged_at).await?);
        }
        Ok(pulls)
    }

    /// A pull request in a merge queue, with the check runs of an instance on its last commit. It counts as merged
    /// after every check run.
    pub(super) fn queued(&self, number: u64, instance: &str) -> Result<Pull, Stop> {
        self.wait(async {
            let pull = self.reader.pull_request(number).await?;
            self.with_checks(pull, instance, Some(i64::MAX)).await
        })
    }

    async fn with_checks(
        &self,
        pull: PullRequest,
        instance: &str,
        merged_at: Option<i64>,
    ) -> Result<Pull, Stop> {
        let name = check_name(instance);
        let runs = self.reader.check_runs(&pull.head, &name).await?;
        // Whatever the forge lists: what a run says of itself is no plan.
        let checks = runs.into_iter().filter(|run| run.name == name).filter_map(|run| {
            let app = run.app.filter(|_| run.status == "completed")?.slug;
            Some(Check { app, completed_at: run.completed_at?, text: run.output.text.unwrap_or_default() })
        });
        Ok(Pull {
            number: pull.number,
            branch: pull.base_branch,
            merged_at,
            head: pull.head.0,
            checks: checks.collect(),
        })
    }

    /// The summary of CI's newest completed check run with a name on a commit.
    pub(super) fn summary(&self, head: &Commit, name: &str) -> Result<Option<String>, Stop> {
        let runs = self.wait(self.reader.check_runs(head, name))?;
        let ours = runs.into_iter().filter(|run| run.name == name && run.completed_by(self.app()));
        Ok(ours.max_by_key(|run| run.id).and_then(|run| run.output.summary))
    }

    /// How people may be named if the policies don't say it: by name in a private repository, by pseudonym in any
    /// other, by counts if the visibility is unknown.
    pub(super) fn privacy(&self) -> Privacy {
        match self.wait(self.reader.repository()) {
            Ok(facts) => match facts.visibility {
                Visibility::Private => Privacy::Names,
                Visibility::Public | Visibility::Internal => Privacy::Pseudonyms,
                Visibility::Unknown => Privacy::Counts,
            },
            Err(_) => Privacy::Counts,
        }
    }

    /// The writer for the forge.
    pub(super) fn publisher(&self) -> Result<Publisher, Stop> {
        Ok(Publisher::new(self.address.clone(), &self.token, Limits::default())?)
    }
}

/// The name of an instance's check runs.
pub(super) fn check_name(instance: &str) -> String {
    format!("rolewright/{instance}")
}

/// What was done with a comment, in words.
pub(super) fn told(upserted: Upserted) -> String {
    match upserted {
        Upserted::Created(_) => "a comment was written".to_owned(),
        Upserted::Updated(_) => "the comment was updated".to_owned(),
        Upserted::Unchanged(_) => "the comment is unchanged".to_owned(),
        Upserted::Superseded(newer) => {
            format!("its last commit is {newer} by now: the run of that commit writes the comment")
        }
    }
}

/// The conclusion of a check run for an exit code.
pub(super) fn conclusion(exit: Exit) -> Conclusion {
    match exit {
        Exit::Done => Conclusion::Success,
        Exit::Waits => Conclusion::ActionRequired,
        Exit::Error | Exit::Refused | Exit::Incomplete | Exit::Changes | Exit::Partial | Exit::Leased => {
            Conclusion::Failure
        }
    }
}

/// What started this run, in the ledger's words.
pub(super) fn cause() -> String {
    let event = job().ok().flatten().and_then(|job| job.event);
    event
        .filter(|event| ["push", "schedule"].contains(&event.as_str()))
        .unwrap_or_else(|| "manual".to_owned())
}

/// The forge's number of the person who started this run.
pub(super) fn actor() -> Option<String> {
    job().ok().flatten()?.actor_id.map(|id| id.to_string())
}
