//! Runs the tests of one application, each in its own world.

use super::compare::{Difference, compare};
use super::relax::relaxed;
use super::world::World;
use crate::model::{Date, Digest};
use crate::plan::{Evaluation, Inputs, Memory, Verdict};
use crate::policy::{
    ApplicationPolicy, DirectoryPolicy, Origin, PolicySet, PolicyTest, TestSource, TestSubject,
};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A day before every `until`, for a test that names no day.
const BEFORE_ALL: i32 = -1_000_000;

/// The result of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The application.
    pub application: String,
    /// The test: its id and place.
    pub test: Origin,
    /// The differences between results and expectations; empty if the test passes.
    pub differences: Vec<Difference>,
    /// Why the test could not be planned.
    pub problem: Option<String>,
    /// The rules that affected a user or account with an expectation.
    pub touched: BTreeSet<Origin>,
}

impl Trial {
    /// Whether the test passes.
    pub fn holds(&self) -> bool {
        self.differences.is_empty() && self.problem.is_none()
    }
}

/// Runs the tests of an application whose id or file contains `filter`, in the order of the files.
pub fn run(set: &PolicySet, policy: &ApplicationPolicy, filter: &str) -> Vec<Trial> {
    let suite = TestSuite::new(set, policy, filter);
    let mut trials: Vec<Trial> =
        suite.cases.par_iter().map(|case| suite.run_case(&suite.policy, case)).collect();
    trials.sort_by(|one, other| (&one.test.path, one.test.line).cmp(&(&other.test.path, other.test.line)));
    trials
}

/// An application's policies, and its tests with their worlds.
pub(super) struct TestSuite<'p> {
    pub(super) policy: ApplicationPolicy,
    directories: Vec<&'p DirectoryPolicy>,
    pub(super) cases: Vec<TestCase<'p>>,
}

/// A test and its world.
pub(super) struct TestCase<'p> {
    test: &'p PolicyTest,
    world: Result<World, String>,
}

impl<'p> TestSuite<'p> {
    pub(super) fn new(set: &'p PolicySet, policy: &'p ApplicationPolicy, filter: &str) -> Self {
        let named = policy.directories.iter();
        let directories =
            named.filter_map(|name| set.directories.iter().find(|directory| directory.name == *name));
        let selected = |test: &&PolicyTest| test.id.contains(filter) || test.origin.path.contains(filter);
        let relaxed = relaxed(policy);
        let cases = policy.tests.par_iter().filter(selected).map(|test| TestCase {
            test,
            world: World::new(&relaxed, test).map_err(|incomplete| incomplete.to_string()),
        });
        let cases = cases.collect();
        Self { directories: directories.collect(), cases, policy: relaxed }
    }

    /// The result of a test under these policies, which may differ from those that its world was built for.
    pub(super) fn run_case(&self, policy: &ApplicationPolicy, case: &TestCase<'_>) -> Trial {
        let test = case.test;
        let mut trial = Trial {
            application: policy.name.clone(),
            test: test.origin.clone(),
            differences: Vec::new(),
            problem: None,
            touched: BTreeSet::new(),
        };
        match case.world.as_ref().map_err(Clone::clone).and_then(|world| self.verdicts(policy, test, world)) {
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
        let inputs = Inputs {
            policy,
            digest: Digest::of(b""),
            environment: "test",
            commit: None,
            directories: self.directories.clone(),
            snapshots: world.directories.iter().collect(),
            application: &world.application,
            memory: None,
            as_of: test.today.unwrap_or_else(|| Date::of_unix_days(BEFORE_ALL)),
        };
        let evaluation = Evaluation::new(&inputs).map_err(|errors| errors.to_string())?;
        let memory = memory(&evaluation, test);
        let evaluation = evaluation.with_memory(&memory);
        let subjects: Vec<&TestSubject> = test.expect.iter().map(|expectation| &expectation.who).collect();
        Ok(evaluation.judge(&evaluation.plan(), &subjects))
    }
}

/// The ledger's memory for the test: the current records, other ones, or none.
fn memory(evaluation: &Evaluation<'_>, test: &PolicyTest) -> Memory {
    let linked = |source: TestSource, user: &str| {
        let accounts = test.accounts.iter().filter(|account| account.source == source);
        accounts.filter_map(|account| account.link.as_deref()).any(|link| link == user)
    };
    let needs_memory = test.accounts.iter().any(|account| account.source != TestSource::Unknown);
    if !needs_memory {
        return Memory::default();
    }
    let of = |source| evaluation.remember(|_, user| !linked(source, user));
    let mut memory = of(TestSource::Unchanged);
    let changed = of(TestSource::Changed);
    memory.users.extend(changed.users.into_iter().map(|(user, mut known)| {
        known.record = "another".to_owned();
        (user, known)
    }));
    memory
}
