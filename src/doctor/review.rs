//! Whether the forge demands what makes a merge an approval (the gate, "what a user must know").

use super::line::{Line, Outcome, Step};
use crate::model::BranchRules;

/// The line of the branch's rules: all that is off, in one.
pub fn review(subject: &str, branch: &str, rules: &Result<BranchRules, String>) -> Line {
    let rules = match rules {
        Ok(rules) => rules,
        Err(problem) => return Line::new(subject, Step::Review, Outcome::Warned, problem),
    };
    let off = off(rules);
    if off.is_empty() {
        let approvals = rules.approvals;
        let said = format!("`{branch}` demands a pull request, its checks and {approvals} approvals");
        return Line::new(subject, Step::Review, Outcome::Passed, said);
    }
    // What cannot be read may be on.
    let (unseen, so) = match rules.partial {
        true => {
            ("; this credential may not read all rules, so some of it may be on", "is not seen to demand")
        }
        false => ("", "does not demand"),
    };
    let said = format!("`{branch}` {so} {}{unseen}", off.join(", "));
    Line::new(subject, Step::Review, Outcome::Warned, said)
}

fn off(rules: &BranchRules) -> Vec<&'static str> {
    let demands = [
        (rules.pull_request, "a pull request (whoever may push changes who has access)"),
        (rules.approvals > 0, "an approval (anybody who may merge approves)"),
        (rules.stale_dismissed, "that approvals fall with a new push"),
        (rules.code_owners, "the review of code owners"),
        (!rules.checks.is_empty(), "any check (the plan job)"),
    ];
    demands.into_iter().filter(|(on, _)| !on).map(|(_, words)| words).collect()
}
