//! Plans one application with and without a change, on one set of snapshots.

use super::history::History;
use super::later::LaterDays;
use super::sides::{Pair, Sides};
use crate::cmd::args::{Global, PlanArguments};
use crate::cmd::clock::unix_seconds;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::instance::Instance;
use crate::cmd::privacy::Redaction;
use crate::cmd::read::World;
use crate::cmd::side_plan::SidePlan;
use crate::cmd::workspace::Side;
use crate::cmd::{key, out, read, saved};
use crate::gate::{
    Impact, LaterDay, PolicyPlan, PullRequestPlan, Record, guards, impact, loosened, unsettled,
};
use crate::model::Date;
use crate::plan::{Escalation, EscalationKind, Evaluation, Plan, RuleMembers, escalations};
use crate::policy::{ApplicationPolicy, Review};
use crate::render::impact::{Callouts, Meaning, Planned, Unusual, callouts};
use std::collections::BTreeSet;

/// Exclusions and overrides that end within this many days are named.
const SOON: i32 = 14;

/// People who are named beside a right that is told first.
const MOST_NAMED: usize = 3;

/// The message about a base without a plan.
const WANTS_NOTHING: &str =
    "The policies before this change cannot be evaluated, so all of the plan is shown as its effect";

/// The inputs of the plans.
pub(super) struct Planner<'p> {
    pub(super) global: &'p Global,
    pub(super) arguments: &'p PlanArguments,
    pub(super) sides: &'p Sides,
    pub(super) redaction: &'p Redaction,
}

/// The plans of one application on one set of snapshots.
#[derive(Clone, Copy)]
struct Plans<'p> {
    /// Of the merge.
    head: PolicyPlan<'p>,
    /// Of the protected branch; none: nothing is wanted without the change.
    base: Option<PolicyPlan<'p>>,
    /// Of the settled policies.
    settled: Option<PolicyPlan<'p>>,
}

