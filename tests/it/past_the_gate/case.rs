//! One case: a pair of policies on random data and days, with what people were shown; and what the gate lets through of it.

use super::effects::{Effect, Judges, effects, of_change};
use super::pair::{Pair, Version};
use super::plans::{Moment, Plans, WORLDS, same_places};
use crate::second_evaluator::random::Dice;
use rolewright::gate::{
    self, Evidence, ItemKey, Known, Later, LaterDay, Past, PolicyPlan, PullRequestPlan, Record, ShownCommit,
    State, judge,
};
use rolewright::model::{Commit, Date, Operation};
use rolewright::plan::Plan;
use rolewright::policy::Review;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The days for which people may have seen the settled policies, and those of runs.
const SETTLED: [&str; 2] = ["2026-11-20", "2026-11-21"];
const RUN: [&str; 4] = ["2026-11-21", "2026-11-22", "2026-12-02", "2027-01-02"];

/// What came of cases.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) cases: usize,
    /// Effects that the settled policies have too.
    pub(super) settled: usize,
    /// Sensitive effects that a record lists.
    pub(super) shown: usize,
    /// Sensitive effects of which a record has the number.
    pub(super) counted: usize,
    /// Effects of a date, which was shown.
    pub(super) came: usize,
    /// Effects that are not sensitive, of policies that were shown.
    pub(super) ordinary: usize,
    /// Changes that wait.
    pub(super) held: usize,
    /// Cases in which the tip becomes the settled policies.
    pub(super) settles: usize,
    /// Effects that should have waited.
    pub(super) past: Vec<String>,
}

impl Outcome {
    pub(super) fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.settled += other.settled;
        self.shown += other.shown;
        self.counted += other.counted;
        self.came += other.came;
        self.ordinary += other.ordinary;
        self.held += other.held;
        self.settles += other.settles;
    }
}

/// What a pull request's plan said.
struct Seen {
    record: Record,
    /// Sensitive effects, as a person saw them.
    effects: BTreeSet<String>,
    /// Operations that the record only counts.
    counts: BTreeMap<Operation, u64>,
}

pub(super) struct Case<'c> {
    plans: &'c Plans<'c>,
    pair: &'c Pair<'c>,
    key: ItemKey,
    /// The world, by its number.
    world: usize,
    remembers: bool,
    /// The day for which people saw the settled policies.
    settled_day: Date,
    today: Date,
    seen: Option<Seen>,
    /// Whether a commit came with no plan.
    pushed: bool,
    /// What was shown for later days when the policies were settled, and as a person saw it.
    later: Later,
    came: BTreeSet<String>,
}

fn one_of(days: &[&str], dice: &mut Dice) -> Date {
    let day: &&str = dice.one(days);
    Date::parse(day).unwrap()
}

pub(super) fn by<'p>(plan: &'p Plan, version: &'p Version) -> PolicyPlan<'p> {
    PolicyPlan::new(plan, version.policy())
}

impl<'c> Case<'c> {
    /// A case; none if the data has no plan.
    pub(super) fn random(plans: &'c Plans<'c>, number: usize) -> Option<Self> {
        let mut dice = Dice(0xca5e_0000 + number as u64);
        let (earlier, other) = (dice.below(WORLDS), dice.below(WORLDS));
        let mut case = Self {
            plans,
            pair: plans.pair,
            key: ItemKey::new(Some("a key of ours")),
            world: if dice.chance(50) { earlier } else { other },
            remembers: dice.chance(30),
            settled_day: one_of(&SETTLED, &mut dice),
            today: one_of(&RUN, &mut dice),
            seen: None,
            pushed: dice.chance(50),
            later: Later::new(),
            came: BTreeSet::new(),
        };
        if dice.chance(70) {
            (case.later, case.came) = case.days(earlier)?;
        }
        if dice.chance(70) {
            case.seen = case.see(earlier, dice.chance(20));
        }
        case.pushed |= case.seen.is_none();
        Some(case)
    }

    /// A tip that came with no plan at all, in a world.
    pub(super) fn pushed(plans: &'c Plans<'c>, world: usize) -> Self {
        let day = Date::parse(SETTLED[1]).unwrap();
        Self {
            plans,
            pair: plans.pair,
            key: ItemKey::new(Some("a key of ours")),
            world,
            remembers: false,
            settled_day: day,
            today: day,
            seen: None,
            pushed: true,
            later: Later::new(),
            came: BTreeSet::new(),
        }
    }

