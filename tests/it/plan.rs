//! Plans of small workspaces, as people and programs read them. A case is a folder: policies, data, both faces.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use rolewright::fetch::{DataFolder, read_application, read_directory, read_work_tree};
use rolewright::gate::limits;
use rolewright::model::Date;
use rolewright::plan::{Inputs, Plan, plan};
use rolewright::policy::{load, set::ApplicationPolicy};
use rolewright::render::plan::{Shown, Style, terminal, tsv};
use std::fs;
use std::path::Path;

/// Plans the one application of a workspace, and hands it over with its policy; what the data forbids is text.
pub(crate) fn planned<T>(
    policies: &Path,
    data: &Path,
    look: impl FnOnce(&ApplicationPolicy, Plan) -> T,
) -> Result<T, String> {
    let sources = read_work_tree(policies, "").unwrap();
    let as_of = Date::parse("2026-11-21").unwrap();
    let checked = load(&sources, as_of);
    let set = checked.policies.unwrap_or_else(|| panic!("{}: {:#?}", policies.display(), checked.findings));
    let data = DataFolder::new(data);
    let policy = &set.applications[0];
    let directories: Vec<_> = set.directories.iter().collect();
    let snapshots: Vec<_> = directories.iter().map(|it| read_directory(it, &data).unwrap()).collect();
    let made = plan(&Inputs {
        policy,
        digest: policy.digest(&set).unwrap(),
        environment: &set.workspace.environment,
        commit: None,
        directories: &directories,
        snapshots: &snapshots.iter().collect::<Vec<_>>(),
        application: &read_application(policy, &data).unwrap(),
        memory: None,
        as_of,
    });
    let made = made.map_err(|error| format!("error: {error}\n"))?;
    assert_eq!(made.faults(), Vec::<String>::new());
    Ok(look(policy, made))
}

#[test]
fn every_case_is_planned_as_it_should_be() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan");
    let mut wrong = Vec::new();
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
        let faces = planned(&case.join("policies"), &case, |policy, plan| {
            let refusals = limits(&plan, &policy.lifecycle.limits, plan.changes.iter());
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
