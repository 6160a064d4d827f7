//! What `check` says before a merge is what `apply` does after it, for random histories: pushes, pull requests with and
//! without records, merges, releases, changes in the directory, runs that die, lost ledgers.

use super::{CITY, DEACTIVATE, NO_READERS, OWNERS, WRITERS, hire, join, leave, set, unmanaged, world};
use proptest::prelude::*;
use rolewright::gate::{
    Beginning, Check, CommitPulls, Ended, EvidenceCriteria, Identity, ItemKey, JudgedPolicies, Judgement,
    Known, Marks, OwnEffects, Past, PolicyPlan, Pull, PullRequestPlan, Record, Refusal, RunRecord, RunResult,
    State, Version, evidence, identities, judge,
};
use rolewright::model::{Commit, Date, rfc3339_of};
use rolewright::plan::{Change, Plan};
use rolewright::policy::{self, ApplicationPolicy, PolicySet};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// How many histories one test run tries.
const HISTORIES: u32 = 2_000;
/// The app that CI publishes as.
const APP: &str = "github-actions";
const INSTANCE: &str = "default/app";

/// Every change that policies can want: a plan contains some of them.
struct Catalogue {
    plan: Plan,
    policies: PolicySet,
    /// The same with a limit of one removal a run.
    strict: PolicySet,
}

impl Catalogue {
    fn get() -> &'static Self {
        static MADE: OnceLock<Catalogue> = OnceLock::new();
        MADE.get_or_init(|| {
            let edits = [DEACTIVATE, NO_READERS, WRITERS, OWNERS, CITY];
            let limit = ("{ change: removal, percent: 100 }", "{ change: removal, count: 1 }");
            let policies = set(&edits);
            let mut world = world(5);
            (5..8).for_each(|number| hire(&mut world, number));
            leave(&mut world, 0..2);
            join(&mut world, "Writers", 2..4);
            join(&mut world, "Owners", [3, 5, 6].into_iter());
            world.people.get_mut("u00004").unwrap().values.insert("mail", "moved".to_owned());
            unmanaged(&mut world, 5).rights.insert("owner".to_owned());
            unmanaged(&mut world, 6);
            let plan = world.plan(&policies);
            assert!(plan.changes.len() <= 32, "a change a bit");
            let strict = set(&[DEACTIVATE, NO_READERS, WRITERS, OWNERS, CITY, limit]);
            Self { plan, policies, strict }
        })
    }

    fn some(&self, wanted: u32) -> Plan {
        let places = self.plan.changes.iter().enumerate();
        let changes = places.filter(|(place, _)| wanted >> place & 1 == 1).map(|(_, change)| change.clone());
        Plan { changes: changes.collect(), reports: Vec::new(), ..self.plan.clone() }
    }

    /// Changes as bits.
    fn bits<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> u32 {
        let place = |change: &Change| self.plan.changes.iter().position(|known| known == change);
        changes.filter_map(place).fold(0, |bits, place| bits | 1 << place)
    }
}

/// The policies of one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Policies {
    wants: u32,
    strict: bool,
    reviewed: bool,
}

impl Policies {
    fn version(self) -> Version {
        let review = if self.reviewed { policy::Review::Github } else { policy::Review::None };
        Version { review, digest: Some(format!("{:08x} {}", self.wants, self.strict)) }
    }

    fn policy(self) -> &'static ApplicationPolicy {
        let Catalogue { policies, strict, .. } = Catalogue::get();
        &if self.strict { strict } else { policies }.applications[0]
    }
}

/// What the plan job published for a pull request.
#[derive(Clone, Copy, Debug)]
enum Published {
    Nothing,
    Whole,
    /// A record that lists only some of the changes.
    Some(u32),
    /// A record that counts instead of listing.
    Counted,
    /// Made with another key.
    OtherKey,
    /// A record by another app.
    Forged,
}

/// One commit of the protected branch.
#[derive(Clone, Debug)]
struct Merged {
    policies: Policies,
    pull: Option<Pull>,
}

#[derive(Clone, Debug)]
enum Step {
    Push(Policies),
    PullRequest { policies: Policies, published: Published, published_again_after_the_merge: bool },
    Directory(u32),
    Apply { releases: bool, fails: u32, dies: bool },
    LoseLedger,
}

/// A company: its protected branch, its ledger, and the contents of its directory and its application.
struct Company {
    key: ItemKey,
    branch: Vec<Merged>,
    /// Changes that the directory causes.
    directory: u32,
    /// Changes that were made.
    done: u32,
    state: State,
    runs: Vec<RunRecord>,
    /// The index of the settled commit.
    settled: Option<usize>,
}

/// When all runs are, in seconds since 1970: 2026-11-21T12:00:00Z.
const NOW: i64 = 1_795_262_400;

