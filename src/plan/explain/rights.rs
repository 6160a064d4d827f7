//! The rights of one user: which rules give them, and what becomes of these.

use super::barriers::Barriers;
use super::explanation::{Fate, Giver, InGroup, RightExplanation, Standing};
use super::unmet::in_group;
use super::ways::missing;
use crate::desired::{LinkingFault, RightId, Source};
use crate::model::Right;
use crate::plan::value::{Outcome, Plan};
use crate::plan::{Evaluation, Subject};
use crate::policy::Origin;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rules that do not fit and are told of one right.
const MOST_NOT_FITTING: usize = 5;

/// What the rules say of one user.
pub(super) struct Rights<'r, 'a> {
    pub(super) evaluation: &'r Evaluation<'a>,
    pub(super) plan: &'r Plan,
    pub(super) subject: &'r Subject,
    pub(super) user: u32,
}

impl Rights<'_, '_> {
    /// The groups that linking rules name and the user is in.
    pub(super) fn groups(&self) -> Vec<InGroup> {
        let groups = self.evaluation.desired().sources.iter().filter_map(|source| source.group.as_ref());
        let own: BTreeSet<InGroup> = groups.filter(|group| group.has(self.user)).map(in_group).collect();
        own.into_iter().collect()
    }

    /// Every right, or the one that is asked for, with what would give it.
    pub(super) fn all(&self, asked: Option<&str>) -> Vec<RightExplanation> {
        let catalogue = &self.evaluation.context.catalogue;
        let Some(asked) = asked else {
            let mut rights: Vec<RightExplanation> =
                (0..catalogue.len() as u32).map(RightId).filter_map(|right| self.one(right)).collect();
            rights.sort_by(|one, other| one.right.cmp(&other.right));
            return rights;
        };
        let Some(right) = named_right(self.evaluation, asked) else { return Vec::new() };
        let known = catalogue.find(&right).and_then(|right| self.one(right));
        let mut explained = known.unwrap_or_else(|| RightExplanation {
            right: Arc::new(right.clone()),
            standing: Standing::Missing,
            held: false,
            givers: Vec::new(),
            more: 0,
            missing: None,
        });
        if explained.standing != Standing::Given {
            let barriers = Barriers::new(self.evaluation, self.plan, self.subject, self.user, &right);
            explained.missing = Some(missing(self.evaluation, &barriers, &right));
        }
        vec![explained]
    }

    /// One right; none where no rule gives it and the account does not hold it.
    fn one(&self, number: RightId) -> Option<RightExplanation> {
        let context = &self.evaluation.context;
        let (desired, right) = (&context.desired, context.catalogue.right(number));
        let account = context.pairing.account(self.user);
        let held =
            account.is_some_and(|account| context.holdings.rights.of(account).binary_search(&number).is_ok());
        let sources: Vec<&Source<'_>> = desired.givers(number).collect();
        if sources.is_empty() && !held {
            return None;
        }
        let (fitting, others): (Vec<&Source<'_>>, Vec<&Source<'_>>) =
            sources.into_iter().partition(|source| self.fits(source));
        let more = others.len().saturating_sub(MOST_NOT_FITTING);
        let told = fitting.iter().chain(others.iter().take(MOST_NOT_FITTING));
        let givers: Vec<Giver> = told.map(|source| self.giver(source, number)).collect();
        let standing = match (desired.rights.of(self.user).binary_search(&number).is_ok(), fitting.is_empty())
        {
            (true, _) if self.is_provisioned() && !context.holdings.lacking.contains(&number) => {
                Standing::Given
            }
            (true, _) => Standing::Withheld,
            (false, false) => Standing::Lost,
            (false, true) => Standing::Missing,
        };
        Some(RightExplanation { right: Arc::clone(right), standing, held, givers, more, missing: None })
    }

    fn fits(&self, source: &Source<'_>) -> bool {
        let desired = self.evaluation.desired();
        source.reaches(&desired.population, &desired.catalogue, self.user)
    }

    /// Whether the plan gives the user what the rules say.
    fn is_provisioned(&self) -> bool {
        let stops = |outcome: Outcome| match outcome {
            Outcome::Blocked | Outcome::OutsideCanary | Outcome::NotAdopted | Outcome::Excluded => true,
            Outcome::Quarantined
            | Outcome::Protected
            | Outcome::Skipped
            | Outcome::Kept
            | Outcome::Differs
            | Outcome::Dropped
            | Outcome::Warning => false,
        };
        let mut own = self.plan.reports.iter().filter(|report| report.subject.key() == self.subject.key());
        self.evaluation.decisions.users[self.user as usize].provisions()
            && !own.any(|report| stops(report.outcome))
    }

    fn giver(&self, source: &Source<'_>, right: RightId) -> Giver {
        let rule = source.rule.origin.clone();
        if !self.fits(source) {
            return Giver { rule, because: source.not_fitting(self.user), fate: Fate::FitsNot };
        }
        Giver { rule, because: source.fitting(), fate: self.fate(source, right) }
    }

    /// What becomes of a rule that fits.
    fn fate(&self, source: &Source<'_>, right: RightId) -> Fate {
        let desired = self.evaluation.desired();
        if desired.winners.fault(self.user) == Some(LinkingFault::Tie) {
            let tied = desired.sources.iter().filter(|other| {
                other.rule.order == source.rule.order && other.rule.id != source.rule.id && self.fits(other)
            });
            let tied: BTreeSet<Origin> = tied.map(|other| other.rule.origin.clone()).collect();
            return Fate::TiesWith(tied.into_iter().collect());
        }
        if let Some(winner) = desired.winners.winner(self.user).map(|winner| &desired.sources[winner])
            && !std::ptr::eq(winner, source)
        {
            return Fate::LosesTo(winner.rule.origin.clone());
        }
        let dropped = desired.walk(self.user).dropped.into_iter().find(|(dropped, _)| *dropped == right);
        dropped.map_or(Fate::Counts, |(_, rule)| Fate::DroppedBy(rule.origin.clone()))
    }
}

/// The right that a text means: one that is wanted for somebody or held, ASCII case ignored, or else one that policies could
/// give.
fn named_right(evaluation: &Evaluation<'_>, text: &str) -> Option<Right> {
    let catalogue = &evaluation.context.catalogue;
    let mut known = (0..catalogue.len() as u32).map(|number| catalogue.right(RightId(number)));
    if let Some(right) = known.find(|right| right.to_string().eq_ignore_ascii_case(text)) {
        return Some(right.as_ref().clone());
    }
    let (entitlement, value) = text.split_once('=')?;
    let kinds = &evaluation.desired().policy.entitlements;
    let kind = kinds.iter().find(|kind| kind.name.eq_ignore_ascii_case(entitlement))?;
    let (value, scope) = match kind.scope {
        None => (value, None),
        Some(_) => value.rsplit_once('@').map(|(value, scope)| (value, Some(scope.to_owned())))?,
    };
    Some(Right { entitlement: kind.name.clone(), value: value.to_owned(), scope })
}
