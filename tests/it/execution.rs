//! How approved plans are carried out, for any world, any number of steps at a time, and any failures.

use crate::plan_properties::{Shape, sets, text, world};
use crate::support::world::{Account, Person, World, policies, unreviewed};
use proptest::prelude::*;
use rolewright::execution::{ChangeOutcome, Halt, Task, Walk, Work, WriteError, Written};
use rolewright::gate::{Approved, Past, State};
use rolewright::model::{EntitlementWire, Operation, Value};
use rolewright::plan::{Change, Phase};
use rolewright::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// What the next step of the test is, as a random number, and whether a result is a failure.
type Dice = Vec<u8>;

/// An application that carries steps out in any order that the walk allows.
struct Run<'p> {
    walk: Walk<'p>,
    world: World,
    phases: Vec<Phase>,
    under_way: Vec<Task<'p>>,
    outcomes: BTreeMap<usize, ChangeOutcome>,
    /// Changes that are under way or ended, by position.
    begun: BTreeSet<usize>,
    /// User names, in lower case, that several accounts had from the start.
    doubled: BTreeSet<String>,
}

fn positions(approved: &Approved, work: &Work<'_>) -> Vec<usize> {
    let same = |one: &Change, other: &Change| std::ptr::eq(one, other);
    let changes = approved.changes().enumerate();
    match work {
        Work::Park { .. } => Vec::new(),
        Work::One { change, .. } => {
            changes.filter(|(_, other)| same(other, change)).map(|(at, _)| at).collect()
        }
        Work::Members { right, gives, accounts } => {
            let operation = if *gives { Operation::Grant } else { Operation::Revoke };
            let ours = |change: &Change| change.operation() == operation && change.right() == Some(*right);
            let all: Vec<usize> = changes.filter(|(_, other)| ours(other)).map(|(at, _)| at).collect();
            assert!(all.len() >= accounts.len());
            all
        }
    }
}

impl<'p> Run<'p> {
    fn new(approved: &'p Approved, policy: &ApplicationPolicy, world: &World) -> Self {
        let phases = approved.plan().phases();
        let mut seen = BTreeSet::new();
        let names = world.accounts.values().filter_map(|account| account.values.get("userName"));
        let doubled =
            names.map(|name| name.to_lowercase()).filter(|name| !seen.insert(name.clone())).collect();
        Self {
            walk: Walk::new(approved, policy),
            world: world.clone(),
            phases: approved.places().iter().map(|place| phases[*place]).collect(),
            under_way: Vec::new(),
            outcomes: BTreeMap::new(),
            begun: BTreeSet::new(),
            doubled,
        }
    }

    /// Begins a step, if one may begin: no step of an earlier phase is open, and nobody else writes the same account.
    fn begin(&mut self, approved: &Approved) -> Result<bool, TestCaseError> {
        let Some(task) = self.walk.begin() else { return Ok(false) };
        self.hear()?;
        let now = positions(approved, &task.work);
        if let Some(phase) = now.first().map(|at| self.phases[*at]) {
            for at in (0..self.phases.len()).filter(|at| self.phases[*at] < phase) {
                prop_assert!(self.outcomes.contains_key(&at), "{at} is open when {now:?} begins");
            }
        }
        let account = |work: &Work<'_>| match work {
            Work::Park { account, .. } => Some(account.clone()),
            Work::One { account, .. } => account.clone(),
            Work::Members { .. } => None,
        };
        let busy = self.under_way.iter().filter_map(|other| account(&other.work));
        let mine = account(&task.work);
        prop_assert!(busy.into_iter().all(|other| Some(other) != mine), "{mine:?} is written twice at once");
        self.begun.extend(now);
        self.under_way.push(task);
        Ok(true)
    }

    fn finish(&mut self, at: usize, fails: bool) -> Result<(), TestCaseError> {
        let Task { step, work } = self.under_way.swap_remove(at);
        let failed = || Err(WriteError::Failed("refused".to_owned()));
        let results = match &work {
            _ if fails => {
                vec![failed(); if let Work::Members { accounts, .. } = &work { accounts.len() } else { 1 }]
            }
            Work::Park { account, name, .. } => {
                self.rename(account, name)?;
                vec![Ok(Written::default())]
            }
            Work::One { account, change, .. } => {
                let name = change.attribute_change("userName").and_then(|name| name.after.cloned());
                if let Some(name) = name {
                    self.take(account.as_deref(), &name)?;
                }
                self.world.apply(std::iter::once(*change));
                vec![Ok(Written {
                    account: Some(format!("new-{}", change.subject.key())),
                    not_kept: Vec::new(),
                })]
            }
            Work::Members { accounts, .. } => vec![Ok(Written::default()); accounts.len()],
        };
        self.walk.finish(step, results);
        self.hear()
    }

    fn rename(&mut self, account: &str, name: &Value) -> Result<(), TestCaseError> {
        self.take(Some(account), name)?;
        let held = self.world.accounts.get_mut(account).expect("a parked account exists");
        held.values.insert("userName".to_owned(), name.to_string());
        Ok(())
    }

    /// A name that an account takes is nobody else's.
    fn take(&self, account: Option<&str>, name: &Value) -> Result<(), TestCaseError> {
        let name = name.to_string().to_lowercase();
        if self.doubled.contains(&name) {
            return Ok(());
        }
        let others = self.world.accounts.iter().filter(|(id, _)| Some(id.as_str()) != account);
        for (id, other) in others {
            let theirs = other.values.get("userName").map(|name| name.to_lowercase());
            prop_assert_ne!(theirs.as_ref(), Some(&name), "{:?} takes the name of {}", account, id);
        }
        Ok(())
    }

    /// Each change gets one outcome.
    fn hear(&mut self) -> Result<(), TestCaseError> {
        for (at, outcome) in self.walk.outcomes() {
            prop_assert!(self.outcomes.insert(at, outcome).is_none(), "{at} has two outcomes");
        }
        Ok(())
    }
}