    /// The plans of the settled policies and of the tip, on the same data; none: it cannot be made, or does nothing.
    pub(super) fn both(&self) -> [Option<Rc<Plan>>; 2] {
        let Pair { settled, tip, .. } = self.pair;
        [settled, tip].map(|version| self.plan(version, tip, self.world, self.today))
    }

    /// The plan of one version for data as another reads it; none: it cannot be made, or does nothing.
    fn plan(&self, version: &Version, reader: &Version, world: usize, as_of: Date) -> Option<Rc<Plan>> {
        self.plans.of(version, reader, Moment { world, as_of, remembers: self.remembers })
    }

    /// What the settled policies were said to do on later days.
    fn days(&self, earlier: usize) -> Option<(Later, BTreeSet<String>)> {
        let settled = &self.pair.settled;
        let first = self.plan(settled, settled, earlier, self.settled_day)?;
        let (mut before, mut days, mut seen) = (first.clone(), Vec::new(), BTreeSet::new());
        let judges = Judges { own: settled.policy(), settled: None };
        for end in settled.policy().ends().into_iter().filter(|end| *end > self.settled_day) {
            let then = self.plan(settled, settled, earlier, end)?;
            days.push(LaterDay::of(by(&then, settled), by(&before, settled)));
            if end <= self.today {
                let known = exact(&before, judges, |_| true);
                let new = effects(&then, judges).into_iter().flatten();
                seen.extend(new.filter(|effect| !known.contains(&effect.exact)).map(|effect| effect.shown));
            }
            before = then;
        }
        let shown = self.pull_request(by(&first, settled), None, &days);
        Some((Record::of(shown, &self.key).unwrap().later, seen))
    }

