//! The steps of an approved plan: changes that are written together, and what comes before what.

use super::rings::first_of_rings;
use crate::gate::Approved;
use crate::model::{EntitlementWire, Right};
use crate::plan::{Change, Phase};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// What a step does. Changes are named by their position in the order of writing.
#[derive(Debug)]
pub(super) enum Kind {
    /// Gives the account of this change a temporary user name.
    Park(usize),
    /// Makes one change.
    One(usize),
    /// Gives one right to several accounts, or takes it from them: one group is written in few requests.
    Members(Vec<usize>),
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    pub(super) phase: Phase,
    /// Steps that end before this one begins.
    pub(super) after: Vec<usize>,
    /// Steps without whose success this one is skipped.
    pub(super) needs: Vec<usize>,
}

/// The steps of a plan, in the order in which they begin when nothing holds them up.
pub(super) fn steps(approved: &Approved, policy: &ApplicationPolicy) -> Vec<Step> {
    let changes: Vec<&Change> = approved.changes().collect();
    let phases = approved.plan().phases();
    let freed_by = freed_by(approved);
    let parked = first_of_rings(&freed_by);
    let mut steps: Vec<Step> = parked
        .iter()
        .map(|position| Step {
            kind: Kind::Park(*position),
            phase: Phase::Names,
            after: Vec::new(),
            needs: Vec::new(),
        })
        .collect();
    let park_of: BTreeMap<usize, usize> = parked.iter().enumerate().map(|(step, at)| (*at, step)).collect();
    let mut step_of = vec![0; changes.len()];
    let mut last: BTreeMap<(Phase, &str), usize> = BTreeMap::new();
    let mut groups: BTreeMap<(Phase, &Right), usize> = BTreeMap::new();
    for (position, change) in changes.iter().enumerate() {
        let phase = phases[approved.places()[position]];
        let group = change.right().filter(|right| is_group(policy, right));
        if let Some(right) = group {
            let step = *groups.entry((phase, right)).or_insert(steps.len());
            step_of[position] = step;
            match steps.get_mut(step).map(|step| &mut step.kind) {
                Some(Kind::Members(members)) => members.push(position),
                Some(Kind::Park(_) | Kind::One(_)) | None => {
                    steps.push(Step::new(Kind::Members(vec![position]), phase));
                }
            }
            continue;
        }
        let step = steps.len();
        step_of[position] = step;
        steps.push(Step::new(Kind::One(position), phase));
        // Two calls for one account would get in each other's way.
        let account = change.subject.account.as_deref().unwrap_or(change.subject.key());
        steps[step].after.extend(last.insert((phase, account), step));
    }
    for (taker, freer) in &freed_by {
        let freeing = park_of.get(freer).copied().unwrap_or(step_of[*freer]);
        steps[step_of[*taker]].needs.push(freeing);
    }
    for (position, park) in &park_of {
        steps[step_of[*position]].needs.push(*park);
    }
    steps
}

impl Step {
    fn new(kind: Kind, phase: Phase) -> Self {
        Self { kind, phase, after: Vec::new(), needs: Vec::new() }
    }
}

/// For a change that takes a user name, the change that frees it; by positions in the order of writing.
fn freed_by(approved: &Approved) -> BTreeMap<usize, usize> {
    let places = approved.places().iter().enumerate();
    let position: BTreeMap<usize, usize> = places.map(|(position, place)| (*place, position)).collect();
    let pairs = approved.plan().takes_over_names().into_iter();
    pairs
        .filter_map(|(taker, freer)| Some((*position.get(&taker)?, *position.get(&freer)?)))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Whether a right is stored as the membership of a group.
fn is_group(policy: &ApplicationPolicy, right: &Right) -> bool {
    let kind = policy.entitlements.iter().find(|kind| kind.name == right.entitlement);
    kind.is_some_and(|kind| matches!(kind.wire, EntitlementWire::Group { .. }))
}