/// Carries a plan out; `fails` says which results are failures.
fn carry_out<'p>(
    approved: &'p Approved,
    policy: &ApplicationPolicy,
    world: &World,
    dice: &Dice,
    fails: impl Fn(u8) -> bool,
) -> Result<Run<'p>, TestCaseError> {
    let mut run = Run::new(approved, policy, world);
    for throw in dice.iter().cycle() {
        let begins = run.under_way.is_empty() || throw % 2 == 0;
        if begins && run.begin(approved)? {
            continue;
        }
        if run.under_way.is_empty() {
            break;
        }
        run.finish(usize::from(*throw) % run.under_way.len(), fails(*throw))?;
    }
    run.walk.close();
    run.hear()?;
    Ok(run)
}

fn approved(world: &World, text: &str) -> Option<(Approved, ApplicationPolicy)> {
    let set = policies(text);
    let policy = set.applications[0].clone();
    let approved = unreviewed(world.plan(&set), &policy, &Past::of(&State::default(), 0)).ok()?;
    Some((approved, policy))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn f14_without_failures_everything_is_made_once_in_an_order_that_frees_names_first(
        world in world(), text in sets(), dice in prop::collection::vec(any::<u8>(), 4..40),
    ) {
        let Some((approved, policy)) = approved(&world, &text) else { return Ok(()) };
        let run = carry_out(&approved, &policy, &world, &dice, |_| false)?;
        prop_assert_eq!(run.outcomes.len(), approved.places().len());
        prop_assert!(run.outcomes.values().all(ChangeOutcome::is_made), "{:?}", run.outcomes);
    }

    #[test]
    fn d10_a_failure_skips_what_depends_on_it_and_nothing_else(
        world in world(), text in sets(), dice in prop::collection::vec(any::<u8>(), 4..40),
    ) {
        let Some((approved, policy)) = approved(&world, &text) else { return Ok(()) };
        let run = carry_out(&approved, &policy, &world, &dice, |throw| throw % 7 == 0)?;
        prop_assert_eq!(run.outcomes.len(), approved.places().len());
        let changes: Vec<&Change> = approved.changes().collect();
        let subjects = |wanted: fn(&ChangeOutcome) -> bool| -> BTreeSet<&str> {
            run.outcomes.iter().filter(|(_, outcome)| wanted(outcome)).map(|(at, _)| changes[*at].subject.key()).collect()
        };
        let failed = subjects(|outcome| matches!(outcome, ChangeOutcome::Failed(_)));
        let names: BTreeMap<usize, usize> = approved.plan().takes_over_names().into_iter().collect();
        for (at, outcome) in &run.outcomes {
            let is_skipped = *outcome == ChangeOutcome::Skipped;
            let takes_a_name = names.contains_key(&approved.places()[*at]);
            prop_assert!(!is_skipped || takes_a_name || failed.contains(changes[*at].subject.key()), "{at}: {outcome:?}");
            prop_assert!(!is_skipped || !run.begun.contains(at) || policy_groups(&policy), "{at} was begun and skipped");
        }
    }

    #[test]
    fn s46_memberships_of_one_right_are_one_step(
        world in world(), text in sets(), dice in prop::collection::vec(any::<u8>(), 4..40),
    ) {
        let Some((approved, mut policy)) = approved(&world, &text) else { return Ok(()) };
        policy.entitlements[0].wire = EntitlementWire::Group { template: "Role_{role}".to_owned() };
        let run = carry_out(&approved, &policy, &world, &dice, |_| false)?;
        prop_assert!(run.outcomes.values().all(ChangeOutcome::is_made), "{:?}", run.outcomes);
        let mut walk = Walk::new(&approved, &policy);
        let mut seen = BTreeSet::new();
        while let Some(Task { step, work }) = walk.begin() {
            let count = if let Work::Members { right, gives, accounts } = &work {
                prop_assert!(seen.insert((*right, *gives)) || approved.plan().phases().contains(&Phase::RightsOfArchived));
                accounts.len()
            } else { 1 };
            walk.finish(step, vec![Ok(Written { account: Some("a".to_owned()), not_kept: Vec::new() }); count]);
        }
    }

    #[test]
    fn once_stopped_nothing_begins_and_the_rest_says_why(
        world in world(), text in sets(), after in 0..6_usize,
    ) {
        let Some((approved, policy)) = approved(&world, &text) else { return Ok(()) };
        let mut walk = Walk::new(&approved, &policy);
        for _ in 0..after {
            let Some(Task { step, work }) = walk.begin() else { break };
            let count = if let Work::Members { accounts, .. } = &work { accounts.len() } else { 1 };
            walk.finish(step, vec![Ok(Written { account: Some("a".to_owned()), not_kept: Vec::new() }); count]);
        }
        let made = walk.outcomes().len();
        walk.stop(Halt::Lease);
        prop_assert!(walk.begin().is_none());
        walk.close();
        let rest = walk.outcomes();
        prop_assert_eq!(made + rest.len(), approved.places().len());
        prop_assert!(rest.iter().all(|(_, outcome)| *outcome == ChangeOutcome::Stopped(Halt::Lease)));
    }
}

