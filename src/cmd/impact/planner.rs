//! Plans one application with and without a change, on one set of snapshots.

use super::sides::{Pair, Sides};
use crate::cmd::args::{Global, PlanArguments};
use crate::cmd::clock::unix_seconds;
use crate::cmd::exit::Stop;
use crate::cmd::privacy::Faces;
use crate::cmd::read::{Side, World};
use crate::cmd::settled::SettledPolicies;
use crate::cmd::{key, memory, out, plan, read, saved};
use crate::gate::{Impact, ItemKey, Past, PullRequestPlan, Record, State, guards, impact, unsettled};
use crate::ledger::Loaded;
use crate::model::{Date, Secret};
use crate::plan::Plan;
use crate::policy::{ApplicationPolicy, Review};
use crate::render::impact::{Meaning, Planned, callouts};

/// Exclusions and overrides that end within so many days are named.
const SOON: i32 = 14;

/// What is said of a base without plan.
const WANTS_NOTHING: &str =
    "The policies before this change cannot be evaluated, so all of the plan is shown as its effect";

/// What applications are planned with.
pub(super) struct Planner<'p> {
    pub(super) global: &'p Global,
    pub(super) arguments: &'p PlanArguments,
    pub(super) sides: &'p Sides,
    pub(super) faces: &'p Faces,
}

/// A plan and the policies that it was made with.
type Made<'m> = (&'m Plan, &'m ApplicationPolicy);

impl Planner<'_> {
    /// What the change means to one application, and the record of it where pull requests are the evidence.
    pub(super) fn meaning(&self, pair: &Pair<'_>) -> Result<(Meaning, Option<Record>), Stop> {
        let Some(head) = pair.head else { return Ok((Meaning::Gone, None)) };
        if pair.same()? {
            return Ok((Meaning::Same, None));
        }
        self.sides.check_hosts(pair)?;
        let secret = key::operators();
        if secret.is_none() && memory::asks(head.1) {
            return Err(key::missing(&head.1.name));
        }
        let loaded = self.sides.ledger(pair)?;
        let settled = self.settled(&loaded, head)?;
        let settled_side = settled.as_ref().and_then(SettledPolicies::side);
        let others: Vec<Side<'_>> = pair.base.into_iter().chain(settled_side).collect();
        let mut world = match &self.arguments.snapshot {
            Some(folder) => saved::shared(folder, head, &others)?,
            None => read::shared(head, &others)?,
        };
        world.memory = memory::keyed(loaded.state.memory.as_ref(), head.1, secret.as_ref());
        world.not_before = memory::last_day(&loaded.state);
        let mut notes = ending(head.1, world.day(head.0.as_of));
        let with = executable(head, &world)?;
        let without = self.without(pair, &world, &mut notes);
        let before = settled.as_ref().and_then(|settled| settled.plan(&world, self.faces));
        let before = before.as_ref().zip(settled_side.map(|(_, policy)| policy));
        let without = without.as_ref().zip(pair.base.map(|(_, policy)| policy));
        let impact = impact((&with, head.1), without);
        let record = match self.sides.review() {
            Review::None => None,
            Review::Github => {
                let key = ItemKey::new(secret.as_ref().map(Secret::expose));
                let digest = settled.as_ref().and_then(|settled| settled.digest.clone());
                let shown = PullRequestPlan {
                    plan: &with,
                    policy: head.1,
                    settled: before,
                    settled_digest: digest.as_deref(),
                    base: &self.sides.base,
                    head: &self.sides.head,
                    saved_data: self.arguments.snapshot.is_some(),
                };
                Some(Record::of(shown, &key).map_err(|error| Stop::error(error.to_string()))?)
            }
        };
        let planned = self.planned((&with, head.1), without, before, impact, &loaded.state);
        let by_count = record.iter().flat_map(Record::by_count).map(ToOwned::to_owned).collect();
        Ok((Meaning::Planned(Box::new(Planned { by_count, notes, ..planned })), record))
    }

    /// The settled policies, where pull requests are the evidence.
    fn settled(
        &self,
        loaded: &Loaded,
        (workspace, policy): Side<'_>,
    ) -> Result<Option<SettledPolicies>, Stop> {
        match self.sides.review() {
            Review::None => Ok(None),
            Review::Github => SettledPolicies::load(
                self.global,
                &self.sides.repository,
                loaded,
                &policy.name,
                workspace.as_of,
            ),
        }
    }

    /// What is done without the change; a base by which nothing can be said wants nothing.
    fn without(&self, pair: &Pair<'_>, world: &World, notes: &mut Vec<String>) -> Option<Plan> {
        if self.sides.is_first() {
            notes.push(WANTS_NOTHING.to_owned());
        }
        match executable(pair.base?, world) {
            Ok(plan) => Some(plan),
            Err(stop) => {
                let why = self.faces.words(&stop.message);
                out::talk(&format!("{}, before the change: {why}", pair.instance));
                notes.push(WANTS_NOTHING.to_owned());
                None
            }
        }
    }

    fn planned(
        &self,
        head: Made<'_>,
        base: Option<Made<'_>>,
        settled: Option<Made<'_>>,
        impact: Impact,
        state: &State,
    ) -> Planned {
        let past = Past::of(state, unix_seconds());
        let verdict = |(plan, policy): Made<'_>| guards(plan, policy, plan.changes.iter(), &past).refusals;
        let earlier = match self.sides.review() {
            Review::None => Plan { changes: Vec::new(), reports: Vec::new(), ..impact.pending.clone() },
            Review::Github => unsettled((&impact.pending, head.1), settled),
        };
        let show = |plan: &Plan| self.faces.shown(plan).into_owned();
        Planned {
            callouts: callouts(&impact, head, base),
            refused_before: base.is_some_and(|base| !verdict(base).is_empty()),
            refusals: verdict(head),
            earlier: show(&earlier),
            impact: Impact {
                because: show(&impact.because),
                no_longer: show(&impact.no_longer),
                pending: show(&impact.pending),
            },
            by_count: Vec::new(),
            notes: Vec::new(),
            data: self.arguments.snapshot.as_deref().map(saved::age),
        }
    }
}

/// What would be done: of an application that is not enabled, nothing.
pub(super) fn executable((workspace, policy): Side<'_>, world: &World) -> Result<Plan, Stop> {
    let mut plan = plan::make(workspace, policy, world)?;
    if !policy.enabled {
        plan.changes.clear();
    }
    Ok(plan)
}

/// Exclusions and overrides that end soon: from that day on something is done without anybody's pull request.
fn ending(policy: &ApplicationPolicy, today: Date) -> Vec<String> {
    let soon = |until: Date| (0..=SOON).contains(&today.days_until(until));
    let exclusions =
        policy.exclusions.iter().filter_map(|it| Some((it.until.filter(|until| soon(*until))?, it)));
    let exclusions = exclusions.map(|(until, it)| format!("Exclusion {} ends on {until}", it.origin.id));
    let overrides = policy.overrides.iter().filter(|it| soon(it.until));
    exclusions.chain(overrides.map(|it| format!("Override {} ends on {}", it.id, it.until))).collect()
}
