//! The tenants and records for the tests of Pulseway PSA: our tenant, a client's tenant, and the records in the
//! application.

use crate::support::system::System;
use std::fmt::Write;

const OURS: &str = "directories/people.yaml";
const CLIENTS: &str = "directories/fabrikam-people.yaml";
const RECORDS: &str = "pulseway/start.yaml";

/// The groups of our tenant, as the worked policies name them; the first is the oldest, the last two are equally old.
const OUR_GROUPS: &str = "groups:
  - { id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02, name: Technicians, created: '2019-03-01T09:00:00Z' }
  - { id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d01, name: Administrators, created: '2020-01-15T09:00:00Z' }
  - { id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d05, name: Portal only, created: '2022-09-01T09:00:00Z' }
  - { id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d03, name: Dispatch, created: '2021-06-15T09:00:00Z' }
  - { id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d04, name: Finance, created: '2021-06-15T09:00:00Z' }
";
const CLIENT_GROUPS: &str = "groups:
  - { id: 90b2cd53-2d9e-4e77-a02f-3b4c5d6e7f01, name: Clients, created: '2022-02-01T08:00:00Z' }
  - { id: 90b2cd53-2d9e-4e77-a02f-3b4c5d6e7f02, name: Approvers, created: '2023-05-10T08:00:00Z' }
";

/// Pulseway PSA as in `policies/`, with the users and records of one test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tenants {
    ours: String,
    clients: String,
    records: String,
}

/// The immutable id of a user of our tenant.
pub(crate) fn our(number: u32) -> String {
    format!("a3000000-0000-4000-8000-{number:012}")
}

/// The immutable id of a user of the client's tenant.
pub(crate) fn client(number: u32) -> String {
    format!("b3000000-0000-4000-8000-{number:012}")
}

impl Tenants {
    /// A user of our tenant: name, groups, and attributes in addition to `, jobTitle: Adviser`.
    pub(crate) fn ours(mut self, number: u32, name: &str, groups: &str, more: &str) -> Self {
        self.ours.push_str(&person(&our(number), name, "contoso", groups, more));
        self
    }

    /// A user of the client's tenant.
    pub(crate) fn clients(mut self, number: u32, name: &str, groups: &str, more: &str) -> Self {
        self.clients.push_str(&person(&client(number), name, "fabrikam", groups, more));
        self
    }

    /// A record that is up to date except for `more`: id, link, type, name, role.
    pub(crate) fn record(mut self, id: &str, link: &str, kind: &str, name: &str, role: &str) -> Self {
        self.records.push_str(&record(id, link, kind, name, role));
        self
    }

    /// A record written as YAML.
    pub(crate) fn raw_record(mut self, text: &str) -> Self {
        let _ = writeln!(self.records, "  - {text}");
        self
    }

    /// The workspace.
    pub(crate) fn system(&self) -> System {
        self.people(System::of("pulseway")).file(RECORDS, &records(&self.records))
    }

    /// The same application after a change of these tenants.
    pub(crate) fn people(&self, system: System) -> System {
        let ours = format!("{OUR_GROUPS}users:\n{}", listed(&self.ours));
        let clients = format!("{CLIENT_GROUPS}users:\n{}", listed(&self.clients));
        system.file(OURS, &ours).file(CLIENTS, &clients)
    }
}

fn person(id: &str, name: &str, domain: &str, groups: &str, more: &str) -> String {
    let mail =
        if more.contains(" mail: ") { String::new() } else { format!(", mail: {name}@{domain}.example") };
    let phone = if more.contains("businessPhones") { "" } else { ", businessPhones: ['+4533112399']" };
    format!(
        "  - {{ id: {id}, userPrincipalName: {name}@{domain}.example{mail}{phone}, givenName: {name}, surname: Test, groups: [{groups}]{more} }}\n"
    )
}

fn record(id: &str, link: &str, kind: &str, name: &str, role: &str) -> String {
    let domain = if link.starts_with('b') { "fabrikam" } else { "contoso" };
    let phone = if kind == "employee" { "employeePhone" } else { "contactPhone" };
    let link = if link.is_empty() { String::new() } else { format!("link: {link}, ") };
    let grants = if role.is_empty() { String::new() } else { format!("{{ role: {role} }}") };
    format!(
        "  - {{ id: {id}, {link}grants: [{grants}], attributes: {{ userType: {kind}, userName: {name}, \
         email: {name}@{domain}.example, externalUserName: {name}@{domain}.example, firstName: {name}, \
         lastName: Test, {phone}: '+4533112399' }} }}\n"
    )
}

fn listed(text: &str) -> String {
    if text.is_empty() { "  []\n".to_owned() } else { text.to_owned() }
}

fn records(text: &str) -> String {
    format!(
        "entitlements: {{ role: [Administrator, Dispatcher, Technician, Finance, Client approver, Client] }}\naccounts:\n{}",
        listed(text)
    )
}
