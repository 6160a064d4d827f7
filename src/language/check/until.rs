//! `check/until`: what ends by itself is a finding from 14 days before its last day on (the policy language, 1).

use super::context::Context;
use crate::language::document::TestForm;
use crate::model::{Date, Finding, Location};
use crate::yaml::Spanned;

const CODE: &str = "check/until";
const NOTICE: i32 = 14;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut ends: Vec<(Location, &Spanned<Date>, String)> = Vec::new();
    for document in &documents.exclusions {
        for exclusion in &document.exclude {
            let what = format!("the exclusion `{}`", exclusion.id.value);
            ends.extend(exclusion.until.iter().map(|day| (document.place(day.span), day, what.clone())));
        }
    }
    for document in &documents.lifecycles {
        for protection in document.protect.iter().flatten() {
            let what = format!("the protection `{}`", protection.id.value);
            ends.extend(protection.until.iter().map(|day| (document.place(day.span), day, what.clone())));
        }
    }
    for document in &documents.overrides {
        for it in &document.overrides {
            let what = format!("the override `{}`", it.value.id.value);
            ends.push((document.place(it.value.until.span), &it.value.until, what));
        }
    }
    for condition in documents.conditions() {
        for test in condition.tests() {
            if let TestForm::Until(day) = test {
                ends.push((condition.at(day.span), day, format!("a condition of `{}`", condition.id)));
            }
        }
    }
    ends.into_iter().filter_map(|(at, day, what)| ending(context.as_of, day.value, at, &what)).collect()
}

fn ending(today: Date, last: Date, at: Location, what: &str) -> Option<Finding> {
    let left = today.days_until(last);
    let message = match left {
        ..0 => format!("{what} ended with {last}"),
        0 => format!("{what} ends today"),
        1 => format!("{what} ends tomorrow, with {last}"),
        2..=NOTICE => format!("{what} ends in {left} days, with {last}"),
        _ => return None,
    };
    let (label, help) = match left {
        ..0 => ("is over", "it has no effect any more: remove it, or give it another date"),
        _ => ("ends soon", "see what follows, or give it another date"),
    };
    Some(Finding::warning(CODE, message, at, label).help(help))
}
