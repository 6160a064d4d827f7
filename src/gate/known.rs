//! What is known about policies before anything is read: whether they are the settled ones, and what people were shown
//! since then.

use super::carried::CarriedPull;
use super::classify::Reviewed;
use super::evidence::{Evidence, ShownCommit};
use super::item::ItemKey;
use super::judgement::Review;
use super::listed::Listed;
use super::policy_plan::PolicyPlan;
use super::run::RunRecord;
use super::state::Later;
use crate::model::{Commit, Date};
use crate::policy;

/// What the review needs to know about one version of an application's policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// How its workspace sets the review of changes.
    pub review: policy::Review,
    /// The digest of its policies; none: it has no such application.
    pub digest: Option<String>,
}

/// What is known about the policies of one commit, compared with the settled ones.
#[derive(Clone, Debug, Default)]
pub struct Known {
    review: policy::Review,
    same: bool,
    evidence: Evidence,
    gap: Option<String>,
    listed: Listed,
    released: Vec<String>,
    /// Whether something in the settled policies ended since people saw what they do.
    ended: bool,
    /// What people were shown for later days.
    later: Later,
}

impl Known {
    /// From the ledger: the settled version (none: nothing is settled), its run records, and which of these runs a
    /// person released. What released runs list counts as shown. `before` is the review that counts where nothing is
    /// settled: that of earlier runs and of the workspace's other instances.
    pub fn of(
        version: &Version,
        settled: Option<&Version>,
        before: policy::Review,
        runs: &[RunRecord],
        released: Vec<String>,
    ) -> Self {
        let mut listed = Listed::default();
        runs.iter().filter(|run| released.contains(&run.run)).for_each(|run| listed.run(run));
        Self {
            // The stricter of both, so that no commit can remove its own review.
            review: version.review.max(settled.map_or(before, |settled| settled.review)),
            same: settled.is_some_and(|settled| settled.digest.is_some() && settled.digest == version.digest),
            evidence: Evidence::default(),
            gap: None,
            listed,
            released,
            ended: false,
            later: Later::new(),
        }
    }

    /// Adds what people were shown for later days by the settled policies, and whether something in these ended since
    /// they were settled: what that changes is nobody's but the policies'.
    #[must_use]
    pub fn on(mut self, today: Date, later: &Later, ended: bool) -> Self {
        self.listed.days(later, today);
        Self { ended, later: later.clone(), ..self }
    }

    /// What people were shown for the days after today, once these policies are settled.
    pub(super) fn later(&self, today: Date) -> Later {
        let mut later = if self.same { self.later.clone() } else { Later::new() };
        for ShownCommit { record, .. } in &self.evidence.records {
            for (day, items) in &record.later {
                let of_day = later.entry(day.clone()).or_default();
                for (operation, items) in items {
                    of_day.entry(operation.clone()).or_default().push_str(items);
                }
            }
        }
        later.retain(|day, _| Date::parse(day).is_ok_and(|day| day > today));
        later
    }

    /// Adds what the pull requests of the commits since then showed.
    #[must_use]
    pub fn shown(mut self, evidence: Evidence) -> Self {
        evidence.records.iter().for_each(|shown| self.listed.record(&shown.record));
        Self { evidence, ..self }
    }

    /// Adds pull requests that a run carries out though nothing is decided by them: where merging is the approval, they
    /// are only told what came of them.
    #[must_use]
    pub fn carrying(mut self, pulls: Vec<CarriedPull>) -> Self {
        self.evidence.pulls = pulls;
        self
    }

    /// Adds the reason why the commits since then are unknown.
    #[must_use]
    pub fn with_gap(self, gap: String) -> Self {
        Self { gap: Some(gap), ..self }
    }

    /// Adds what is known of later commits, but for those that are not in these policies: `own` says which.
    #[must_use]
    pub fn as_before(self, later: &Self, own: impl Fn(&Commit) -> bool) -> Self {
        if !self.needs_evidence() {
            return self;
        }
        Self { gap: later.gap.clone(), ..self.shown(later.evidence.clone().without(own)) }
    }

    /// Whether these policies are other than the settled ones.
    pub fn are_new(&self) -> bool {
        !self.same
    }

    /// Whether pull requests decide about these policies, so that the forge must be asked.
    pub fn needs_evidence(&self) -> bool {
        self.review != policy::Review::None && !self.same
    }

    /// Whether the settled policies' plan is needed to say what the directory brought, and what the policies.
    pub fn needs_settled(&self) -> bool {
        self.review != policy::Review::None && (!self.same || self.ended)
    }

    /// Whether people were shown everything since the settled policies, as policies or by its effect.
    pub fn covered(&self) -> bool {
        !self.needs_evidence() || (self.gap.is_none() && self.evidence.covers())
    }

    /// How changes are reviewed.
    pub fn review(&self) -> policy::Review {
        self.review
    }

    /// The runs that a person released.
    pub fn released(&self) -> &[String] {
        &self.released
    }

    /// The pull requests that brought the commits since the settled policies: where they are reviewed, those whose plans
    /// count as evidence.
    pub fn pulls(&self) -> &[CarriedPull] {
        &self.evidence.pulls
    }

    /// The reason why the commits since the settled policies are unknown.
    pub fn gap(&self) -> Option<&str> {
        self.gap.as_deref()
    }

    /// The commits without a plan, with the reasons.
    pub fn missing(&self) -> &[(Commit, String)] {
        if self.covered() { &[] } else { &self.evidence.missing }
    }

    /// How a plan of these policies is judged. `settled` is the plan of the settled policies on the same snapshots;
    /// none: there are none, or they can't be evaluated.
    pub fn judge_by<'k>(&'k self, key: &'k ItemKey, settled: Option<PolicyPlan<'k>>) -> Review<'k> {
        match self.review {
            policy::Review::None => Review::None { key, released: &self.listed },
            policy::Review::Github => Review::Reviewed(Reviewed {
                key,
                same: self.same && !self.ended,
                settled,
                covered: self.covered(),
                listed: &self.listed,
            }),
        }
    }
}
