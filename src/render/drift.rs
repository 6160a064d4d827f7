//! The drift report: what apply would do, for an issue that stays open as long as there is something.

use crate::render::escape::code_span;
use std::fmt::Write;

/// The title.
pub const TITLE: &str = "Applications differ from the policies";
/// How many characters an issue may have, with room for what marks it.
const BUDGET: usize = 60_000;

/// One application, planned.
#[derive(Clone, Debug)]
pub struct Drifted {
    /// Environment and application, or the application alone where it could not be planned.
    pub instance: String,
    /// What would be done, in a line; or why nothing could be planned.
    pub line: String,
    /// The plan as Markdown; empty where there is none.
    pub whole: String,
    /// Whether anything would be done, or a guard refuses, or it could not be planned.
    pub differs: bool,
}

impl Drifted {
    /// An application of which nothing is known yet.
    pub fn of(instance: &str) -> Self {
        Self { instance: instance.to_owned(), line: String::new(), whole: String::new(), differs: false }
    }
}

/// The text; none where nothing differs. Plans are left out where names must be, or where they do not fit.
pub fn report(all: &[Drifted], hides: bool) -> Option<String> {
    let drifted: Vec<&Drifted> = all.iter().filter(|it| it.differs).collect();
    if drifted.is_empty() {
        return None;
    }
    let mut text = String::from("What the next run of `rolewright apply` would do, or why it would not.\n\n");
    for it in &drifted {
        // Writing to a string does not fail.
        let _ = writeln!(text, "- {}: {}", code_span(&it.instance), code_span(&it.line));
    }
    let plans: usize = drifted.iter().map(|it| it.whole.len() + 1).sum();
    if hides || text.len() + plans > BUDGET {
        text.push_str("\nThe plans are in the job's log.\n");
    } else {
        drifted.iter().for_each(|it| {
            let _ = write!(text, "\n{}", it.whole);
        });
    }
    Some(text)
}
