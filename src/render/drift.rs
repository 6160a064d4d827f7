//! The drift report: what apply would do, as an issue that stays open while there are differences.

use crate::render::escape::code_span;
use std::fmt::Write;

/// The title.
pub const TITLE: &str = "Applications differ from the policies";
/// The most characters of an issue, with room for the marker.
const BUDGET: usize = 60_000;

/// The plan of one application.
#[derive(Clone, Debug)]
pub struct Drifted {
    /// Environment and application, or only the application if it could not be planned.
    pub instance: String,
    /// The changes in one line, or why nothing could be planned.
    pub line: String,
    /// The plan as Markdown; empty if there is none.
    pub whole: String,
    /// Whether there are changes, a guard refuses, or it could not be planned.
    pub differs: bool,
}

impl Drifted {
    /// An application that was not planned yet.
    pub fn of(instance: &str) -> Self {
        Self { instance: instance.to_owned(), line: String::new(), whole: String::new(), differs: false }
    }
}

/// The text; `None` if nothing differs. Plans are left out if names must be hidden or the plans do not fit.
pub fn report(all: &[Drifted], hides: bool) -> Option<String> {
    let drifted: Vec<&Drifted> = all.iter().filter(|drift| drift.differs).collect();
    if drifted.is_empty() {
        return None;
    }
    let mut text = String::from("What the next run of `rolewright apply` would do, or why it would not.\n\n");
    for drift in &drifted {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- {}: {}", code_span(&drift.instance), code_span(&drift.line));
    }
    let plans: usize = drifted.iter().map(|drift| drift.whole.len() + 1).sum();
    if hides || text.len() + plans > BUDGET {
        text.push_str("\nThe plans are in the job's log.\n");
    } else {
        drifted.iter().for_each(|drift| {
            let _ = write!(text, "\n{}", drift.whole);
        });
    }
    Some(text)
}
