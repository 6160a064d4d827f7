//! The circumstances of a plan: active overrides, and whether apply would wait.

use crate::gate::{Allowed, Closure};
use crate::policy::Override;
use crate::render::escape::{code_span, visible};
use std::fmt::Write;

/// The circumstances of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'s> {
    /// The overrides without which a limit would refuse.
    pub allowed: &'s [Allowed],
    /// Other active overrides.
    pub idle: &'s [&'s Override],
    /// Why no changes are allowed now.
    pub closed: Option<&'s Closure>,
}

/// Text for a terminal, below the plan; empty if there is nothing to say.
pub fn standing(standing: &Standing<'_>) -> String {
    let mut text = String::new();
    for line in lines(standing) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", visible(&line));
    }
    text
}

/// Markdown for a pull request, below the plan. Everything is in code spans.
pub fn standing_markdown(standing: &Standing<'_>) -> String {
    let mut text = String::new();
    for line in lines(standing) {
        let _ = writeln!(text, "- {}", code_span(&line));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn lines(standing: &Standing<'_>) -> Vec<String> {
    let mut lines: Vec<String> = standing.allowed.iter().map(carries).collect();
    lines.extend(standing.idle.iter().map(|by| idle(by)));
    lines.extend(standing.closed.map(|closure| format!("Apply would wait: {closure}.")));
    lines
}

fn carries(allowed: &Allowed) -> String {
    let (by, word) = (&allowed.by, allowed.change.word());
    format!(
        "Override {} lets {} {word} changes pass: {} allowed until {}, {} used before ({}: {}; {}:{}).",
        by.id,
        allowed.count,
        allowed.of,
        by.until,
        allowed.used,
        by.owner,
        by.reason,
        by.origin.path,
        by.origin.line
    )
}

fn idle(by: &Override) -> String {
    let what = match (by.shrink_to, by.accounts_to) {
        (Some(users), None) => format!("lets sources shrink to {users} users"),
        (None, Some(accounts)) => format!("lets the application shrink to {accounts} accounts"),
        (Some(users), Some(accounts)) => {
            format!("lets sources shrink to {users} users, and the application to {accounts} accounts")
        }
        (None, None) => "lifts no limit here".to_owned(),
    };
    format!(
        "Override {} is in force until {}, and {what} ({}: {}; {}:{}).",
        by.id, by.until, by.owner, by.reason, by.origin.path, by.origin.line
    )
}
