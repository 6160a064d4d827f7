//! The one-line summary of a plan, always in the same form.

use crate::model::Operation;
use crate::plan::{Outcome, Plan, Seen};

/// `Plan: 1 to delete, 3 to create, 2 to update; 1 blocked, 1 excluded.` or `No changes.`, with the number of subjects
/// left unchanged.
pub fn summary(plan: &Plan) -> String {
    let changes: Vec<String> = Operation::ALL
        .into_iter()
        .map(|operation| (operation, plan.count(operation)))
        .filter(|(_, count)| *count > 0)
        .map(|(operation, count)| format!("{count} to {operation}"))
        .collect();
    let reports: Vec<String> = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome, plan.reported(outcome)))
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!("{count} {}", outcome.word()))
        .collect();
    match (changes.as_slice(), reports.as_slice()) {
        ([], []) => "No changes.".to_owned(),
        ([], reports) => format!("No changes. ({})", reports.join(", ")),
        (changes, []) => format!("Plan: {}.", changes.join(", ")),
        (changes, reports) => format!("Plan: {}; {}.", changes.join(", "), reports.join(", ")),
    }
}

/// `read 34 users, 13 groups, 1 account`
pub(in crate::render) fn read(seen: Seen) -> String {
    let counted = |count: u32, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let Seen { users, groups, accounts } = seen;
    format!("read {}, {}, {}", counted(users, "user"), counted(groups, "group"), counted(accounts, "account"))
}
