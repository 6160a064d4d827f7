//! `check/large-condition`: a condition holds no more tests than are evaluated for each user in good time.

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/large-condition";
/// The tests of one condition, at any depth.
const MOST: usize = 1_000;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for placed in context.documents.conditions() {
        let tests = placed.tests().len();
        if tests > MOST {
            let message =
                format!("the condition of `{}` has {tests} tests; at most {MOST} are allowed", placed.id);
            let finding = Finding::error(CODE, message, placed.at(placed.span()), "this condition");
            findings.push(finding.help("write several values in one test, with `in`, or ask for a group"));
        }
    }
    findings
}
