//! The tests of one application, each in a world of its own.

use super::compare::{Difference, compare};
use super::relax::relaxed;
use super::world::World;
use crate::model::{Date, Digest};
use crate::plan::{Inputs, Memory, Verdict, judge, remember};
use crate::policy::{
    ApplicationPolicy, DirectoryPolicy, Origin, PolicySet, PolicyTest, TestSource, TestSubject,
};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A day before every `until`: that of a test which names none.
const BEFORE_ALL: i32 = -1_000_000;

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The application.
    pub application: String,
    /// The test: its id, and where it stands.
    pub test: Origin,
    /// Where what came is not what was expected; none: the test holds.
    pub differences: Vec<Difference>,
    /// What kept the test from being planned at all.
    pub problem: Option<String>,
    /// The rules that took part in what became of those of whom something is expected.
    pub touched: BTreeSet<Origin>,
}

impl Trial {
    /// Whether everything came as expected.
    pub fn holds(&self) -> bool {
        self.differences.is_empty() && self.problem.is_none()
    }
}

/// Runs the tests of an application whose id or file contains a text, in the order in which they stand.
pub fn run(set: &PolicySet, policy: &ApplicationPolicy, filter: &str) -> Vec<Trial> {
    let court = Court::new(set, policy, filter);
    let mut trials: Vec<Trial> =
        court.benches.par_iter().map(|bench| court.trial(&court.policy, bench)).collect();
    trials.sort_by(|one, other| (&one.test.path, one.test.line).cmp(&(&other.test.path, other.test.line)));
    trials
}

/// An application's policies and its tests, each with its world.
pub(super) struct Court<'p> {
    pub(super) policy: ApplicationPolicy,
    directories: Vec<&'p DirectoryPolicy>,
    pub(super) benches: Vec<Bench<'p>>,
}

/// A test and its world.
pub(super) struct Bench<'p> {
    test: &'p PolicyTest,
    world: Result<World, String>,
}

impl<'p> Court<'p> {
    pub(super) fn new(set: &'p PolicySet, policy: &'p ApplicationPolicy, filter: &str) -> Self {
        let named = policy.directories.iter();
        let directories = named.filter_map(|name| set.directories.iter().find(|it| it.name == *name));
        let meant = |test: &&PolicyTest| test.id.contains(filter) || test.origin.path.contains(filter);
        let relaxed = relaxed(policy);
        let benches = policy.tests.par_iter().filter(meant).map(|test| Bench {
            test,
            world: World::new(&relaxed, test).map_err(|incomplete| incomplete.to_string()),
        });
        let benches = benches.collect();
        Self { directories: directories.collect(), benches, policy: relaxed }
    }

    /// What comes of a test under these policies, which may be others than those its world was made for.
    pub(super) fn trial(&self, policy: &ApplicationPolicy, bench: &Bench<'_>) -> Trial {
        let test = bench.test;
        let mut trial = Trial {
            application: policy.name.clone(),
            test: test.origin.clone(),
            differences: Vec::new(),
            problem: None,
            touched: BTreeSet::new(),
        };
        match bench.world.as_ref().map_err(Clone::clone).and_then(|world| self.verdicts(policy, test, world))
        {
            Err(problem) => trial.problem = Some(problem),
            Ok(verdicts) => {
                for (expectation, verdict) in test.expect.iter().zip(verdicts) {
                    let Some(verdict) = verdict else {
                        trial.problem = Some("somebody is expected who is not given".to_owned());
                        continue;
                    };
                    trial.differences.extend(compare(expectation, &verdict));
                    trial.touched.extend(verdict.touched);
                }
            }
        }
        trial
    }

    fn verdicts(
        &self,
        policy: &ApplicationPolicy,
        test: &PolicyTest,
        world: &World,
    ) -> Result<Vec<Option<Verdict>>, String> {
        let snapshots: Vec<_> = world.directories.iter().collect();
        let mut inputs = Inputs {
            policy,
            digest: Digest::of(b""),
            environment: "test",
            commit: None,
            directories: &self.directories,
            snapshots: &snapshots,
            application: &world.application,
            memory: None,
            as_of: test.today.unwrap_or_else(|| Date::of_unix_days(BEFORE_ALL)),
        };
        let memory = memory(&inputs, test)?;
        inputs.memory = Some(&memory);
        let subjects: Vec<&TestSubject> = test.expect.iter().map(|expectation| &expectation.who).collect();
        judge(&inputs, &subjects).map_err(|errors| errors.to_string())
    }
}

/// What the ledger would remember: records as they are now, others, or none.
fn memory(inputs: &Inputs<'_>, test: &PolicyTest) -> Result<Memory, String> {
    let linked = |source: TestSource, user: &str| {
        let accounts = test.accounts.iter().filter(|account| account.source == source);
        accounts.filter_map(|account| account.link.as_deref()).any(|link| link == user)
    };
    let asked = test.accounts.iter().any(|account| account.source != TestSource::Unknown);
    if !asked {
        return Ok(Memory::default());
    }
    let of = |source| remember(inputs, |_, user| !linked(source, user)).map_err(|errors| errors.to_string());
    let mut memory = of(TestSource::Unchanged)?;
    let changed = of(TestSource::Changed)?;
    memory.users.extend(changed.users.into_iter().map(|(user, mut known)| {
        known.record = "another".to_owned();
        (user, known)
    }));
    Ok(memory)
}
