//! Plans of small workspaces, as people and programs read them. A case is a folder: policies, data, both faces.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::planned::{planned, refusals};
use rolewright::render::plan::{Shown, Style, terminal, tsv};
use std::fs;
use std::path::Path;

#[test]
fn every_case_is_planned_as_it_should_be() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan");
    let mut wrong = Vec::new();
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
        let faces = planned(&case.join("policies"), &case, "", |policy, plan| {
            let refusals = refusals(policy, &plan);
            let shown = Shown { plan: &plan, refusals: &refusals };
            (terminal(&shown, Style { colour: false, full: true }), tsv(&shown))
        });
        let (text, lines) = faces.unwrap_or_else(|error| (error, String::new()));
        for (name, actual) in [("expected.txt", text), ("expected.tsv", lines)] {
            let file = case.join(name);
            if std::env::var_os("BLESS").is_some() {
                fs::write(&file, &actual).unwrap();
            }
            if fs::read_to_string(&file).unwrap_or_default() != actual {
                wrong.push(format!("{}\n{actual}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}
