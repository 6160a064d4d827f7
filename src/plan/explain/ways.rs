//! What would give a user a right, nearest first. Each way is tried: the user is supposed to be in the groups that it needs,
//! and everything is decided anew for that user alone.

use super::barriers::Barriers;
use super::explanation::{InGroup, Missing, Need, Way};
use super::supposed::{ROW, excerpts};
use super::unmet::{Asked, in_group};
use super::wanted_group::wanted_groups;
use crate::desired::{
    Binder, DesiredState, Ending, Facts, GroupResolver, LinkingFault, Population, RightId, Source, suppose,
};
use crate::model::Right;
use crate::plan::Evaluation;
use crate::policy::{Constraint, Otherwise};
use std::collections::BTreeSet;

/// The ways that are told.
const MOST_WAYS: usize = 3;
/// The rules and groups that are tried; the first by the rules' ids.
const MOST_TRIED: usize = 20;
/// How often groups that turn out to be needed besides are added to a way.
const MOST_ROUNDS: usize = 4;

/// What would give a user a right that the user does not get.
pub(super) fn missing(evaluation: &Evaluation<'_>, barriers: &Barriers<'_, '_>, right: &Right) -> Missing {
    let desired = evaluation.desired();
    let seeker = Seeker { evaluation, barriers, right };
    let first = seeker.supposed(&[], |trial| trial.barriers()).unwrap_or_default();
    let givers = desired.catalogue.find(right);
    let givers: Vec<&Source<'_>> = givers.into_iter().flat_map(|right| desired.givers(right)).collect();
    let mut ways: Vec<Way> =
        givers.iter().take(MOST_TRIED).filter_map(|giver| seeker.way(giver, &first)).collect();
    // A stable sort: rules come by id, then by group.
    ways.sort_by_key(|way| (way.needs.len(), !way.works));
    ways.truncate(MOST_WAYS);
    let hints = if givers.is_empty() { wanted_groups(desired.policy, right) } else { Vec::new() };
    Missing { first, ways, hints }
}

/// Looks for ways to one right of one user.
struct Seeker<'k> {
    evaluation: &'k Evaluation<'k>,
    barriers: &'k Barriers<'k, 'k>,
    right: &'k Right,
}

impl Seeker<'_> {
    /// The way by one rule and group; none where it cannot be tried.
    fn way(&self, giver: &Source<'_>, first: &[Need]) -> Option<Way> {
        let mut added: Vec<InGroup> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let (lacks, barriers) =
                self.supposed(&added, |trial| (trial.lacks(giver, self.right), trial.barriers()))?;
            let new: Vec<InGroup> = lacks.iter().filter_map(|need| need.group.clone()).collect();
            let new: Vec<InGroup> = new.into_iter().filter(|group| !added.contains(group)).collect();
            if new.is_empty() {
                let works = lacks.is_empty() && barriers.is_empty();
                let groups =
                    added.into_iter().map(|group| Need::of_group(group, &giver.rule.origin)).collect();
                let new_barriers = barriers.into_iter().filter(|need| !first.contains(need));
                let new_barriers =
                    new_barriers.map(|need| Need { what: format!("an end of this: {}", need.what), ..need });
                let needs: Vec<Need> = [groups, lacks, new_barriers.collect()].concat();
                return Some(Way { rule: giver.rule.origin.clone(), needs, works });
            }
            added.extend(new);
        }
        None
    }

    /// Asks about the user in further groups; none where such a user cannot be made.
    fn supposed<T>(&self, added: &[InGroup], ask: impl FnOnce(&mut Trial<'_, '_, '_>) -> T) -> Option<T> {
        let inputs = &self.evaluation.inputs;
        let excerpts = excerpts(&self.evaluation.context, self.barriers.user, added)?;
        let snapshots: Vec<_> = excerpts.iter().map(|excerpt| excerpt.for_showing()).collect();
        let population = Population::new(inputs.policy, &snapshots);
        let state = suppose(inputs.policy, population, &inputs.directories, inputs.as_of).ok()?;
        let groups = GroupResolver::new(&state.population, &inputs.directories).of_few();
        let binder = Binder {
            policy: state.policy,
            groups,
            as_of: inputs.as_of,
            application: Some(inputs.application),
            missing_account_groups: Vec::new(),
        };
        Some(ask(&mut Trial { barriers: self.barriers, state: &state, binder }))
    }
}