impl Planner<'_> {
    /// The effect of the change on one application and, if pull requests are the evidence, its record.
    pub(super) fn meaning(&self, pair: &Pair<'_>) -> Result<(Meaning, Option<Record>), Stop> {
        let Some(head) = pair.head else { return Ok((Meaning::Gone, None)) };
        if pair.same()? {
            return Ok((Meaning::Same, None));
        }
        self.sides.check_destinations(pair)?;
        let history = History::read(self.global, self.sides, pair, head)?;
        let instance = Instance::deciding(head, &history.loaded.state, self.redaction)?;
        let settled = history.settled.as_ref();
        let world = instance.remembering(self.read(head, &pair.others(settled))?);
        let mut notes = ending(head.policy, instance.day());
        if !head.policy.enabled {
            notes.push("not enabled: none of these changes is made until its policies say so".to_owned());
        }
        let of_head = instance.evaluate_by(head, &world)?;
        let with = instance.executable_of(head, &of_head)?;
        let of_base = self.evaluate_base(pair, &instance, &world, &mut notes);
        let without = match (pair.base, &of_base) {
            (Some(base), Some(of_base)) => Some(instance.executable_of(base, of_base)?),
            (_, None) | (None, _) => None,
        };
        let before = settled.and_then(|settled| settled.plan(&instance, &world));
        let plans = Plans {
            head: with.of_policy(),
            base: without.as_ref().map(SidePlan::of_policy),
            settled: before.as_ref().map(SidePlan::of_policy),
        };
        let LaterDays { days, notes: unplanned } = LaterDays::plan(&instance, plans.head, &world)?;
        notes.extend(unplanned);
        let record = self.record(plans, &days, &history, pair, &instance)?;
        let by_count = record.iter().flat_map(Record::by_count).map(ToOwned::to_owned).collect();
        let mut planned = self.planned(plans, &history, &instance, &of_head);
        let before = of_base.as_ref().map(RuleMembers::of).unwrap_or_default();
        planned.callouts.rules = RuleMembers::of(&of_head).since(&before);
        planned.callouts.gate = pair.base.map(|base| gate_changes(base, head)).unwrap_or_default();
        let show = |LaterDay { day, plan }: &LaterDay| LaterDay {
            day: *day,
            plan: self.redaction.shown(plan).into_owned(),
        };
        let planned = Planned { by_count, notes, later: days.iter().map(show).collect(), ..planned };
        Ok((Meaning::Planned(Box::new(planned)), record))
    }

    /// The world on which all versions are planned: live, or as it was saved.
    fn read(&self, head: Side<'_>, others: &[Side<'_>]) -> Result<World, Stop> {
        match &self.arguments.snapshot {
            Some(folder) => saved::shared(folder, head, others),
            None => read::shared(head, others),
        }
    }

    /// The policies without the change; a base that cannot be evaluated wants nothing.
    fn evaluate_base<'w>(
        &self,
        pair: &Pair<'w>,
        instance: &'w Instance<'_>,
        world: &'w World,
        notes: &mut Vec<String>,
    ) -> Option<Evaluation<'w>> {
        if self.sides.is_first() {
            notes.push(WANTS_NOTHING.to_owned());
        }
        match instance.evaluate_by(pair.base?, world) {
            Ok(evaluation) => Some(evaluation),
            Err(stop) => {
                let why = self.redaction.words(&stop.message);
                out::talk(&format!("{}, before the change: {why}", pair.instance));
                notes.push(WANTS_NOTHING.to_owned());
                None
            }
        }
    }

    /// What apply is to find after the merge, where it looks for records.
    fn record(
        &self,
        plans: Plans<'_>,
        later: &[LaterDay],
        history: &History,
        pair: &Pair<'_>,
        instance: &Instance<'_>,
    ) -> Result<Option<Record>, Stop> {
        if history.review == Review::None {
            return Ok(None);
        }
        if !instance.key().is_secret() {
            return Err(key::for_reviews(&instance.policy().name));
        }
        let shown = PullRequestPlan {
            plan: plans.head,
            settled: plans.settled,
            settled_digest: history.settled.as_ref().and_then(|settled| settled.digest.as_deref()),
            compared: pair.base.map(|base| base.digest()).transpose()?.map(|digest| digest.to_string()),
            base: &self.sides.base,
            head: &self.sides.head,
            saved_data: self.arguments.snapshot.is_some(),
            later,
        };
        let record = Record::of(shown, instance.key());
        record.map(Some).map_err(|error| Stop::new(Code::Defect, error.to_string()))
    }

    /// What a comment shows of the plans, beside what the record and the policies add to it.
    fn planned(
        &self,
        plans: Plans<'_>,
        history: &History,
        instance: &Instance<'_>,
        of_head: &Evaluation<'_>,
    ) -> Planned {
        let Plans { head, base, settled } = plans;
        let impact = impact(head, base);
        let past = instance.past(unix_seconds());
        let verdict = |PolicyPlan { plan, policy }: PolicyPlan<'_>| {
            guards(plan, policy, plan.changes.iter(), &past).refusals
        };
        let earlier = match history.review {
            Review::None => Plan { changes: Vec::new(), reports: Vec::new(), ..impact.pending.clone() },
            Review::Github => unsettled(PolicyPlan { plan: &impact.pending, ..head }, settled),
        };
        let show = |plan: &Plan| self.redaction.shown(plan).into_owned();
        let because = show(&impact.because);
        let unusual = self.unusual(of_head, &impact.because, &because);
        Planned {
            callouts: Callouts { unusual, ..callouts(&impact, head, base) },
            refused_before: base.is_some_and(|base| !verdict(base).is_empty()),
            refusals: verdict(head),
            earlier: show(&earlier),
            impact: Impact { because, no_longer: show(&impact.no_longer), pending: show(&impact.pending) },
            by_count: Vec::new(),
            notes: Vec::new(),
            later: Vec::new(),
            data: self.arguments.snapshot.as_deref().map(saved::age),
        }
    }

    /// Rights that the change gives and that are told first. Who wrote the change is known by its commits' mails alone, which
    /// anybody can write: they are told and decide nothing. `shown` is the same part of the plan as readers may see it.
    fn unusual(&self, of_head: &Evaluation<'_>, because: &Plan, shown: &Plan) -> Vec<Unusual> {
        let Sides { repository, base, head, .. } = self.sides;
        let authors = repository.authors(base, head).unwrap_or_default();
        let names = |changes: &[usize]| -> Vec<String> {
            if self.redaction.counts_only() {
                return Vec::new();
            }
            let names = changes.iter().filter_map(|place| shown.changes.get(*place));
            let names: BTreeSet<&str> = names.map(|change| change.subject.name.as_str()).collect();
            names.into_iter().take(MOST_NAMED).map(ToOwned::to_owned).collect()
        };
        let kind = |kind: EscalationKind| match kind {
            EscalationKind::Department { people, .. } if self.redaction.hides() => {
                EscalationKind::Department { name: String::new(), people }
            }
            EscalationKind::Department { .. } | EscalationKind::Author | EscalationKind::Nobody => kind,
        };
        let told = escalations(of_head, because, &authors).into_iter();
        told.map(|Escalation { kind: why, right, changes }| Unusual {
            kind: kind(why),
            right: right.to_string(),
            people: changes.len(),
            names: names(&changes),
        })
        .collect()
    }
}

/// How the gate itself changes.
fn gate_changes(base: Side<'_>, head: Side<'_>) -> Vec<String> {
    let (before, after) = (base.workspace.directories(base.policy), head.workspace.directories(head.policy));
    loosened(base.guarded(&before), head.guarded(&after))
}

/// Exclusions and overrides that end soon: from that day on, changes are made without a pull request.
fn ending(policy: &ApplicationPolicy, today: Date) -> Vec<String> {
    let soon = |until: Date| (0..=SOON).contains(&today.days_until(until));
    let exclusions = policy
        .exclusions
        .iter()
        .filter_map(|exclusion| Some((exclusion.until.filter(|until| soon(*until))?, exclusion)));
    let exclusions =
        exclusions.map(|(until, exclusion)| format!("Exclusion {} ends on {until}", exclusion.origin.id));
    let overrides = policy.overrides.iter().filter(|rule| soon(rule.until));
    exclusions.chain(overrides.map(|rule| format!("Override {} ends on {}", rule.id, rule.until))).collect()
}
