//! Reads GitHub: pull requests of commits, check runs, comments, branch rules, repository visibility.

use crate::http::{Answer, Call, HttpError, Limits, Method, Service};
use crate::model::{BranchRules, Commit, Secret};
use crate::wire::github::{
    CheckRun, DecodeError, HEADERS, IssueComment, PullRequest, RepositoryAddress, RepositoryFacts,
    TargetError, decode_branch, decode_check_runs, decode_comments, decode_protection, decode_pull,
    decode_pulls, decode_repository, decode_rules, help, target,
};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::sleep;

/// The pauses before each retry while GitHub does not yet know a commit's pull request: 60 s in total, since GitHub
/// lags (the gate, 5).
pub const COMMIT_LOOKUP_PAUSES: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(15), Duration::from_secs(30)];

/// The most pages of a list: far more than the comments or checks of any pull request.
const MAX_PAGES: usize = 200;
/// The most pages of closed pull requests that are searched for a commit: a merge is among the most recently updated.
const MAX_CLOSED_PAGES: usize = 10;

const COMMIT_PULLS: &str = "/repos/{owner}/{repo}/commits/{commit_sha}/pulls";
const PULLS: &str = "/repos/{owner}/{repo}/pulls";

/// Why GitHub was not read. Nothing is known then, so no change may be reported as held (the gate, 5.5).
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// A call failed.
    #[error("{error}{}", .help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Http {
        /// The error of the call.
        error: HttpError,
        /// What to do about it.
        help: Option<String>,
    },
    /// An answer that cannot be decoded.
    #[error("GET {route}: {error}")]
    Decode {
        /// The route template.
        route: &'static str,
        /// The decoding error.
        error: DecodeError,
    },
    /// The request cannot be built.
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl From<HttpError> for GitHubError {
    fn from(error: HttpError) -> Self {
        let help = match &error {
            HttpError::Status { method, route, status, .. } if !error.wants_pause() => {
                help(method, route, *status)
            }
            _ => None,
        };
        Self::Http { error, help }
    }
}

impl GitHubError {
    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Http { error, .. } => error.status(),
            _ => None,
        }
    }
}

/// A reader of one GitHub repository.
#[derive(Debug)]
pub struct GitHub {
    address: RepositoryAddress,
    service: Service,
}

impl GitHub {
    /// A reader with this token, which is sent only to URLs below the API's.
    ///
    /// # Errors
    /// When the URL is not plain `https`, or the token cannot be a header value.
    pub fn new(address: RepositoryAddress, token: &Secret, limits: Limits) -> Result<Self, GitHubError> {
        let service = Service::new(&address.api, Some(token), "application/json", limits)?;
        Ok(Self { address, service })
    }

    /// GitHub's clock minus ours in seconds, by its first answer; none: it has not answered yet.
    pub fn skew(&self) -> Option<i64> {
        self.service.skew()
    }

    /// The repository.
    pub fn address(&self) -> &RepositoryAddress {
        &self.address
    }

    /// The pull requests merged into `branch` that contain a commit; first the one whose merge made this commit. If
    /// there is none, retries after each of `pauses` (in production [`COMMIT_LOOKUP_PAUSES`]).
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit id is not valid.
    pub async fn merged_pulls_of_commit(
        &self,
        commit: &Commit,
        branch: &str,
        pauses: &[Duration],
    ) -> Result<Vec<PullRequest>, GitHubError> {
        let mut pauses = pauses.iter();
        loop {
            let mut found = self.pulls_of_commit(commit).await?;
            found.retain(|pull| pull.merged_into(branch));
            if found.is_empty() {
                found.extend(self.closed_pull_merged_as(commit, branch).await?);
            }
            let Some(pause) = pauses.next().filter(|_| found.is_empty()) else {
                found.sort_by_key(|pull| {
                    (pull.merge_commit.as_ref() != Some(commit), pull.merged_at, pull.number)
                });
                return Ok(found);
            };
            sleep(*pause).await;
        }
    }

    /// The pull requests that contain a commit, merged or not; empty if GitHub does not know the commit yet.
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit id is not valid.
    pub async fn pulls_of_commit(&self, commit: &Commit) -> Result<Vec<PullRequest>, GitHubError> {
        let target = target::pulls_of_commit(&self.address.repository, commit)?;
        let read = self.list(COMMIT_PULLS, target, MAX_PAGES, decode_pulls).await;
        match read {
            // Unknown commit. If a permission is missing, the list of pull requests reports that too.
            Err(error) if matches!(error.status(), Some(404 | 422)) => Ok(Vec::new()),
            read => read,
        }
    }

    /// The closed pull request into `branch` whose merge made a commit, among the most recently updated.
    async fn closed_pull_merged_as(
        &self,
        commit: &Commit,
        branch: &str,
    ) -> Result<Option<PullRequest>, GitHubError> {
        let target = target::closed_pulls(&self.address.repository, branch);
        let (mut found, mut pages) = (None, 0);
        self.pages(PULLS, target, MAX_PAGES, |body| {
            pages += 1;
            let matches =
                |pull: &PullRequest| pull.merged_into(branch) && pull.merge_commit.as_ref() == Some(commit);
            found = decode_pulls(body)?.into_iter().find(matches);
            Ok(found.is_some() || pages >= MAX_CLOSED_PAGES)
        })
        .await?;
        Ok(found)
    }

