//! Decides which commits came with a record, from a forge's data about their pull requests (the gate, 5).

use super::carried::CarriedPull;
use super::item::NO_KEY_ID;
use super::listed::Listed;
use super::record::Record;
use crate::model::Commit;

/// A merged pull request, and the check runs on its last commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// The branch it was merged into.
    pub branch: String,
    /// The time of the merge in seconds since 1970; none: not merged.
    pub merged_at: Option<i64>,
    /// Its last commit.
    pub head: String,
    /// The completed check runs of the instance on that commit, the newest last.
    pub checks: Vec<Check>,
}

/// A check run that may contain a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// The app that created it.
    pub app: String,
    /// The time of its completion, in seconds since 1970.
    pub completed_at: i64,
    /// Its text.
    pub text: String,
}

/// A commit that changed an instance's policies, with its pull requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPulls {
    /// The commit.
    pub commit: Commit,
    /// Its pull requests, from the forge.
    pub pulls: Vec<Pull>,
    /// What it mends; none: the policies before it had no errors.
    pub mends: Option<Mends>,
}

/// A commit after others whose policies have errors. Those are never applied, so nobody was shown what they change;
/// this one brings it all, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mends {
    /// The digest of the last policies without errors; none: there were none.
    pub before: Option<String>,
    /// The digest of the policies that it makes.
    pub after: String,
}

impl Mends {
    /// Whether a plan showed everything since the last policies without errors.
    fn shown_by(&self, record: &Record) -> bool {
        record.compared == self.before && record.policy == self.after
    }
}

/// The values that a record must have to count.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceCriteria<'w> {
    /// Environment and application.
    pub instance: &'w str,
    /// The protected branch.
    pub branch: &'w str,
    /// The app that CI publishes as.
    pub app: &'w str,
    /// The id of the key that items are made with.
    pub kid: &'w str,
}

/// A commit, and the valid record that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCommit {
    /// The commit.
    pub commit: Commit,
    /// Its record.
    pub record: Record,
}

/// The result of checking the forge's data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The valid records.
    pub records: Vec<ShownCommit>,
    /// The pull requests that these records come from, each once.
    pub pulls: Vec<CarriedPull>,
    /// Commits without a valid record, and the reason for people.
    pub missing: Vec<(Commit, String)>,
}

impl Evidence {
    /// Whether every commit came with a record or was released.
    pub fn covers(&self) -> bool {
        self.missing.is_empty()
    }

    /// What the records list.
    pub fn listed(&self) -> Listed {
        let mut listed = Listed::default();
        self.records.iter().for_each(|shown| listed.record(&shown.record));
        listed
    }

    /// The evidence without that of some commits.
    #[must_use]
    pub fn without(mut self, left_out: impl Fn(&Commit) -> bool) -> Self {
        self.records.retain(|shown| !left_out(&shown.commit));
        self.missing.retain(|(commit, _)| !left_out(commit));
        self
    }
}

/// Checks the commits between the settled policies (or a released run's) and the tip. `in_history` says whether a
/// commit is in the protected branch's history: a plan for another branch showed something else.
pub fn evidence(
    commits: &[CommitPulls],
    wanted: &EvidenceCriteria<'_>,
    in_history: impl Fn(&str) -> bool,
) -> Evidence {
    let mut evidence = Evidence::default();
    for commit in commits {
        match record(commit, wanted, &in_history) {
            Ok(Shown { record, pull }) => {
                evidence.records.push(ShownCommit { commit: commit.commit.clone(), record });
                if !evidence.pulls.contains(&pull) {
                    evidence.pulls.push(pull);
                }
            }
            Err(why) => evidence.missing.push((commit.commit.clone(), why)),
        }
    }
    evidence
}

/// A valid record, and the pull request that it comes from.
struct Shown {
    record: Record,
    pull: CarriedPull,
}

fn record(
    commit: &CommitPulls,
    wanted: &EvidenceCriteria<'_>,
    in_history: &impl Fn(&str) -> bool,
) -> Result<Shown, String> {
    let mut why = "it came through no pull request".to_owned();
    for pull in &commit.pulls {
        match of_pull(pull, wanted, in_history) {
            Ok(record) if commit.mends.as_ref().is_some_and(|mends| !mends.shown_by(&record)) => {
                why = format!(
                    "pull request {}: commits with errors came before it, and its plan does not show what they change",
                    pull.number
                );
            }
            Ok(record) => {
                let pull = CarriedPull { number: pull.number, head: pull.head.clone() };
                return Ok(Shown { record, pull });
            }
            Err(problem) => why = format!("pull request {}: {problem}", pull.number),
        }
    }
    Err(why)
}

/// The newest record on the last commit that was completed before the merge.
fn of_pull(
    pull: &Pull,
    wanted: &EvidenceCriteria<'_>,
    in_history: &impl Fn(&str) -> bool,
) -> Result<Record, String> {
    if pull.branch != wanted.branch {
        return Err(format!("it was merged into `{}`", pull.branch));
    }
    let merged = pull.merged_at.ok_or("it was not merged")?;
    let in_time = |check: &&Check| check.completed_at <= merged;
    let mut checks: Vec<&Check> =
        pull.checks.iter().filter(|check| check.app == wanted.app).filter(in_time).collect();
    // Of two check runs in the same second, the later one in the forge's order is the newer.
    checks.sort_by_key(|check| check.completed_at);
    let newest = checks.pop().ok_or("no plan was published on its last commit before the merge")?;
    let record = Record::parse(&newest.text).map_err(|error| error.to_string())?;
    match () {
        () if record.instance != wanted.instance => Err(format!("its plan is of `{}`", record.instance)),
        () if record.kid == NO_KEY_ID => Err("its plan was made without `ROLEWRIGHT_KEY`".to_owned()),
        () if record.kid != wanted.kid => Err("its plan was made with another `ROLEWRIGHT_KEY`".to_owned()),
        () if record.head != pull.head => Err("its plan is of another commit".to_owned()),
        () if !in_history(&record.base) => Err("its plan was made for another branch".to_owned()),
        () => Ok(record),
    }
}
