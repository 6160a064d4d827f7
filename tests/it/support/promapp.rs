//! A company whose people are in a file, with the Promapp policies and a real SCIM server.
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use super::blessing::assert_written;
use super::playground::Playground;
use super::scim::request;
use super::scim::server::{Server, Software, wait};
use regex::Regex;
use rolewright::fetch::scim::{ReadRequest, read};
use rolewright::model::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What is remembered of accounts is made with it.
const KEY: &str = "a-key-of-this-test-a-key-of-this-test";

/// Counts the pushes, and kills the run at the one that is armed. Killed before the push, it does not happen.
const HOOK: &str = r#"#!/bin/sh
name=$(basename "$0")
count=$(cat "$name.count")
echo $((count + 1)) >"$name.count"
if [ "$(cat armed)" = "$name $count" ]; then
  kill -9 "$(cat ../run.pid)"
  exit 1
fi
"#;

/// Somebody in the directory.
#[derive(Clone, Debug)]
pub(crate) struct Employee {
    pub(crate) title: &'static str,
    pub(crate) role: &'static str,
    pub(crate) team: usize,
    pub(crate) enabled: bool,
    /// The first part of user name and address, where it is another than at first.
    pub(crate) name: Option<String>,
}

impl Employee {
    /// Somebody new.
    pub(crate) fn new(role: &'static str, team: usize) -> Self {
        Self { title: "Clerk", role, team, enabled: true, name: None }
    }
}

/// A company and its application.
pub(crate) struct Company {
    pub(crate) server: Server,
    pub(crate) playground: Playground,
    pub(crate) people: BTreeMap<usize, Employee>,
}

impl Software {
    /// How it keeps a role: in `roles` where it has them, else in a group.
    fn role(self) -> &'static str {
        match self {
            // Among roles of other types, which are left alone.
            Self::Scim2Server => "wire: { values: ourRoles, text: '{role}' }",
            Self::Scimmy(_) | Self::Jackson => "wire: { values: roles, text: '{role}' }",
            Self::BetterAuth | Self::DjangoScim2 | Self::DjangoScim2Server | Self::Canaille => {
                "missing: create\n    wire: { group: 'Role_{role}' }"
            }
        }
    }

    /// The file with what the doctor found out of it.
    fn profile(self) -> String {
        format!("tests/cases/scim-servers/{}/profile.yaml", self.name())
    }

    /// Whether it never shows who is in a group.
    fn hides_members(self) -> bool {
        self == Self::Jackson
    }

    /// What the policies say of it beside that.
    fn fit(self, playground: &Playground) {
        let (application, mapping) =
            ("policies/promapp/application.yaml", "policies/promapp/attribute-mapping.yaml");
        match self {
            Self::Scim2Server => playground.edit(
                application,
                "entitlements:",
                "attributes: { ourRoles: { path: 'roles[type eq \"promapp\"]' } }\nentitlements:",
            ),
            Self::Scimmy(_) | Self::Jackson | Self::BetterAuth => {}
            // They keep addresses without a type.
            Self::DjangoScim2 | Self::DjangoScim2Server => {
                playground.edit(
                    application,
                    "entitlements:",
                    "attributes: { email: { path: 'emails[0].value' } }\nentitlements:",
                );
            }
            Self::Canaille => {
                playground.edit(
                    application,
                    "entitlements:",
                    "attributes: { email: { path: 'emails[0].value' }, formatted: { path: name.formatted } }\nentitlements:",
                );
                playground.edit(mapping, "  givenName:", "  formatted: displayName\n  givenName:");
                // The service shows no id of ours.
                playground.edit(application, "directories:", "link: ledger\ndirectories:");
            }
        }
    }
}