    /// One pull request.
    ///
    /// # Errors
    /// When GitHub cannot be read.
    pub async fn pull_request(&self, number: u64) -> Result<PullRequest, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/pulls/{pull_number}";
        let answer = self.get(ROUTE, target::pull(&self.address.repository, number)).await?;
        decode_pull(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
    }

    /// All check runs with this name on a commit, including older and incomplete ones, by any app; sorted by id, newest
    /// last.
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit id is not valid.
    pub async fn check_runs(&self, head: &Commit, name: &str) -> Result<Vec<CheckRun>, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/commits/{ref}/check-runs";
        let target = target::check_runs(&self.address.repository, head, name)?;
        let mut runs = self.list(ROUTE, target, MAX_PAGES, decode_check_runs).await?;
        runs.retain(|run| run.name == name && run.head == *head);
        runs.sort_by_key(|run| run.id);
        runs.dedup_by_key(|run| run.id);
        Ok(runs)
    }

    /// The comments on a pull request or an issue; the oldest come first.
    ///
    /// # Errors
    /// When GitHub cannot be read.
    pub async fn comments(&self, number: u64) -> Result<Vec<IssueComment>, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
        let target = target::comments(&self.address.repository, number, true);
        self.list(ROUTE, target, MAX_PAGES, decode_comments).await
    }

    /// The facts about the repository, such as its visibility.
    ///
    /// # Errors
    /// When GitHub cannot be read.
    pub async fn repository(&self) -> Result<RepositoryFacts, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}";
        let answer = self.get(ROUTE, target::repository(&self.address.repository)).await?;
        decode_repository(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
    }

    /// The rules of a branch, from rulesets and from the older protection. A workflow's own token cannot read all of
    /// the latter; then the rules are `partial`.
    ///
    /// # Errors
    /// When GitHub cannot be read, or no branch can have this name.
    pub async fn branch_rules(&self, branch: &str) -> Result<BranchRules, GitHubError> {
        const RULES: &str = "/repos/{owner}/{repo}/rules/branches/{branch}";
        const BRANCH: &str = "/repos/{owner}/{repo}/branches/{branch}";
        let mut rules = BranchRules::default();
        let rulesets =
            self.pages(RULES, target::rules(&self.address.repository, branch)?, MAX_PAGES, |body| {
                rules = std::mem::take(&mut rules).and(decode_rules(body)?);
                Ok(false)
            });
        match rulesets.await {
            // A server without rulesets.
            Err(error) if error.status() == Some(404) => rules.partial = true,
            read => read?,
        }
        let answer = self.get(BRANCH, target::branch(&self.address.repository, branch)?).await?;
        let known =
            decode_branch(&answer.body).map_err(|error| GitHubError::Decode { route: BRANCH, error })?;
        let rules = rules.and(known.rules);
        if !known.protected {
            return Ok(rules);
        }
        Ok(rules.and(self.protection(branch).await?))
    }

    async fn protection(&self, branch: &str) -> Result<BranchRules, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/branches/{branch}/protection";
        let unseen = BranchRules { partial: true, ..BranchRules::default() };
        match self.get(ROUTE, target::protection(&self.address.repository, branch)?).await {
            Ok(answer) => {
                decode_protection(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
            }
            // "Branch not protected": a ruleset applies instead. Without permission the status is the same, but not
            // this text.
            Err(GitHubError::Http { error: HttpError::Status { status: 404, detail, .. }, .. })
                if detail.contains("not protected") =>
            {
                Ok(BranchRules::default())
            }
            Err(error) if matches!(error.status(), Some(403 | 404)) => Ok(unseen),
            Err(error) => Err(error),
        }
    }

    async fn get(&self, route: &'static str, target: String) -> Result<Answer, GitHubError> {
        Ok(self.service.send(&call(route, target)).await?)
    }

    /// All objects of a list.
    async fn list<T>(
        &self,
        route: &'static str,
        target: String,
        most: usize,
        decode: impl Fn(&[u8]) -> Result<Vec<T>, DecodeError>,
    ) -> Result<Vec<T>, GitHubError> {
        let mut all = Vec::new();
        self.pages(route, target, most, |body| {
            all.extend(decode(body)?);
            Ok(false)
        })
        .await?;
        Ok(all)
    }

    /// Passes pages to `take` until it has enough.
    async fn pages(
        &self,
        route: &'static str,
        target: String,
        most: usize,
        mut take: impl FnMut(&[u8]) -> Result<bool, DecodeError>,
    ) -> Result<(), GitHubError> {
        let pages = self.service.pages(call(route, target), most, |body| {
            let enough = take(body).map_err(|error| GitHubError::Decode { route, error })?;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        pages.await
    }
}

fn call(route: &'static str, target: String) -> Call {
    Call { headers: HEADERS.to_vec(), ..Call::new(Method::Get, route, target) }
}