/// The decision about a commit.
#[derive(Debug, PartialEq)]
struct Decision {
    held: Vec<Change>,
    flowing: Option<Vec<Change>>,
    refusals: Vec<Refusal>,
    settles: bool,
}

impl Decision {
    fn of(judgement: Judgement) -> Self {
        let held = judgement.held().cloned().collect();
        let (refusals, settles) = (judgement.refusals().to_vec(), judgement.settles());
        let flowing = judgement.approve().ok().map(|approved| approved.changes().cloned().collect());
        Self { held, flowing, refusals, settles }
    }
}

fn judged(judgement: &Judgement, policies: Policies) -> JudgedPolicies<'_> {
    JudgedPolicies { judgement, policy: policies.policy() }
}

fn name(place: usize) -> Commit {
    Commit(format!("{place:040x}"))
}

impl Company {
    fn new() -> Self {
        Self {
            key: ItemKey::new(Some("a key of ours")),
            branch: Vec::new(),
            directory: u32::MAX,
            done: 0,
            state: State::first(INSTANCE),
            runs: Vec::new(),
            settled: None,
        }
    }

    /// Today's plan of a commit's policies.
    fn plan(&self, policies: Policies) -> Plan {
        Catalogue::get().some(policies.wants & self.directory & !self.done)
    }