/// The user as supposed, and what decides about that user.
struct Trial<'t, 'p, 's> {
    barriers: &'t Barriers<'t, 't>,
    state: &'p DesiredState<'s>,
    binder: Binder<'s, 'p>,
}

impl<'s> Trial<'_, '_, 's> {
    /// What keeps the user from getting anything.
    fn barriers(&mut self) -> Vec<Need> {
        self.barriers.of(self.state, &mut self.binder)
    }

    /// What the user lacks so that one rule gives the right, and the right counts.
    fn lacks(&mut self, giver: &Source<'_>, right: &Right) -> Vec<Need> {
        let state = self.state;
        let number = state.catalogue.find(right);
        let is_given = number.is_some_and(|right| state.rights.of(ROW).contains(&right));
        let mut needs = Vec::new();
        if !is_given {
            let same = |source: &&Source<'_>| {
                let id = |source: &Source<'_>| source.group.as_ref().map(|group| group.id.clone());
                source.rule.id == giver.rule.id && id(source) == id(giver)
            };
            match state.sources.iter().find(same) {
                Some(source) => needs.extend(self.fitting(source, number)),
                None => needs.push(Need::new("its group to be there", Some(&giver.rule.origin))),
            }
        }
        if let Some(Ending::Constraint(rule)) = state.ending(ROW)
            && rule.otherwise != Otherwise::Block
        {
            needs.push(constraint(rule));
        }
        needs.extend(self.scope(number));
        let mut seen = BTreeSet::new();
        needs.retain(|need| seen.insert(need.what.clone()));
        needs
    }

    /// What the user lacks so that a rule fits, and counts.
    fn fitting(&mut self, source: &Source<'s>, right: Option<RightId>) -> Vec<Need> {
        let state = self.state;
        let rule = &source.rule.origin;
        let mut needs = Vec::new();
        if let Some(group) = source.group.as_ref().filter(|group| !group.has(ROW)) {
            needs.push(Need::of_group(in_group(group), rule));
        }
        if let Some(when) = &source.rule.when {
            let facts = Facts { user: Some(ROW), ..Facts::default() };
            needs.extend(Asked { facts, state, rule }.unmet(&mut self.binder, when));
        }
        if !needs.is_empty() {
            return needs;
        }
        if let Some(winner) = state.winners.winner(ROW).map(|winner| &state.sources[winner])
            && !std::ptr::eq(winner, source)
        {
            let what = format!("the rule `{}`, which wins, no longer to fit", winner.rule.id);
            return vec![Need::new(what, Some(&winner.rule.origin))];
        }
        if state.winners.fault(ROW) == Some(LinkingFault::Tie) {
            // That it blocks is told with the barriers.
            return Vec::new();
        }
        let walk = state.walk(ROW);
        let dropped = walk.dropped.iter().find(|(dropped, _)| Some(*dropped) == right);
        dropped.map(|(_, rule)| constraint(rule)).into_iter().collect()
    }

    /// What the user lacks so that, with the right, an account is wanted.
    fn scope(&mut self, right: Option<RightId>) -> Vec<Need> {
        let state = self.state;
        let lifecycle = &state.policy.lifecycle;
        let of_user = state.facts(ROW);
        let mut rights: Vec<RightId> = of_user.rights.iter().copied().chain(right).collect();
        rights.sort_unstable();
        rights.dedup();
        let facts = Facts { rights: &rights, ..of_user };
        let asked = Asked { facts, state, rule: &lifecycle.origin };
        let mut needs = asked.unmet(&mut self.binder, &lifecycle.scope);
        if let Some(create) = lifecycle.create.as_ref().filter(|_| !self.barriers.has_account()) {
            needs.extend(asked.unmet(&mut self.binder, create));
        }
        needs
    }
}

fn constraint(rule: &Constraint) -> Need {
    let message = rule.message.as_ref().map_or(String::new(), |message| format!(": {message}"));
    let what = match rule.otherwise {
        Otherwise::Drop => format!("the constraint `{}` not to drop it{message}", rule.id),
        Otherwise::Skip | Otherwise::Block | Otherwise::Warn => {
            format!("the constraint `{}` to hold{message}", rule.id)
        }
    };
    Need::new(what, Some(&rule.origin))
}