impl Company {
    pub(crate) fn new(software: Software, people: usize) -> Self {
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
            &format!("    values: [Editor, Viewer]\n    {}", software.role()),
        );
        software.fit(&playground);
        playground.edit(
            "policies/promapp/application.yaml",
            "  team: {}",
            "  team: { missing: create, wire: { group: 'Promapp_{team}' } }",
        );
        playground.git(&["rm", "-q", "policies/promapp/start.yaml", "policies/promapp/tests.yaml"]);
        playground.secret("ROLEWRIGHT_PROMAPP", &server.token());
        if software == Software::Canaille {
            playground.secret("ROLEWRIGHT_KEY", KEY);
        }
        let role = |number: usize| if number.is_multiple_of(3) { "Editor" } else { "Viewer" };
        let people = (0..people).map(|number| (number, Employee::new(role(number), number % 5))).collect();
        let company = Self { server, playground, people };
        company.staff();
        company.playground.commit_all("Promapp by SCIM");
        company
    }

    /// Finds out what the server can do, which is as it was, and commits it as the application's profile.
    pub(crate) fn finds_its_profile(&mut self) {
        let arguments = ["doctor", "--application", "promapp", "--profile", "--allow-writes"];
        let found = self.playground.run(&arguments);
        let text =
            Regex::new("rolewright-doctor-[0-9a-f]+").expect("a pattern").replace_all(&found.stdout, "MARK");
        assert_written(&self.server.software().profile(), &text);
        self.knows_its_profile();
    }

    /// Commits what was found out of the server as the application's profile.
    pub(crate) fn knows_its_profile(&mut self) {
        let software = self.server.software();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(software.profile());
        let mut text = fs::read_to_string(file).expect("a profile");
        if software.hides_members() {
            // An operator knows this; no doctor can find it out.
            text += "groups: { update: patch, members: hidden }\n";
            self.playground.secret("ROLEWRIGHT_KEY", KEY);
        }
        self.playground.write("policies/promapp/profile.yaml", &text);
        self.playground.edit(
            "policies/promapp/application.yaml",
            "ROLEWRIGHT_PROMAPP }",
            "ROLEWRIGHT_PROMAPP }, profile: promapp",
        );
        self.playground.commit_all("What the server can do");
    }

    /// The application has no attribute for a user's id.
    pub(crate) fn links_in_the_ledger(&mut self) {
        self.playground.edit(
            "policies/promapp/application.yaml",
            "directories:",
            "link: ledger\ndirectories:",
        );
        self.playground.commit_all("No id of ours");
        self.playground.secret("ROLEWRIGHT_KEY", KEY);
    }

    /// Writes the directory.
    pub(crate) fn staff(&self) {
        let mut text = "enterpriseApplications:\n  - { id: 5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44, name: Promapp, roles: [Editor, Viewer] }\ngroups:\n".to_owned();
        for team in 0..5 {
            let _ = writeln!(
                text,
                "  - {{ id: 1f2b3c4d-0000-4a5b-8c9d-0e1f2a3b4c0{team}, name: Promapp_Team {team} }}"
            );
        }
        text.push_str("users:\n");
        for (number, Employee { title, role, team, enabled, name }) in &self.people {
            let name = name.clone().unwrap_or_else(|| format!("p{number}"));
            let _ = writeln!(
                text,
                "  - {{ id: a1000000-0000-4000-8000-00000000{number:04}, userPrincipalName: {name}@contoso.example, mail: \
                 {name}@contoso.example, givenName: P, surname: N{number}, displayName: P N{number}, department: Quality, \
                 jobTitle: {title}, accountEnabled: {enabled}, groups: [Promapp_Team {team}], appRoles: {{ Promapp: [{role}] }} }}"
            );
        }
        self.playground.write("policies/directories/people.yaml", &text);
    }

    /// Nothing is left to do, and the application holds exactly what the directory says.
    pub(crate) fn is_as_it_should_be(&self, story: &str) {
        let plan = self.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
        assert!(plan.stdout.contains("No changes."), "{story}: {}", plan.stdout);
        let by_name = self.server.software() == Software::Canaille;
        let request = ReadRequest { names_members: by_name, ..request(&self.server.url(), 100) };
        let held = wait(read(&request, Some(&Secret::new(self.server.token())))).expect("a complete read");
        let names = held.accounts.column("userName").expect("user names");
        // What the doctor tried with may stay, inactive.
        let ours = (0..held.accounts.len() as u32)
            .map(|row| (names.get(row).unwrap_or_default().to_owned(), held.accounts.active[row as usize]));
        let accounts: Vec<(String, bool)> =
            ours.filter(|(name, _)| name.ends_with("@contoso.example")).collect();
        let wanted: BTreeSet<(String, bool)> = self
            .people
            .iter()
            .map(|(number, employee)| (format!("p{number}@contoso.example"), employee.enabled))
            .collect();
        assert_eq!(accounts.len(), wanted.len(), "{story}: an account is there twice");
        assert_eq!(accounts.into_iter().collect::<BTreeSet<_>>(), wanted, "{story}");
        if self.server.software().hides_members() {
            return;
        }
        for team in 0..5 {
            let name = format!("Promapp_Team {team}");
            let group = held.groups.names.iter().position(|held| *held == name).expect("a team");
            let found = held.groups.members(group as u32).len();
            let enabled =
                self.people.values().filter(|employee| employee.team == team && employee.enabled).count();
            // Who left keeps the team that they had.
            let left = self.people.values().filter(|employee| !employee.enabled).count();
            assert!((enabled..=enabled + left).contains(&found), "{story}: {name} has {found} members");
        }
    }

    /// From now on the policies name another address for the server: that of a proxy.
    pub(crate) fn reached_by(&self, url: &str) {
        self.playground.edit("policies/promapp/application.yaml", &self.server.url(), url);
        self.playground.commit_all("By a proxy");
    }

    /// Any number of removals and revocations in a run.
    pub(crate) fn unlimited(&self) {
        self.playground.edit(
            "policies/promapp/lifecycle.yaml",
            "  - { change: removal, percent: 5, floor: 3 }",
            "  - { change: removal, percent: 100 }\n  - { change: revoke, percent: 100 }",
        );
        self.playground.commit_all("Any number");
    }

    /// The branch and the ledger are on a remote, whose hooks can kill a run.
    pub(crate) fn with_remote(&self) {
        let playground = &self.playground;
        playground.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
        playground.git(&["remote", "add", "origin", "remote.git"]);
        playground.write(".gitignore", "remote.git\nrun.pid\n");
        playground.commit("Ignore the remote");
        playground.git(&["push", "-q", "origin", "main"]);
        for hook in ["pre-receive", "post-receive"] {
            let path = format!("remote.git/hooks/{hook}");
            playground.write(&path, HOOK);
            let is_run = fs::Permissions::from_mode(0o755);
            fs::set_permissions(playground.path(&path), is_run).expect("a hook that runs");
        }
    }

    /// The hook that kills the run whose id is in `run.pid`, at this push from now on; none: no hook does.
    pub(crate) fn armed(&self, hook: Option<(&str, usize)>) {
        let armed = hook.map_or(String::new(), |(hook, push)| format!("{hook} {push}"));
        self.playground.write("remote.git/armed", &armed);
        self.playground.write("remote.git/pre-receive.count", "0");
        self.playground.write("remote.git/post-receive.count", "0");
    }
}
