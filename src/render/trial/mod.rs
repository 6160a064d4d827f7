//! What came of policy tests, one face a file.

mod json;
mod junit;
mod text;

pub use json::json;
pub use junit::junit;
pub use text::text;

use crate::policy::TestSubject;
use crate::trial::{Coverage, Difference, Mutation, Trial};
use similar::{ChangeTag, TextDiff};

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownTrials<'t> {
    /// The tests of all applications that are meant, one application after the other.
    pub trials: &'t [Trial],
    /// What no test touches, where that was asked for.
    pub coverage: &'t [Coverage],
    /// Whether everything must be touched.
    pub required: bool,
    /// What no test would miss, where that was asked for.
    pub mutations: &'t [Mutation],
}

impl ShownTrials<'_> {
    /// How many tests do not hold.
    pub fn failed(&self) -> usize {
        self.trials.iter().filter(|trial| !trial.holds()).count()
    }
}

/// The lines of a difference: what was expected and came, what did not come, what came instead.
fn changed(difference: &Difference) -> Vec<(ChangeTag, String)> {
    let expected: Vec<&str> = difference.expected.iter().map(String::as_str).collect();
    let actual: Vec<&str> = difference.actual.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&expected, &actual);
    diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned())).collect()
}

fn who(who: &TestSubject) -> (&'static str, &str) {
    match who {
        TestSubject::User(id) => ("user", id),
        TestSubject::Account(id) => ("account", id),
    }
}