    fn pull_request<'p>(
        &self,
        plan: PolicyPlan<'p>,
        settled: Option<PolicyPlan<'p>>,
        later: &'p [LaterDay],
    ) -> PullRequestPlan<'p> {
        static COMMIT: std::sync::LazyLock<Commit> = std::sync::LazyLock::new(|| Commit("a".repeat(40)));
        let (base, head) = (&*COMMIT, &*COMMIT);
        PullRequestPlan {
            plan,
            settled,
            settled_digest: None,
            compared: None,
            base,
            head,
            saved_data: false,
            later,
        }
    }

    /// What the pull request's plan showed, on earlier data.
    fn see(&self, earlier: usize, counts: bool) -> Option<Seen> {
        let Pair { settled, shown, .. } = self.pair;
        let head = self.plan(shown, shown, earlier, self.today)?;
        let before = self.plan(settled, shown, earlier, self.settled_day);
        let record = Record::of(
            self.pull_request(by(&head, shown), before.as_ref().map(|before| by(before, settled)), &[]),
            &self.key,
        );
        let mut record = record.unwrap();
        let judges = Judges { own: shown.policy(), settled: before.as_ref().map(|_| settled.policy()) };
        let alone = self.wanted_alone(earlier, before.is_some());
        let same = same_places(shown.policy(), settled.policy());
        let listed =
            |effect: &&Effect| effect.sensitive && (effect.asks || !same || !alone.contains(&effect.exact));
        let mut seen = Seen { effects: BTreeSet::new(), counts: BTreeMap::new(), record: Record::default() };
        for effects in effects(&head, judges) {
            let Some(first) = effects.iter().find(listed) else { continue };
            if counts {
                *seen.counts.entry(first.operation).or_default() += 1;
            } else {
                seen.effects.extend(effects.iter().filter(listed).map(|effect| effect.shown.clone()));
            }
        }
        if counts {
            record.items.values_mut().for_each(|items| *items = None);
        }
        Some(Seen { record, ..seen })
    }

    /// What the settled policies do on data without asking anybody, read as they read it.
    fn wanted_alone(&self, world: usize, evaluated: bool) -> BTreeSet<String> {
        let settled = &self.pair.settled;
        let judges = Judges { own: settled.policy(), settled: None };
        let own = self.plan(settled, settled, world, self.settled_day).filter(|_| evaluated);
        own.map(|own| exact(&own, judges, |effect| !effect.asks)).unwrap_or_default()
    }

    fn known(&self) -> Known {
        let version = |version: &Version| gate::Version {
            review: Review::Github,
            digest: Some(version.digest.to_string()),
        };
        let (tip, settled) = (version(&self.pair.tip), version(&self.pair.settled));
        let known = Known::of(&tip, Some(&settled), Review::Github, &[], Vec::new());
        let ended = self.pair.settled.policy().ended_between(self.settled_day, self.today);
        let known = known.on(self.today, &self.later, ended);
        if !known.needs_evidence() {
            return known;
        }
        let missing = if self.pushed {
            vec![(Commit("c".repeat(40)), "it came through no pull request".to_owned())]
        } else {
            Vec::new()
        };
        let commit = Commit("a".repeat(40));
        let record = |seen: &Seen| ShownCommit { commit: commit.clone(), record: seen.record.clone() };
        let records = self.seen.iter().map(record).collect();
        known.shown(Evidence { records, missing, ..Evidence::default() })
    }

    /// Judges the tip's plan as a run does, and compares what it lets through with what it may; none: there is no plan.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let Pair { settled, tip, .. } = self.pair;
        let mut outcome = Outcome { cases: 1, ..Outcome::default() };
        let head = self.plan(tip, tip, self.world, self.today)?;
        let known = self.known();
        let before = self
            .plan(settled, tip, self.world, self.settled_day)
            .filter(|_| known.needs_settled())
            .map(|plan| Plan { as_of: self.today, ..Plan::clone(&plan) });
        let review = known.judge_by(&self.key, before.as_ref().map(|before| by(before, settled)));
        let state = State::default();
        let judgement = judge(Plan::clone(&head), tip.policy(), &review, &Past::of(&state, 0));
        outcome.held = judgement.held().count();
        outcome.settles = usize::from(judgement.settles());
        let held: Vec<*const _> = judgement.held().map(std::ptr::from_ref).collect();
        let flowing =
            judgement.plan().changes.iter().filter(|change| !held.contains(&std::ptr::from_ref(*change)));
        let judges = Judges { own: tip.policy(), settled: before.as_ref().map(|_| settled.policy()) };
        // Where the tip is the settled policies and no date came, its own plan is theirs.
        let alone = self.wanted_alone(self.world, before.is_some() || !known.needs_settled());
        let mut counted: BTreeMap<Operation, u64> = BTreeMap::new();
        for change in flowing {
            let effects = of_change(change, judges).into_iter();
            let by_number =
                effects.filter(|effect| self.is_by_number(effect, &known, &alone, &mut outcome)).count();
            if by_number > 0 {
                *counted.entry(change.operation()).or_default() += 1;
            }
        }
        let may = self.seen.as_ref().filter(|_| known.needs_evidence()).map(|seen| &seen.counts);
        for (operation, count) in counted {
            if may.and_then(|may| may.get(&operation)).copied().unwrap_or_default() < count {
                outcome.past.push(format!("{count} of {operation:?}, which were only counted"));
            }
        }
        Some(outcome)
    }

    /// Says why an effect may be had, or that it may not; and whether only the number of its operation was shown.
    fn is_by_number(
        &self,
        effect: &Effect,
        known: &Known,
        alone: &BTreeSet<String>,
        outcome: &mut Outcome,
    ) -> bool {
        let seen = self.seen.as_ref().filter(|_| known.needs_evidence());
        let by_number =
            effect.sensitive && seen.is_some_and(|seen| seen.counts.contains_key(&effect.operation));
        let why = if !effect.asks && alone.contains(&effect.exact) {
            &mut outcome.settled
        } else if seen.is_some_and(|seen| seen.effects.contains(&effect.shown)) {
            &mut outcome.shown
        } else if self.came.contains(&effect.shown) {
            &mut outcome.came
        } else if by_number {
            outcome.counted += 1;
            return true;
        } else if known.covered() && !effect.sensitive {
            &mut outcome.ordinary
        } else {
            let (exact, sensitive) = (&effect.exact, effect.sensitive);
            outcome.past.push(format!("{exact} (sensitive: {sensitive}, covered: {})", known.covered()));
            return false;
        };
        *why += 1;
        false
    }
}

fn exact(plan: &Plan, judges: Judges<'_>, keeps: impl Fn(&Effect) -> bool) -> BTreeSet<String> {
    let all = effects(plan, judges).into_iter().flatten().filter(|effect| keeps(effect));
    all.map(|effect| effect.exact).collect()
}
