//! The Promapp policies with a thousand people on real SCIM servers of others: everything is made, the second plan is
//! empty, and people who come, change, leave and return find what they should, whatever happens to a run.

use crate::support::playground::Playground;
use crate::support::scim::server::{Server, Software, wait};
use crate::support::scim::{read_all, request};
use rolewright::fetch::scim::read;
use rolewright::model::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Somebody in the directory.
#[derive(Clone, Debug)]
struct Employee {
    title: &'static str,
    role: &'static str,
    team: usize,
    enabled: bool,
}

/// A company and its application.
struct Company {
    server: Server,
    playground: Playground,
    people: BTreeMap<usize, Employee>,
}

impl Company {
    fn new(software: Software, people: usize) -> Self {
        let server = Server::of(software);
        let mut playground = Playground::of(&["promapp"]).at_any_hour("promapp");
        let url = server.url();
        playground.edit(
            "policies/promapp/application.yaml",
            "sqlite: { file: promapp.db, startFrom: promapp/start.yaml }",
            &format!("scim: {{ url: '{url}', credential: {{ env: ROLEWRIGHT_PROMAPP }}, concurrency: 8 }}"),
        );
        playground.edit("policies/promapp/application.yaml", "  role: #", "  role:\n    #");
        playground.edit(
            "policies/promapp/application.yaml",
            "    values: [Editor, Viewer]",
            "    values: [Editor, Viewer]\n    wire: { values: roles, text: '{role}' }",
        );
        playground.edit(
            "policies/promapp/application.yaml",
            "  team: {}",
            "  team: { missing: create, wire: { group: 'Promapp_{team}' } }",
        );
        playground.git(&["rm", "-q", "policies/promapp/start.yaml", "policies/promapp/tests.yaml"]);
        playground.secret("ROLEWRIGHT_PROMAPP", &server.token());
        let employee = |number: usize| Employee {
            title: "Clerk",
            role: if number % 3 == 0 { "Editor" } else { "Viewer" },
            team: number % 5,
            enabled: true,
        };
        let people = (0..people).map(|number| (number, employee(number))).collect();
        let company = Self { server, playground, people };
        company.staff();
        company.playground.commit_all("Promapp by SCIM");
        company
    }

    /// Writes the directory.
    fn staff(&self) {
        let mut text = "enterpriseApplications:\n  - { id: 5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44, name: Promapp, roles: [Editor, Viewer] }\ngroups:\n".to_owned();
        for team in 0..5 {
            let _ = writeln!(
                text,
                "  - {{ id: 1f2b3c4d-0000-4a5b-8c9d-0e1f2a3b4c0{team}, name: Promapp_Team {team} }}"
            );
        }
        text.push_str("users:\n");
        for (number, Employee { title, role, team, enabled }) in &self.people {
            let _ = writeln!(
                text,
                "  - {{ id: a1000000-0000-4000-8000-00000000{number:04}, userPrincipalName: p{number}@contoso.example, mail: \
                 p{number}@contoso.example, givenName: P, surname: N{number}, displayName: P N{number}, department: Quality, \
                 jobTitle: {title}, accountEnabled: {enabled}, groups: [Promapp_Team {team}], appRoles: {{ Promapp: [{role}] }} }}"
            );
        }
        self.playground.write("policies/directories/people.yaml", &text);
    }

