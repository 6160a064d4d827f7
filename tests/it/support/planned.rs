//! Plans from a folder with policies and data.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use rolewright::fetch::{Access, DataFolder, read_application, read_directory, read_work_tree};
use rolewright::gate::{Past, Refusal, State, guards};
use rolewright::language::load;
use rolewright::model::{ApplicationConnection, Date};
use rolewright::plan::{Inputs, Plan, plan};
use rolewright::policy::{ApplicationPolicy, PolicySet};
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use std::path::Path;

/// The policies of a folder.
fn policies(folder: &Path) -> PolicySet {
    let checked = load(&read_work_tree(folder, "").unwrap(), today());
    checked.policies.unwrap_or_else(|| panic!("{}: {:#?}", folder.display(), checked.findings))
}

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

fn chosen<'s>(set: &'s PolicySet, name: &str) -> &'s ApplicationPolicy {
    set.applications.iter().find(|policy| policy.name == name).unwrap_or(&set.applications[0])
}

/// The contents of a workspace's application.
pub(crate) fn application(policies_and_data: &Path, name: &str) -> Complete<ApplicationSnapshot> {
    let set = policies(policies_and_data);
    read_application(chosen(&set, name), &Access::new(DataFolder::new(policies_and_data))).unwrap()
}

/// Plans an application of a workspace (the first if no name is given), and calls a function with the plan and its
/// policy; an error in the data is returned as text.
pub(crate) fn planned<T>(
    folder: &Path,
    data: &Path,
    name: &str,
    look: impl FnOnce(&ApplicationPolicy, Plan) -> T,
) -> Result<T, String> {
    let set = policies(folder);
    let data = Access::new(DataFolder::new(data));
    let policy = chosen(&set, name);
    let directory = |name: &String| set.directories.iter().find(|directory| directory.name == *name).unwrap();
    let directories: Vec<_> = policy.directories.iter().map(directory).collect();
    let snapshots: Vec<_> =
        directories.iter().map(|directory| read_directory(directory, &data).unwrap()).collect();
    let made = plan(&Inputs {
        policy,
        digest: policy.digest(&set).unwrap(),
        environment: &set.workspace.environment,
        commit: None,
        directories: directories.clone(),
        snapshots: snapshots.iter().collect(),
        application: &held(policy, &data),
        memory: None,
        as_of: today(),
    });
    let made = made.map_err(|error| format!("error: {error}\n"))?;
    assert_eq!(made.faults(), Vec::<String>::new());
    Ok(look(policy, made))
}

/// What an application holds. A case with a SCIM service has its accounts in a file instead.
fn held(policy: &ApplicationPolicy, data: &Access) -> Complete<ApplicationSnapshot> {
    let mut policy = policy.clone();
    if matches!(policy.connection, ApplicationConnection::Scim(_)) {
        policy.connection =
            ApplicationConnection::File { accounts: "accounts.ndjson".to_owned(), groups: None };
    }
    read_application(&policy, data).unwrap()
}

/// The refusals of the guards for a first run.
pub(crate) fn refusals(policy: &ApplicationPolicy, plan: &Plan) -> Vec<Refusal> {
    guards(plan, policy, plan.changes.iter(), &Past::of(&State::default(), 0)).refusals
}
