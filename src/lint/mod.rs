//! Finds policies that are valid but certainly not intended: rules that never give anything, exclusions of everyone,
//! constraints that contradict each other.
//!
//! Takes compiled policies and a day, gives findings, none of them errors. Each is proved: from the policies alone, or
//! by a made-up user whom the evaluation itself (`desired`, `plan`) confirms. Never: directory data, a guess.

mod budget;
mod context;
mod logic;
mod rule;
mod witness;

use crate::model::{Date, Finding, SourceSet};
use crate::policy::PolicySet;
use budget::Budget;
use context::{Context, Shared};
use logic::formula::stages;
use std::fmt::Write as _;

/// All findings, sorted by place. `sources` are the files that the policies were compiled from.
pub fn lint(set: &PolicySet, sources: &SourceSet, as_of: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (budget, shared) = (Budget::new(), Shared::new(set));
    for policy in &set.applications {
        let stages = stages(policy);
        let context = Context::new(set, policy, sources, as_of, &budget, &shared, &stages);
        findings.extend(rule::RULES.iter().flat_map(|rule| (rule.check)(&context)));
    }
    findings.sort_by(|one, other| {
        let sort_key = |finding: &Finding| finding.labels.first().map(|label| label.at);
        (sort_key(one), one.code, &one.message).cmp(&(sort_key(other), other.code, &other.message))
    });
    findings.dedup();
    findings
}

/// The codes of all rules, in order.
pub fn codes() -> Vec<&'static str> {
    rule::RULES.iter().map(|rule| rule.code).collect()
}

/// The reference of all rules, as Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# Lint\n\n`rolewright validate` also looks for policies that are valid and surely not meant. Each finding is a \
         warning: it stops nothing and\nchanges no exit code. Each is proved from the policies alone: the user in a \
         finding is made up, and the result for that user was\nworked out by the same evaluation that makes plans. \
         `rolewright explain-code CODE` prints a section of this page.\n",
    );
    for rule in rule::RULES {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n\n{}\n\n**What to do:** {}\n", rule.code, rule.says, rule.remedy);
    }
    text
}
