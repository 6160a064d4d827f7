//! Plans one application with and without a change, on one set of snapshots.

use super::sides::{Pair, Sides};
use crate::cmd::args::{Global, PlanArguments};
use crate::cmd::clock::unix_seconds;
use crate::cmd::exit::Stop;
use crate::cmd::instance::Instance;
use crate::cmd::privacy::Redaction;
use crate::cmd::read::World;
use crate::cmd::settled::SettledPolicies;
use crate::cmd::workspace::Side;
use crate::cmd::{out, read, saved};
use crate::gate::{Impact, PolicyPlan, PullRequestPlan, Record, guards, impact, unsettled};
use crate::model::Date;
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
    pub(super) redaction: &'p Redaction,
}

impl Planner<'_> {
    /// What the change means to one application, and the record of it where pull requests are the evidence.
    pub(super) fn meaning(&self, pair: &Pair<'_>) -> Result<(Meaning, Option<Record>), Stop> {
        let Some(head) = pair.head else { return Ok((Meaning::Gone, None)) };
        if pair.same()? {
            return Ok((Meaning::Same, None));
        }
        self.sides.check_hosts(pair)?;
        let loaded = self.sides.ledger(pair)?;
        let instance = Instance::deciding(head, &loaded.state, self.redaction)?;
        let settled = match self.sides.review() {
            Review::None => None,
            Review::Github => SettledPolicies::load(self.global, &self.sides.repository, &loaded, &instance)?,
        };
        let settled_side = settled.as_ref().and_then(SettledPolicies::side);
        let others: Vec<Side<'_>> = pair.base.into_iter().chain(settled_side).collect();
        let world = match &self.arguments.snapshot {
            Some(folder) => saved::shared(folder, head, &others)?,
            None => read::shared(head, &others)?,
        };
        let mut notes = ending(head.policy, instance.day());
        let with = instance.executable_by(head, &world)?;
        let without = self.without(pair, &instance, &world, &mut notes);
        let before = settled.as_ref().and_then(|settled| settled.plan(&instance, &world));
        let before = before.as_ref().zip(settled_side);
        let before = before.map(|(plan, side)| PolicyPlan::new(plan, side.policy));
        let without = without.as_ref().zip(pair.base);
        let without = without.map(|(plan, side)| PolicyPlan::new(plan, side.policy));
        let with = PolicyPlan::new(&with, head.policy);
        let impact = impact(with, without);
        let record = match self.sides.review() {
            Review::None => None,
            Review::Github => {
                let digest = settled.as_ref().and_then(|settled| settled.digest.clone());
                let shown = PullRequestPlan {
                    plan: with,
                    settled: before,
                    settled_digest: digest.as_deref(),
                    base: &self.sides.base,
                    head: &self.sides.head,
                    saved_data: self.arguments.snapshot.is_some(),
                };
                Some(Record::of(shown, instance.key()).map_err(|error| Stop::error(error.to_string()))?)
            }
        };
        let planned = self.planned(with, without, before, impact, &instance);
        let by_count = record.iter().flat_map(Record::by_count).map(ToOwned::to_owned).collect();
        Ok((Meaning::Planned(Box::new(Planned { by_count, notes, ..planned })), record))
    }

    /// What is done without the change; a base by which nothing can be said wants nothing.
    fn without(
        &self,
        pair: &Pair<'_>,
        instance: &Instance<'_>,
        world: &World,
        notes: &mut Vec<String>,
    ) -> Option<Plan> {
        if self.sides.is_first() {
            notes.push(WANTS_NOTHING.to_owned());
        }
        match instance.executable_by(pair.base?, world) {
            Ok(plan) => Some(plan),
            Err(stop) => {
                let why = self.redaction.words(&stop.message);
                out::talk(&format!("{}, before the change: {why}", pair.instance));
                notes.push(WANTS_NOTHING.to_owned());
                None
            }
        }
    }

    fn planned(
        &self,
        head: PolicyPlan<'_>,
        base: Option<PolicyPlan<'_>>,
        settled: Option<PolicyPlan<'_>>,
        impact: Impact,
        instance: &Instance<'_>,
    ) -> Planned {
        let past = instance.past(unix_seconds());
        let verdict = |PolicyPlan { plan, policy }: PolicyPlan<'_>| {
            guards(plan, policy, plan.changes.iter(), &past).refusals
        };
        let earlier = match self.sides.review() {
            Review::None => Plan { changes: Vec::new(), reports: Vec::new(), ..impact.pending.clone() },
            Review::Github => unsettled(PolicyPlan { plan: &impact.pending, ..head }, settled),
        };
        let show = |plan: &Plan| self.redaction.shown(plan).into_owned();
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

/// Exclusions and overrides that end soon: from that day on something is done without anybody's pull request.
fn ending(policy: &ApplicationPolicy, today: Date) -> Vec<String> {
    let soon = |until: Date| (0..=SOON).contains(&today.days_until(until));
    let exclusions =
        policy.exclusions.iter().filter_map(|it| Some((it.until.filter(|until| soon(*until))?, it)));
    let exclusions = exclusions.map(|(until, it)| format!("Exclusion {} ends on {until}", it.origin.id));
    let overrides = policy.overrides.iter().filter(|it| soon(it.until));
    exclusions.chain(overrides.map(|it| format!("Override {} ends on {}", it.id, it.until))).collect()
}
