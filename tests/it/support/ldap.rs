//! Real LDAP servers, a proxy with Windows' limits, a double with faults on demand; and how tests read them.

pub(crate) mod double;
pub(crate) mod people;
pub(crate) mod proxy;
pub(crate) mod servers;

use rolewright::doctor::{ProbeReport, Step};
use rolewright::fetch::ldap::{LdapError, Limits, ReadRequest, probe, read};
use rolewright::model::{AddressRule, AttributeType};
use rolewright::model::{CredentialRef, Field, LdapConnection, Secret};
use rolewright::model::{known_user_attribute, known_user_attributes};
use rolewright::policy::DirectoryAttribute;
use rolewright::snapshot::{Complete, DirectorySnapshot};
use std::time::Duration;

/// 2026-01-01, so that expiry dates give the same results at every run.
const NOW: i64 = 1_767_225_600;

/// A directory, and what is read from it.
#[derive(Clone)]
pub(crate) struct ReadSettings {
    pub(crate) connection: LdapConnection,
    pub(crate) ca: Option<String>,
    pub(crate) password: String,
    pub(crate) attributes: Vec<DirectoryAttribute>,
    pub(crate) prefix: String,
    pub(crate) under: Option<String>,
    pub(crate) limits: Limits,
}

impl ReadSettings {
    /// Everything that policies can name, from the whole tree below a base.
    pub(crate) fn new(url: &str, base: &str, name: &str, password: &str) -> Self {
        let known = known_user_attributes().into_iter().filter_map(|name| {
            Some(DirectoryAttribute { source: name.clone(), kind: known_user_attribute(&name)?, name })
        });
        Self {
            connection: LdapConnection {
                url: url.to_owned(),
                start_tls: false,
                ca: None,
                base_dn: base.to_owned(),
                bind_dn: name.to_owned(),
                credential: CredentialRef::Env("ROLEWRIGHT_LDAP".to_owned()),
                users_under: None,
            },
            ca: None,
            password: password.to_owned(),
            attributes: known.collect(),
            prefix: String::new(),
            under: None,
            limits: Limits {
                answer: Duration::from_secs(60),
                pause: Duration::from_millis(10),
                ..Limits::default()
            },
        }
    }

    pub(crate) fn declares(mut self, name: &str, source: &str) -> Self {
        let (name, source) = (name.to_owned(), source.to_owned());
        self.attributes.push(DirectoryAttribute { name, source, kind: AttributeType::Text });
        self
    }

    pub(crate) fn request(&self) -> ReadRequest<'_> {
        ReadRequest {
            directory: "contoso",
            connection: &self.connection,
            ca: self.ca.as_deref(),
            attributes: &self.attributes,
            group_prefix: &self.prefix,
            groups_under: self.under.as_deref(),
            limits: self.limits,
            addresses: &AddressRule::Any,
            now: NOW,
        }
    }

    pub(crate) fn read(&self) -> Result<Complete<DirectorySnapshot>, LdapError> {
        read(&self.request(), &Secret::new(self.password.clone()))
    }

    /// The steps of a probe, and the first failure.
    pub(crate) fn probed(&self) -> (Vec<Step>, Option<(Step, String)>) {
        let mut met = ProbeReport::default();
        probe(&self.request(), &Secret::new(self.password.clone()), &mut met);
        let failed = met.steps.iter().find_map(|(step, came)| Some((*step, came.clone().err()?)));
        (met.steps.iter().map(|(step, _)| *step).collect(), failed)
    }

    pub(crate) fn snapshot(&self) -> Complete<DirectorySnapshot> {
        self.read().expect("a complete read")
    }

    pub(crate) fn error(&self) -> String {
        self.read().expect_err("no complete read").to_string()
    }
}

/// The value of an attribute of the user with a given value of another: `of(&snapshot, ("mail", "ada@example.test"), "surname")`.
pub(crate) fn of<'s>(snapshot: &'s DirectorySnapshot, who: (&str, &str), attribute: &str) -> Field<'s> {
    let row = row(snapshot, who);
    snapshot.users.column(attribute).expect("an attribute that was read").field(row)
}

pub(crate) fn row(snapshot: &DirectorySnapshot, (by, value): (&str, &str)) -> u32 {
    let rows = 0..snapshot.users.len() as u32;
    let found: Vec<u32> = rows.filter(|row| text_of(snapshot, *row, by).as_deref() == Some(value)).collect();
    assert_eq!(found.len(), 1, "{by} {value}: {found:?}");
    found[0]
}

pub(crate) fn text_of(snapshot: &DirectorySnapshot, row: u32, attribute: &str) -> Option<String> {
    match snapshot.users.column(attribute).expect("an attribute that was read").field(row) {
        Field::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}

pub(crate) fn group(snapshot: &DirectorySnapshot, name: &str) -> u32 {
    let groups = &snapshot.groups;
    let found: Vec<u32> = (0..groups.len() as u32).filter(|row| groups.record(*row).name == name).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0]
}

/// An attribute that identifies each user in a group, sorted.
pub(crate) fn members(snapshot: &DirectorySnapshot, name: &str, by: &str, nested: bool) -> Vec<String> {
    let rows = snapshot.groups.users(group(snapshot, name), nested);
    let mut names: Vec<String> =
        rows.iter().map(|row| text_of(snapshot, *row, by).unwrap_or_default()).collect();
    names.sort();
    names
}
