//! The results of `doctor`: one line a step, for people and as JSON.

use super::escape::visible;
use crate::doctor::{Line, Outcome};
use serde_json::json;
use std::fmt::Write;

/// For people: each subject once, one line a step, advice below each step that did not pass, the counts at the end.
pub fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut subject = None;
    // Writing to a string cannot fail.
    for line in lines {
        if subject != Some(&line.subject) {
            subject = Some(&line.subject);
            let _ = writeln!(text, "{}", visible(&line.subject));
        }
        let _ =
            writeln!(text, "  {}  {:<10}  {}", line.outcome.word(), line.step.word(), visible(&line.message));
        if let Some(advice) = line.advice {
            let _ = writeln!(text, "          {:<10}  {advice}", "");
        }
    }
    let count = |outcome| lines.iter().filter(|line| line.outcome == outcome).count();
    let [passed, warned, failed] = [Outcome::Passed, Outcome::Warned, Outcome::Failed].map(count);
    let _ = writeln!(text, "{passed} passed, {warned} warned, {failed} failed.");
    text
}

/// One JSON document: `{"lines": [{subject, step, outcome, message, advice}], "exitCode": 0}`.
pub fn json(lines: &[Line], code: u8) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            json!({ "subject": line.subject, "step": line.step.word(), "outcome": line.outcome.word(),
                    "said": line.message, "advice": line.advice })
        })
        .collect();
    super::escape::json(format!("{}\n", json!({ "lines": lines, "exitCode": code })))
}
