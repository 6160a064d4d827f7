//! Reads GitHub: pull requests of commits, check runs, comments, rules of branches, who sees a repository.

use crate::http::{Answer, Call, HttpError, Limits, Method, Service};
use crate::model::{BranchRules, Commit, Secret};
use crate::wire::github::{
    CheckRun, DecodeError, HEADERS, IssueComment, Place, PullRequest, RepositoryFacts, TargetError,
    decode_branch, decode_check_runs, decode_comments, decode_protection, decode_pull, decode_pulls,
    decode_repository, decode_rules, help, target,
};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::sleep;

/// How long to wait, and look again, while GitHub does not know a commit's pull request: 60 s, for it lags (the gate, 5).
pub const LOOK_AGAIN: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(15), Duration::from_secs(30)];

/// Pages that a list may have: far more than any pull request has comments or checks.
const PAGES: usize = 200;
/// Pages of closed pull requests that are looked through for a commit's: a merge is among those that changed last.
const RECENT: usize = 10;

const COMMIT_PULLS: &str = "/repos/{owner}/{repo}/commits/{commit_sha}/pulls";
const PULLS: &str = "/repos/{owner}/{repo}/pulls";

/// What keeps GitHub from being read. Nothing is known then: nothing may be called held (the gate, 5.5).
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// A call was not answered with success.
    #[error("{error}{}", .help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Http {
        /// What it met.
        error: HttpError,
        /// What to do about it.
        help: Option<String>,
    },
    /// An answer that cannot be understood.
    #[error("GET {route}: {error}")]
    Decode {
        /// The route's template.
        route: &'static str,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// What was asked for cannot be.
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
    /// The status of the answer, where one came that was no success.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Http { error, .. } => error.status(),
            _ => None,
        }
    }
}

/// One repository on GitHub, to be read.
#[derive(Debug)]
pub struct GitHub {
    place: Place,
    service: Service,
}

impl GitHub {
    /// A reader with this token, which is sent nowhere but below the API's URL.
    ///
    /// # Errors
    /// When the URL is no plain `https` one, or the token fits no header.
    pub fn new(place: Place, token: &Secret, limits: Limits) -> Result<Self, GitHubError> {
        let service = Service::new(&place.api, Some(token), "application/json", limits)?;
        Ok(Self { place, service })
    }

    /// What is read.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The pull requests merged into `branch` that brought a commit; the likeliest first: the one whose merge made this very
    /// commit. Where there is none, looks again after each of these pauses: [`LOOK_AGAIN`], but for tests.
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit is none.
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
                found.extend(self.closed_by(commit, branch).await?);
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

    /// The pull requests that GitHub says a commit belongs to, merged or not. One that it does not know yet has none.
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit is none.
    pub async fn pulls_of_commit(&self, commit: &Commit) -> Result<Vec<PullRequest>, GitHubError> {
        let target = target::pulls_of_commit(&self.place.repository, commit)?;
        let read = self.list(COMMIT_PULLS, target, PAGES, decode_pulls).await;
        match read {
            // Unknown commit. Where it is a matter of permission, the list of pull requests says so too.
            Err(error) if matches!(error.status(), Some(404 | 422)) => Ok(Vec::new()),
            read => read,
        }
    }

    /// The closed pull request into `branch` whose merge made a commit, among those that changed last.
    async fn closed_by(&self, commit: &Commit, branch: &str) -> Result<Option<PullRequest>, GitHubError> {
        let target = target::closed_pulls(&self.place.repository, branch);
        let (mut found, mut pages) = (None, 0);
        self.pages(PULLS, target, PAGES, |body| {
            pages += 1;
            let fits =
                |pull: &PullRequest| pull.merged_into(branch) && pull.merge_commit.as_ref() == Some(commit);
            found = decode_pulls(body)?.into_iter().find(fits);
            Ok(found.is_some() || pages >= RECENT)
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
        let answer = self.get(ROUTE, target::pull(&self.place.repository, number)).await?;
        decode_pull(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
    }

    /// All check runs with this name on a commit, older ones too, whoever made them and whether or not they are completed;
    /// by id: the newest last.
    ///
    /// # Errors
    /// When GitHub cannot be read, or the commit is none.
    pub async fn check_runs(&self, head: &Commit, name: &str) -> Result<Vec<CheckRun>, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/commits/{ref}/check-runs";
        let target = target::check_runs(&self.place.repository, head, name)?;
        let mut runs = self.list(ROUTE, target, PAGES, decode_check_runs).await?;
        runs.retain(|run| run.name == name && run.head == *head);
        runs.sort_by_key(|run| run.id);
        runs.dedup_by_key(|run| run.id);
        Ok(runs)
    }

    /// The comments on a pull request or an issue, the oldest first.
    ///
    /// # Errors
    /// When GitHub cannot be read.
    pub async fn comments(&self, number: u64) -> Result<Vec<IssueComment>, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
        let target = target::comments(&self.place.repository, number, true);
        self.list(ROUTE, target, PAGES, decode_comments).await
    }

    /// What GitHub says of the repository; who sees it, for one.
    ///
    /// # Errors
    /// When GitHub cannot be read.
    pub async fn repository(&self) -> Result<RepositoryFacts, GitHubError> {
        const ROUTE: &str = "/repos/{owner}/{repo}";
        let answer = self.get(ROUTE, target::repository(&self.place.repository)).await?;
        decode_repository(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
    }

    /// What has to happen before something gets into a branch, by rulesets and by the older protection. A workflow's own
    /// token may not read all of the latter; then the rules are `partial`.
    ///
    /// # Errors
    /// When GitHub cannot be read, or no branch can have that name.
    pub async fn branch_rules(&self, branch: &str) -> Result<BranchRules, GitHubError> {
        const RULES: &str = "/repos/{owner}/{repo}/rules/branches/{branch}";
        const BRANCH: &str = "/repos/{owner}/{repo}/branches/{branch}";
        let mut rules = BranchRules::default();
        let rulesets = self.pages(RULES, target::rules(&self.place.repository, branch)?, PAGES, |body| {
            rules = std::mem::take(&mut rules).and(decode_rules(body)?);
            Ok(false)
        });
        match rulesets.await {
            // A server from before there were rulesets.
            Err(error) if error.status() == Some(404) => rules.partial = true,
            read => read?,
        }
        let answer = self.get(BRANCH, target::branch(&self.place.repository, branch)?).await?;
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
        match self.get(ROUTE, target::protection(&self.place.repository, branch)?).await {
            Ok(answer) => {
                decode_protection(&answer.body).map_err(|error| GitHubError::Decode { route: ROUTE, error })
            }
            // "Branch not protected": a ruleset holds instead. Who may not know gets the same status without these words.
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

    /// Hands pages to `take` until it has enough.
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
