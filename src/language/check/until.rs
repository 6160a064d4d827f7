//! `check/until`: a rule with an end date is a finding from 14 days before its last day (the policy language, 1).

use super::context::Context;
use crate::language::document::TestForm;
use crate::model::{Date, Finding, Location};

const CODE: &str = "check/until";
const NOTICE: i32 = 14;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut ends: Vec<(Location, Date, String)> = Vec::new();
    for document in &documents.exclusions {
        for rule in &document.exclude {
            let what = || format!("the exclusion `{}`", rule.id.value);
            ends.extend(rule.until.iter().map(|day| (document.place(day.span), day.value, what())));
        }
    }
    for document in &documents.lifecycles {
        for rule in document.protect.iter().flatten() {
            let what = || format!("the protection `{}`", rule.id.value);
            ends.extend(rule.until.iter().map(|day| (document.place(day.span), day.value, what())));
        }
    }
    for document in &documents.overrides {
        for rule in &document.overrides {
            let what = format!("the override `{}`", rule.id.value);
            ends.push((document.place(rule.until.span), rule.until.value, what));
        }
    }
    for condition in documents.conditions() {
        for test in condition.tests() {
            if let TestForm::Until(day) = test {
                ends.push((condition.at(day.span), day.value, format!("a condition of `{}`", condition.id)));
            }
        }
    }
    ends.into_iter().filter_map(|(at, last, what)| finding(context, last, at, &what)).collect()
}

fn finding(context: &Context<'_>, last: Date, at: Location, what: &str) -> Option<Finding> {
    let message = context.ending(what, last, NOTICE)?;
    let (label, help) = match last < context.as_of {
        true => ("is over", "it has no effect any more: remove it, or give it another date"),
        false => ("ends soon", "see what follows, or give it another date"),
    };
    Some(Finding::warning(CODE, message, at, label).help(help))
}
