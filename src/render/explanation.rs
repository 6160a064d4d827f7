//! An explanation for people: the question, the answer, the rule.

use super::escape::visible;
use crate::plan::Explanation;
use std::fmt::Write;

/// One line for each step.
pub fn explanation(application: &str, explanation: &Explanation) -> String {
    let subject = &explanation.subject;
    let whom = match (&subject.user, &subject.directory) {
        (Some(id), Some(directory)) => {
            format!("user `{}` of the directory `{}`", visible(id), visible(directory))
        }
        (Some(_), None) | (None, _) => format!("account `{}`, without a user", visible(subject.key())),
    };
    let mut text = format!("{}: {whom}\n", visible(application));
    let width = explanation.steps.iter().map(|step| step.title.chars().count()).max().unwrap_or(0).min(40);
    for step in &explanation.steps {
        let location = step.origin.as_ref().filter(|origin| !origin.path.is_empty());
        let location =
            location.map_or(String::new(), |origin| format!("  ({}:{})", visible(&origin.path), origin.line));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<width$}  {}{location}", visible(&step.title), visible(&step.answer));
    }
    text
}
