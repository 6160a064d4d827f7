//! The embedded account store in a temporary folder.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "stores are files")]

use rolewright::apply::sqlite::SqliteWriter;
use rolewright::fetch::sqlite::{ReadError, ReadRequest, read};
use rolewright::model::{AttributePath, Right, Value};
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use rolewright::wire::start::{StartAccount, StartState};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// A temporary folder for one store.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn writer(&self) -> SqliteWriter {
        SqliteWriter::new(&self.store(), &path("externalId"), Some(&start()))
    }

    /// A store that was just created from the start state.
    pub(crate) fn made(&self) -> SqliteWriter {
        let mut writer = self.writer();
        writer.deactivate("old-2").unwrap();
        writer
    }

    /// Changes the store like another program.
    pub(crate) fn by_hand(&self, sql: &str) {
        Connection::open(self.store()).unwrap().execute_batch(sql).unwrap();
    }
}

pub(crate) fn path(name: &str) -> AttributePath {
    AttributePath { name: name.to_owned(), path: name.to_owned(), case_exact: false }
}

pub(crate) fn right(entitlement: &str, value: &str, scope: Option<&str>) -> Right {
    Right { entitlement: entitlement.to_owned(), value: value.to_owned(), scope: scope.map(str::to_owned) }
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub(crate) fn start() -> StartState {
    let account = |id: &str, link: Option<&str>, attributes: &[(&str, Value)]| StartAccount {
        id: id.to_owned(),
        link: link.map(str::to_owned),
        active: true,
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        groups: vec![],
        grants: vec![],
    };
    let mut first = account("old-1", Some("user-1"), &[("email", text("a@example.com"))]);
    first.groups = vec!["Non AD sync".to_owned()];
    first.grants = vec![right("localRole", "booker", Some("London"))];
    StartState {
        accounts: vec![first, account("old-2", None, &[("hasRecords", Value::Boolean(true))])],
        known: vec![
            right("licence", "standard", None),
            right("localRole", "booker", Some("London")),
            right("localRole", "booker", Some("Stockholm")),
        ],
        groups: vec!["Non AD sync".to_owned(), "Temporary".to_owned()],
    }
}

pub(crate) fn request<'a>(path_of_store: &'a Path, start: Option<&'a StartState>) -> ReadRequest<'a> {
    ReadRequest {
        application: "pulseway".to_owned(),
        path: path_of_store,
        link: path("externalId"),
        attributes: ["email", "externalId", "hasRecords", "phones"].map(path).to_vec(),
        start,
    }
}

pub(crate) fn read_made(place: &Place) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read(&request(&place.store(), None))
}

/// A snapshot as lines, for comparison.
pub(crate) fn lines(snapshot: &ApplicationSnapshot, attributes: &[&str]) -> Vec<String> {
    let accounts = &snapshot.accounts;
    let mut lines: Vec<String> = (0..accounts.len() as u32)
        .map(|row| {
            let values = attributes
                .iter()
                .filter_map(|name| Some((name, accounts.column(name)?.get(row)?)))
                .map(|(name, value)| format!(" {name}={value}"));
            let link = accounts.links.get(row).unwrap_or("-");
            let active = accounts.active[row as usize];
            format!("{} {link} {active}{}", accounts.ids.id(row), values.collect::<String>())
        })
        .collect();
    for group in 0..snapshot.groups.len() as u32 {
        let members = snapshot.groups.members(group).iter().map(|row| accounts.ids.id(*row));
        let name = &snapshot.groups.names[group as usize];
        lines.push(format!("group {name}: {}", members.collect::<Vec<_>>().join(" ")));
    }
    let held = |grant: &rolewright::snapshot::GrantRow| {
        format!("{} holds {}", accounts.ids.id(grant.account), grant.right)
    };
    lines.extend(snapshot.grants.iter().map(held));
    lines.extend(snapshot.known_rights.iter().map(|right| format!("knows {right}")));
    lines
}

pub(crate) fn all(snapshot: &ApplicationSnapshot) -> Vec<String> {
    lines(snapshot, &["email", "externalId", "hasRecords", "phones"])
}
