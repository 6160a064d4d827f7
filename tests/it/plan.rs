//! Plans of small workspaces, as text and as JSON. A case is a folder with policies, data and both expected outputs.

use crate::support::blessing::{cases, difference, folders};
use crate::support::planned::{planned, refusals};
use rolewright::render::plan::{Shown, Style, terminal, tsv};

#[test]
fn every_case_has_its_expected_plan() {
    let mut wrong = Vec::new();
    for case in folders(&cases("plan")) {
        let faces = planned(&case.join("policies"), &case, "", |policy, plan| {
            let refusals = refusals(policy, &plan);
            let shown = Shown { plan: &plan, refusals: &refusals };
            (terminal(&shown, Style { colour: false, full: true }), tsv(&shown))
        });
        let (text, lines) = faces.unwrap_or_else(|error| (error, String::new()));
        for (name, actual) in [("expected.txt", text), ("expected.tsv", lines)] {
            wrong.extend(difference(&case.join(name), &actual));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}
