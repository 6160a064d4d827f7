//! A company whose application has an API of its own: a real REST service, or a double of one.
#![expect(clippy::disallowed_methods, reason = "policies are files")]

pub(crate) mod double;
pub(crate) mod json_server;

use super::playground::Playground;
use std::fmt::Write as _;

/// Somebody in the directory.
#[derive(Clone, Debug)]
pub(crate) struct Employee {
    pub(crate) name: String,
    pub(crate) title: &'static str,
    pub(crate) role: &'static str,
    pub(crate) enabled: bool,
}

impl Employee {
    /// Number so and so.
    pub(crate) fn numbered(number: usize) -> (usize, Self) {
        let role = if number.is_multiple_of(3) { "supervisor" } else { "agent" };
        (number, Self { name: format!("P N{number}"), title: "Clerk", role, enabled: true })
    }
}

/// A repository with the policies of one application `crm`.
pub(crate) struct Crm {
    pub(crate) playground: Playground,
    pub(crate) people: std::collections::BTreeMap<usize, Employee>,
}

/// What the policies of the application say, beside its connection and its connector.
const POLICIES: &str = r"
apiVersion: rolewright/v1
kind: AttributeMapping
application: crm
match: [email]
attributes:
  userName: { from: userPrincipalName, whenEmpty: block }
  email: { from: mail, whenEmpty: block }
  displayName: displayName
  title: jobTitle
---
apiVersion: rolewright/v1
kind: LinkingRules
application: crm
rules:
  - { id: agents, group: { name: Crm agents, optional: true }, grant: { role: agent } }
  - { id: supervisors, group: { name: Crm supervisors, optional: true }, grant: { role: supervisor } }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: crm
scope: { anyGrant: true }
deleted: delete
outOfScope: deactivate
disabled: deactivate
adoption: allow
limits:
  - { change: removal, percent: 100 }
  - { change: revoke, percent: 100 }
  - { change: deactivate, percent: 100 }
";

impl Crm {
    /// The application with this connection (`rest: ...`) and connector.
    pub(crate) fn new(rest: &str, connector: &str, people: usize) -> Self {
        let playground = Playground::of(&["crm"]);
        std::fs::create_dir_all(playground.path("policies/crm")).expect("a folder");
        let application = format!(
            "apiVersion: rolewright/v1\nkind: Application\nname: crm\n{rest}\ndirectories: [{{ name: contoso }}]\n\
             entitlements: {{ role: {{ values: [agent, supervisor] }} }}\n"
        );
        playground.write("policies/crm/application.yaml", &application);
        playground.write("policies/crm/connector.yaml", connector);
        playground.write("policies/crm/policies.yaml", POLICIES);
        for unused in
            ["branch", "branch-people", "fabrikam", "fabrikam-people", "headquarters", "headquarters-people"]
        {
            playground.git(&["rm", "-q", &format!("policies/directories/{unused}.yaml")]);
        }
        let people = (0..people).map(Employee::numbered).collect();
        let company = Self { playground, people };
        company.staff();
        company.playground.commit_all("An application with an API of its own");
        company
    }

    /// Writes the directory.
    pub(crate) fn staff(&self) {
        let mut text = "groups:\n".to_owned();
        for (number, name) in ["Crm agents", "Crm supervisors"].into_iter().enumerate() {
            let _ = writeln!(text, "  - {{ id: 1f2b3c4d-0000-4a5b-8c9d-0e1f2a3b4c0{number}, name: {name} }}");
        }
        text.push_str("users:\n");
        for (number, Employee { name, title, role, enabled }) in &self.people {
            let name = serde_json::Value::from(name.as_str());
            let _ = writeln!(
                text,
                "  - {{ id: a1000000-0000-4000-8000-00000000{number:04}, userPrincipalName: p{number}@contoso.example, mail: \
                 p{number}@contoso.example, displayName: {name}, jobTitle: {title}, accountEnabled: {enabled}, \
                 groups: [Crm {role}s] }}"
            );
        }
        self.playground.write("policies/directories/people.yaml", &text);
    }

    /// Applies what the directory says now; nothing is left to do then.
    pub(crate) fn apply(&self) -> String {
        self.staff();
        let applied = self.playground.run(&["apply"]).ends(0).stdout;
        let plan = self.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
        assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
        applied
    }
}