    fn past(&self) -> Past<'_> {
        Past::of(&self.state, 0)
    }

    /// The settled policies and their plan.
    fn before(&self) -> Option<(Plan, Policies)> {
        self.settled.map(|place| self.branch[place].policies).map(|policies| (self.plan(policies), policies))
    }

    /// The commits up to a tip that changed something since the known ones, from the history.
    fn changed(&self, branch: &[Merged], released: &[String]) -> Vec<usize> {
        let released = self.runs.iter().filter(|run| released.contains(&run.run));
        let released = released.filter_map(|run| usize::from_str_radix(&run.commit, 16).ok());
        let first = released.chain(self.settled).max().map_or(0, |last| last + 1);
        let digest = |place: usize| branch[place].policies.version().digest;
        let mut last = first.checked_sub(1).and_then(digest);
        let mut changed = Vec::new();
        for place in first..branch.len() {
            if digest(place) != last {
                changed.push(place);
                last = digest(place);
            }
        }
        changed
    }

    /// What is known of the last commit of a branch.
    fn known(&self, branch: &[Merged], released: Vec<String>) -> Known {
        let tip = branch.last().unwrap().policies;
        let settled = self.settled.map(|place| self.branch[place].policies.version());
        let known = Known::of(&tip.version(), settled.as_ref(), self.state.review, &self.runs, released);
        if !known.needs_evidence() {
            return known;
        }
        let commits = self.changed(branch, known.released());
        let commits = commits.into_iter().map(|place| CommitPulls {
            commit: name(place),
            pulls: branch[place].pull.iter().cloned().collect(),
            mends: None,
        });
        let wanted = EvidenceCriteria { instance: INSTANCE, branch: "main", app: APP, kid: self.key.kid() };
        known.shown(evidence(&commits.collect::<Vec<_>>(), &wanted, |_| true))
    }

    fn judge(&self, branch: &[Merged], known: &Known) -> Judgement {
        let tip = branch.last().unwrap().policies;
        let before = self.before().filter(|_| known.needs_evidence());
        let before = before.as_ref().map(|(plan, policies)| PolicyPlan::new(plan, policies.policy()));
        // All runs are at one time, so that what failed twice rests from then on.
        let plan = self.state.set_aside(self.plan(tip), tip.policy(), &self.key, NOW);
        judge(plan, tip.policy(), &known.judge_by(&self.key, before), &self.past())
    }

    /// The decision of `check` about a commit that is not merged yet.
    fn check(&self, policies: Policies, pull: Option<Pull>) -> (Decision, OwnEffects) {
        let pull = pull.map(|pull| Pull { merged_at: Some(i64::MAX), ..pull });
        let queue: Vec<Merged> = self.branch.iter().cloned().chain([Merged { policies, pull }]).collect();
        let known = self.known(&queue, self.state.shown.clone());
        let judgement = self.judge(&queue, &known);
        let own = |commit: &Commit| *commit == name(self.branch.len());
        let base = self.branch.last().map(|base| (self.judge_base(base.policies, &known), base.policies));
        let base = base.as_ref().map(|(judgement, policies)| judged(judgement, *policies));
        let own_effects = OwnEffects::of(judged(&judgement, policies), base, known.missing(), own);
        (Decision::of(judgement), own_effects)
    }

    /// The judgement of the tip by what is known of the commit after it.
    fn judge_base(&self, tip: Policies, later: &Known) -> Judgement {
        let settled = self.settled.map(|place| self.branch[place].policies.version());
        let released = later.released().to_vec();
        let known = Known::of(&tip.version(), settled.as_ref(), self.state.review, &self.runs, released);
        self.judge(&self.branch, &known.as_before(later, |commit| *commit == name(self.branch.len())))
    }

    /// The pull request of the next commit, with what its plan job published.
    fn pull(&self, policies: Policies, published: Published) -> Pull {
        let (head, base) = (format!("{:040x}", 0xf000 + self.branch.len()), name(self.branch.len()));
        let (plan, before) = (self.plan(policies), self.before());
        let other = ItemKey::new(Some("a key of somebody else"));
        let key = if matches!(published, Published::OtherKey) { &other } else { &self.key };
        let plan = match published {
            Published::Some(bits) => Catalogue::get().some(Catalogue::get().bits(plan.changes.iter()) & bits),
            _ => plan,
        };
        let shown = PullRequestPlan {
            plan: PolicyPlan::new(&plan, policies.policy()),
            settled: before.as_ref().map(|(plan, policies)| PolicyPlan::new(plan, policies.policy())),
            settled_digest: None,
            compared: None,
            base: &base,
            head: &Commit(head.clone()),
            saved_data: false,
            later: &[],
        };
        let mut record = Record::of(shown, key).unwrap();
        if matches!(published, Published::Counted) {
            record.items.values_mut().for_each(|items| *items = None);
        }
        let app = if matches!(published, Published::Forged) { "mallory" } else { APP }.to_owned();
        let check = Check { app, completed_at: 10, text: record.text().unwrap() };
        let checks = if matches!(published, Published::Nothing) { Vec::new() } else { vec![check] };
        Pull {
            number: self.branch.len() as u64,
            branch: "main".to_owned(),
            merged_at: Some(20),
            head,
            checks,
        }
    }

    /// Merges a commit, and asserts that the decision before the merge is also the one after it.
    fn merge(&mut self, policies: Policies, pull: Option<Pull>, late: bool) -> Result<(), TestCaseError> {
        let without = (!self.branch.is_empty()).then(|| self.check_again());
        let (checked, own_effects) = self.check(policies, pull.clone());
        let pull = pull.map(|mut pull| {
            let again = pull.checks.first().cloned().filter(|_| late);
            pull.checks.extend(again.map(|check| Check {
                completed_at: 30,
                text: "changed".to_owned(),
                ..check
            }));
            pull
        });
        self.branch.push(Merged { policies, pull });
        let known = self.known(&self.branch, self.state.shown.clone());
        let applied = Decision::of(self.judge(&self.branch, &known));
        prop_assert_eq!(&checked, &applied);
        // What waits with the commit and not without it waits because of it; an update may wait for some attributes only.
        let marks = Marks::of(policies.policy());
        let of = |change: &Change| identities(INSTANCE, &marks, change);
        let anyway: BTreeSet<Identity> =
            without.iter().flat_map(|without| &without.held).flat_map(of).collect();
        let own = applied.held.iter().filter(|change| !of(change).iter().all(|it| anyway.contains(it)));
        let own = own.count();
        prop_assert!(own_effects.held <= own);
        prop_assert!(applied.settles || own_effects.held == own, "{} of {own}", own_effects.held);
        prop_assert!(
            applied.settles || !known.needs_evidence() || !known.covered() || !applied.held.is_empty()
        );
        Ok(())
    }

    /// A run at the tip.
    fn apply(&mut self, releases: bool, fails: u32, dies: bool) -> Result<(), TestCaseError> {
        let Some(tip) = self.branch.last().map(|tip| tip.policies) else { return Ok(()) };
        let checked = self.check_again();
        let mut released = self.state.shown.clone();
        released.extend(self.runs.first().filter(|_| releases).map(|run| run.run.clone()));
        let known = self.known(&self.branch, released);
        let settled = self.settled.map(|place| self.branch[place].policies.version().review);
        prop_assert_eq!(known.review(), tip.version().review.max(settled.unwrap_or(self.state.review)));
        let commit = name(self.branch.len() - 1);
        let beginning = Beginning {
            cause: "push".to_owned(),
            by: None,
            at: rfc3339_of(NOW),
            commit: &commit,
            policy: tip.version().digest.unwrap(),
            tool: "0",
            as_of: Date::parse("2026-11-21").unwrap(),
        };
        let mut record = RunRecord::begin(&self.state, beginning);
        let dead = self.state.open.as_ref().and_then(|_| self.runs.first().cloned());
        let state =
            self.state.clone().inherited(dead.as_ref(), &self.plan(tip), &Marks::of(tip.policy()), &self.key);
        let judgement = self.judge(&self.branch, &known);
        let approved = match judgement.approve() {
            Ok(approved) => approved,
            Err(refused) => {
                prop_assert!(releases || checked.refusals == refused.refusals);
                record.refused(&refused.plan);
                let refusal = (record.result.clone(), record.counts.values().sum());
                prop_assert_eq!(refusal, (RunResult::Refused, refused.plan.changes.len() as u64));
                self.state = state.noted(known.review());
                self.runs.insert(0, record);
                return Ok(());
            }
        };
        prop_assert!(releases || checked.held == approved.held().cloned().collect::<Vec<_>>());
        prop_assert!(releases || checked.settles == approved.settles());
        record.sets_out(&approved, &self.key);
        let state = state.planned(&record, &approved, &known, self.key.kid());
        if approved.settles() {
            self.settled = Some(self.branch.len() - 1);
        }
        prop_assert_eq!(state.held_since.is_some(), approved.waits());
        if approved.places().is_empty() {
            record.result = if approved.waits() { RunResult::Held } else { RunResult::Done };
            self.state = state.noted(known.review());
        } else {
            let opened = state.opened(&record);
            let made = Ended::Made { not_kept: Vec::new(), account: None };
            let ended: Vec<Ended> = (0..approved.places().len())
                .map(|place| if fails >> (place % 32) & 1 == 0 { made.clone() } else { Ended::Failed })
                .collect();
            let done =
                approved.changes().zip(&ended).filter(|(_, ended)| **ended == made).map(|(change, _)| change);
            self.done |= Catalogue::get().bits(done);
            self.state =
                if dies { opened } else { opened.written(&mut record, &approved, &ended, &self.key) };
            prop_assert!(
                dies || record.outcome["failed"]
                    == ended.iter().filter(|ended| **ended != made).count() as u64
            );
        }
        self.runs.insert(0, record);
        Ok(())
    }

    /// The decision of `check` about the tip.
    fn check_again(&self) -> Decision {
        let known = self.known(&self.branch, self.state.shown.clone());
        Decision::of(self.judge(&self.branch, &known))
    }

    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Push(policies) => self.merge(policies, None, false),
            Step::PullRequest { policies, published, published_again_after_the_merge } => {
                let pull = self.pull(policies, published);
                self.merge(policies, Some(pull), published_again_after_the_merge)
            }
            Step::Directory(directory) => {
                self.directory = directory;
                Ok(())
            }
            Step::Apply { releases, fails, dies } => self.apply(releases, fails, dies),
            Step::LoseLedger => {
                (self.state, self.runs, self.settled) = (State::first(INSTANCE), Vec::new(), None);
                Ok(())
            }
        }
    }
}

