//! Policy test results, one output format a file.

mod json;
mod junit;
mod page;
mod text;

pub use json::json;
pub use junit::junit;
pub use page::page;
pub use text::text;

use crate::policy::TestSubject;
use crate::trial::{Coverage, Difference, Mutation, Trial};
use similar::{ChangeTag, TextDiff};

/// The results to show.
#[derive(Clone, Copy, Debug)]
pub struct ShownTrials<'t> {
    /// The tests of all selected applications, one application after another.
    pub trials: &'t [Trial],
    /// The coverage, if requested.
    pub coverage: &'t [Coverage],
    /// Whether full coverage is required.
    pub required: bool,
    /// The mutations, if requested.
    pub mutations: &'t [Mutation],
}

impl ShownTrials<'_> {
    /// The number of failed tests.
    pub fn failed(&self) -> usize {
        self.trials.iter().filter(|trial| !trial.holds()).count()
    }
}

/// The lines of a difference: equal, missing and unexpected ones.
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