    /// Nothing is left to do, and the application holds exactly what the directory says.
    fn is_as_it_should_be(&self, story: &str) {
        let plan = self.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
        assert!(plan.stdout.contains("No changes."), "{story}: {}", plan.stdout);
        let held = wait(read_all(&self.server.url(), &self.server.token(), 100)).expect("a complete read");
        let names = held.accounts.column("userName").expect("user names");
        let accounts: Vec<(String, bool)> = (0..held.accounts.len() as u32)
            .map(|row| (names.get(row).unwrap_or_default().to_owned(), held.accounts.active[row as usize]))
            .collect();
        let wanted: BTreeSet<(String, bool)> = self
            .people
            .iter()
            .map(|(number, employee)| (format!("p{number}@contoso.example"), employee.enabled))
            .collect();
        assert_eq!(accounts.len(), wanted.len(), "{story}: an account is there twice");
        assert_eq!(accounts.into_iter().collect::<BTreeSet<_>>(), wanted, "{story}");
        for team in 0..5 {
            let members = self.people.values().filter(|employee| employee.team == team);
            let name = format!("Promapp_Team {team}");
            let group = held.groups.names.iter().position(|held| *held == name).expect("a team");
            let found = held.groups.members(group as u32).len();
            assert!(found <= members.clone().count(), "{story}: {name} has {found} members");
            assert!(
                found >= members.filter(|employee| employee.enabled).count(),
                "{story}: {name} lacks members"
            );
        }
    }

    /// A run that is killed after it said so many changes.
    fn killed_after(&self, changes: usize) {
        let mut child = self
            .playground
            .command(&["apply"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let done =
            lines.map_while(Result::ok).filter(|line| line.starts_with("  done")).take(changes).count();
        assert_eq!(done, changes, "it ended before it could be killed");
        child.kill().expect("killed");
        child.wait().expect("ended");
        self.playground.run(&["unlock", "--dead"]).ends(0);
    }
}

/// Everybody is made, some taken over; then people change, leave, come and return; runs are killed; two run at once.
fn a_company_lives(software: Software, people: usize) {
    let mut company = Company::new(software, people);
    for number in 0..20 {
        company.server.by_hand(&format!("P{number}@contoso.example"));
    }
    let applied = company.playground.run(&["apply"]).ends(0);
    let summary = format!("Applied: 20 adopt, {} create, {} grant.", people - 20, 2 * people);
    assert!(applied.stdout.contains(&summary), "{}", applied.stdout.lines().last().unwrap_or_default());
    company.is_as_it_should_be("everybody");

    for (number, employee) in company.people.iter_mut() {
        match number {
            0..30 => employee.title = "Auditor",
            30..60 => (employee.role, employee.team) = ("Editor", (employee.team + 1) % 5),
            60..63 => employee.enabled = false,
            _ => {}
        }
    }
    company.staff();
    company.killed_after(7);
    company.playground.run(&["apply"]).ends(0);
    company.is_as_it_should_be("people changed and left, and the run was killed");

    for number in 60..62 {
        company.people.get_mut(&number).expect("somebody").enabled = true;
    }
    for number in people..people + 40 {
        company
            .people
            .insert(number, Employee { title: "Clerk", role: "Editor", team: number % 5, enabled: true });
    }
    company.staff();
    let mut other =
        company.playground.command(&["apply"]).stdout(Stdio::null()).spawn().expect("the binary starts");
    company.playground.run(&["apply"]).ends(0);
    assert!(other.wait().expect("it ends").success());
    company.is_as_it_should_be("people returned and came, and two ran at once");
}

#[test]
fn s19_promapp_lives_on_scim2_server() {
    a_company_lives(Software::Scim2Server, 300);
}

#[test]
fn s19_promapp_with_a_thousand_people_lives_on_scimmy() {
    a_company_lives(Software::Scimmy(4), 1000);
}

/// On Express 5, scimmy's lists ignore `startIndex` and `count`: what cannot be read whole is not planned.
#[test]
fn s23_pages_that_are_always_the_first_are_an_incomplete_read() {
    let company = Company::new(Software::Scimmy(5), 21);
    let first = company.playground.run(&["apply"]).ends(0);
    assert!(first.stdout.contains("Applied: 21 create, 42 grant."), "{}", first.stdout);
    let again = company.playground.run(&["plan"]).ends(7);
    assert!(again.stderr.contains("/Users"), "{}", again.stderr);
    let secret = Secret::new(company.server.token());
    assert!(wait(read(&request(&company.server.url(), 100), Some(&secret))).is_err());
}
