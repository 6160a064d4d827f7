//! One system of `policies/`, with the users and accounts of one test: plans and applies.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::planned::{application, planned};
use crate::support::playground::{CommandOutput, Playground};
use rolewright::model::Value;
use rolewright::plan::{Change, Outcome, Plan, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// A workspace with one application of `policies/`, in its own git repository.
pub(crate) struct System {
    name: &'static str,
    playground: Playground,
}

/// An account of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) link: Option<String>,
    pub(crate) active: bool,
    pub(crate) attributes: BTreeMap<String, String>,
    /// In the form that plans write: `role=Editor`, `localRole=booker@London`.
    pub(crate) grants: BTreeSet<String>,
}

impl System {
    /// The system as in `policies/`, without its policy tests, which are about the shipped policies.
    pub(crate) fn of(name: &'static str) -> Self {
        let mut playground = Playground::of(&[name]).at_any_hour(name);
        playground.secret("ROLEWRIGHT_KEY", "a key of the tests");
        let system = Self { name, playground };
        let tests = format!("{name}/tests.yaml");
        if system.playground.path(&format!("policies/{tests}")).exists() {
            system.without(&tests)
        } else {
            system
        }
    }

    /// Replaces the content of a file in the workspace: `directories/people.yaml`, `dstny/start.yaml`.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.playground.write(&format!("policies/{path}"), text);
        self
    }

    /// Replaces a text that occurs once in a file of the workspace.
    pub(crate) fn edit(self, path: &str, before: &str, after: &str) -> Self {
        let text = self.playground.read(&format!("policies/{path}"));
        assert_eq!(text.matches(before).count(), 1, "`{before}` in {path}");
        self.file(path, &text.replace(before, after))
    }

    /// Removes a file of the workspace.
    pub(crate) fn without(self, path: &str) -> Self {
        self.playground.git(&["rm", "-q", "-f", &format!("policies/{path}")]);
        self
    }

    /// Adds a variable to the binary's environment.
    pub(crate) fn secret(mut self, name: &str, value: &str) -> Self {
        self.playground.secret(name, value);
        self
    }

    /// The plan; an error in the data is returned as text.
    pub(crate) fn planned(&self) -> Result<Plan, String> {
        let folder = self.playground.path("policies");
        planned(&folder, &folder, self.name, |_, plan| plan)
    }

    /// The plan.
    pub(crate) fn plan(&self) -> Plan {
        self.planned().unwrap()
    }

    /// Runs the binary in the workspace.
    pub(crate) fn run(&self, arguments: &[&str]) -> CommandOutput {
        self.playground.run(arguments)
    }

    /// Commits the current content.
    pub(crate) fn commit(&self) {
        self.playground.commit_all("A change");
    }

    /// Commits the current content, and applies it with the binary; the caller asserts the exit code.
    pub(crate) fn apply(&self) -> CommandOutput {
        self.commit();
        self.playground.run(&["apply", "--application", self.name])
    }

    /// The accounts by user name.
    pub(crate) fn accounts(&self) -> BTreeMap<String, Held> {
        let snapshot = application(&self.playground.path("policies"), self.name);
        let accounts = &snapshot.accounts;
        let mut held = BTreeMap::new();
        for row in 0..accounts.len() as u32 {
            let grants = snapshot.grants.iter().filter(|grant| grant.account == row);
            let columns = accounts.columns();
            let account = Held {
                id: accounts.ids.id(row).to_owned(),
                link: accounts.links.get(row).map(ToOwned::to_owned),
                active: accounts.active[row as usize],
                attributes: columns
                    .filter_map(|(name, column)| Some((name.to_owned(), column.get(row)?.to_owned())))
                    .collect(),
                grants: grants.map(|grant| grant.right.to_string()).collect(),
            };
            let name = account.attributes.get("userName").unwrap_or(&account.id).clone();
            assert_eq!(held.insert(name, account), None);
        }
        held
    }

    /// Runs git in the workspace.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.playground.git(arguments)
    }

    /// Changes something in the application itself.
    pub(crate) fn locally(&self, sql: &str) {
        let store = self.playground.path(&format!("policies/{}.db", self.name));
        let changed = rusqlite::Connection::open(store).unwrap().execute(sql, ()).unwrap();
        assert!(changed > 0, "{sql}");
    }

    /// Whether the embedded store exists.
    pub(crate) fn has_store(&self) -> bool {
        fs::exists(self.playground.path(&format!("policies/{}.db", self.name))).unwrap()
    }
}

/// The changes for a user or account, found by the beginning of its name.
pub(crate) fn changes<'p>(plan: &'p Plan, name: &str) -> Vec<&'p Change> {
    plan.changes.iter().filter(|change| change.subject.name.starts_with(name)).collect()
}

/// The operations for a user or account, in the words of plans.
pub(crate) fn words(plan: &Plan, name: &str) -> Vec<&'static str> {
    changes(plan, name).iter().map(|change| change.operation().word()).collect()
}

/// The rights that a user or account gets, in the form of plans.
pub(crate) fn granted(plan: &Plan, name: &str) -> BTreeSet<String> {
    let all = changes(plan, name).into_iter().filter(|change| change.operation().word() == "grant");
    all.filter_map(|change| change.right()).map(ToString::to_string).collect()
}

/// The report about a user or account.
pub(crate) fn report<'p>(plan: &'p Plan, name: &str, outcome: Outcome) -> &'p Report {
    let mut reports = plan.reports.iter().filter(|report| report.subject.name.starts_with(name));
    reports.find(|report| report.outcome == outcome).unwrap_or_else(|| panic!("{name}: {:#?}", plan.reports))
}

/// The value of an attribute before and after the plan; none if it isn't written.
pub(crate) fn written(plan: &Plan, name: &str, attribute: &str) -> Option<(Option<Value>, Option<Value>)> {
    let all = changes(plan, name);
    let change = all.iter().find_map(|change| change.attribute_change(attribute))?;
    Some((change.before.cloned(), change.after.cloned()))
}

/// A text in the form of plans.
pub(crate) fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}
