//! Checks whether the forge's rules make a merge an approval (the gate, "what a user must know").

use super::line::{Line, Outcome, Step};
use crate::model::BranchRules;

/// The line of the branch's rules; it lists all that are missing.
pub fn review(subject: &str, branch: &str, rules: &Result<BranchRules, String>) -> Line {
    let rules = match rules {
        Ok(rules) => rules,
        Err(problem) => return Line::new(subject, Step::Review, Outcome::Warned, problem),
    };
    let missing_rules = missing_rules(rules);
    if missing_rules.is_empty() {
        let approvals = rules.approvals;
        let message = format!("`{branch}` demands a pull request, its checks and {approvals} approvals");
        return Line::new(subject, Step::Review, Outcome::Passed, message);
    }
    // A rule that cannot be read may be on.
    let (hint, verb) = match rules.partial {
        true => {
            ("; this credential may not read all rules, so some of it may be on", "is not seen to demand")
        }
        false => ("", "does not demand"),
    };
    let message = format!("`{branch}` {verb} {}{hint}", missing_rules.join(", "));
    Line::new(subject, Step::Review, Outcome::Warned, message)
}

fn missing_rules(rules: &BranchRules) -> Vec<&'static str> {
    let demands = [
        (rules.pull_request, "a pull request (whoever may push changes who has access)"),
        (rules.approvals > 0, "an approval (anybody who may merge approves)"),
        (rules.stale_dismissed, "that approvals fall with a new push"),
        (rules.code_owners, "the review of code owners"),
        (!rules.checks.is_empty(), "any check (the plan job)"),
    ];
    demands.into_iter().filter(|(on, _)| !on).map(|(_, words)| words).collect()
}
