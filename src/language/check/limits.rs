//! `check/limits`: limits don't contradict each other or themselves (the policy language, 10).

use super::context::Context;
use crate::language::document::LimitWord;
use crate::model::{Finding, Period};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

const CODE: &str = "check/limits";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lifecycle in &context.documents.lifecycles {
        let mut first: BTreeMap<(LimitWord, Option<Period>), _> = BTreeMap::new();
        for limit in lifecycle.limits.iter().flatten() {
            let change = &limit.value.change;
            let key = (change.value, Spanned::value_of(&limit.value.within));
            if let Some(earlier) = first.insert(key, lifecycle.place(change.span)) {
                let message = "the same change is limited twice over the same time";
                findings.push(
                    Finding::error(CODE, message, lifecycle.place(change.span), "again here")
                        .and(earlier, "first here")
                        .help("keep one of them; it may have both `count` and `percent`"),
                );
            }
            if let (Some(count), Some(floor)) = (&limit.value.count, &limit.value.floor)
                && count.value <= floor.value
            {
                let message = format!(
                    "`count: {}` limits nothing: `floor: {}` allows as many or more",
                    count.value, floor.value
                );
                findings.push(
                    Finding::error(CODE, message, lifecycle.place(floor.span), "allows more")
                        .and(lifecycle.place(count.span), "the limit"),
                );
            }
        }
    }
    findings
}