fn some_policies() -> impl Strategy<Value = Policies> {
    (any::<u32>(), any::<u32>(), any::<bool>(), prop::bool::weighted(0.9))
        .prop_map(|(one, other, strict, reviewed)| Policies { wants: one & other, strict, reviewed })
}

fn published() -> impl Strategy<Value = Published> {
    prop_oneof![
        1 => Just(Published::Nothing),
        5 => Just(Published::Whole),
        2 => any::<u32>().prop_map(Published::Some),
        1 => Just(Published::Counted),
        1 => Just(Published::OtherKey),
        1 => Just(Published::Forged),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pull_request =
        (some_policies(), published(), any::<bool>()).prop_map(|(policies, published, late)| {
            Step::PullRequest { policies, published, published_again_after_the_merge: late }
        });
    let apply = (prop::bool::weighted(0.3), any::<u32>(), any::<u32>(), prop::bool::weighted(0.1))
        .prop_map(|(releases, one, other, dies)| Step::Apply { releases, fails: one & other, dies });
    let step = prop_oneof![
        2 => some_policies().prop_map(Step::Push),
        4 => pull_request,
        2 => any::<u32>().prop_map(Step::Directory),
        5 => apply,
        1 => Just(Step::LoseLedger),
    ];
    prop::collection::vec(step, 1..10)
}

#[test]
fn the_catalogue_has_every_kind_of_change() {
    let changes = &Catalogue::get().plan.changes;
    let words: BTreeSet<&str> = changes.iter().map(|change| change.operation().word()).collect();
    let every = ["adopt", "create", "deactivate", "grant", "revoke", "update"];
    assert_eq!(words.into_iter().collect::<Vec<_>>(), every);
    let held = changes.iter().filter_map(Change::hold);
    assert!(held.collect::<Vec<_>>().len() >= 2, "adoptions that wait");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: HISTORIES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_check_says_is_held_is_what_apply_holds(steps in steps()) {
        let mut company = Company::new();
        for step in steps {
            company.step(step)?;
        }
    }
}
