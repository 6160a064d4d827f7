//! What stands beside a plan: the overrides in force, and whether apply would wait.

use crate::gate::{Allowed, Closure};
use crate::policy::Override;
use crate::render::escape::{code_span, visible};
use std::fmt::Write;

/// What holds for a plan besides the plan.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'s> {
    /// The overrides without which a limit would refuse.
    pub allowed: &'s [Allowed],
    /// Other overrides in force.
    pub idle: &'s [&'s Override],
    /// Why nothing may be changed now.
    pub closed: Option<&'s Closure>,
}

/// For a terminal, below the plan; empty where there is nothing to say.
pub fn standing(it: &Standing<'_>) -> String {
    let mut text = String::new();
    for line in lines(it) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", visible(&line));
    }
    text
}

/// For a pull request, below the plan. All of it stands in code spans.
pub fn standing_markdown(it: &Standing<'_>) -> String {
    let mut text = String::new();
    for line in lines(it) {
        let _ = writeln!(text, "- {}", code_span(&line));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn lines(it: &Standing<'_>) -> Vec<String> {
    let mut lines: Vec<String> = it.allowed.iter().map(carries).collect();
    lines.extend(it.idle.iter().map(|by| idle(by)));
    lines.extend(it.closed.map(|closure| format!("Apply would wait: {closure}.")));
    lines
}

fn carries(it: &Allowed) -> String {
    let (by, word) = (&it.by, it.change.word());
    format!(
        "Override {} lets {} changes of the kind {word} pass: {} allowed until {}, {} used before ({}: {}; {}:{}).",
        by.id, it.count, it.of, by.until, it.used, by.owner, by.reason, by.origin.path, by.origin.line
    )
}

fn idle(by: &Override) -> String {
    let what = match by.shrink_to {
        Some(users) => format!("lets sources shrink to {users} users"),
        None => "lifts no limit here".to_owned(),
    };
    format!(
        "Override {} is in force until {}, and {what} ({}: {}; {}:{}).",
        by.id, by.until, by.owner, by.reason, by.origin.path, by.origin.line
    )
}