#[test]
fn d10_the_rights_of_an_account_whose_creation_is_skipped_are_skipped() {
    let words = ["archive", "keep", "keep", "keep", "reactivate"];
    let text = text(&words, "{ change: removal, percent: 100, floor: 9 }", Shape::All);
    let mut world = World {
        groups: ["Members", "Readers", "Writers", "By hand", "Inner"].map(str::to_owned).to_vec(),
        ..World::default()
    };
    let values =
        [("department", "Sales"), ("mailNickname", "n6")].map(|(name, value)| (name, value.to_owned()));
    world.people.insert("u6".to_owned(), Person { values: values.into(), enabled: true });
    world.members = ["Members", "Readers"].map(|group| (group.to_owned(), "u6".to_owned())).into();
    let held = [("userName".to_owned(), "n6".to_owned())].into();
    let leaver = Account { link: Some("u1".to_owned()), active: true, values: held, ..Account::default() };
    world.accounts.insert("a0".to_owned(), leaver);
    let (approved, policy) = approved(&world, &text).expect("no guard refuses");
    let is_first = std::cell::Cell::new(true);
    let run = carry_out(&approved, &policy, &world, &vec![1], |_| is_first.replace(false)).expect("an order");
    let operations: Vec<Operation> = approved.changes().map(Change::operation).collect();
    assert_eq!(operations, [Operation::Archive, Operation::Create, Operation::Grant]);
    assert!(matches!(run.outcomes[&0], ChangeOutcome::Failed(_)), "{:?}", run.outcomes);
    assert_eq!([&run.outcomes[&1], &run.outcomes[&2]], [&ChangeOutcome::Skipped; 2]);
}

fn policy_groups(policy: &ApplicationPolicy) -> bool {
    policy.entitlements.iter().any(|kind| matches!(kind.wire, EntitlementWire::Group { .. }))
}
