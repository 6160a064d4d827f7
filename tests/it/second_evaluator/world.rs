//! The data of a case: directories, and the contents of the application.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Directories and application contents of one case.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    /// In the order of the application's `directories`.
    pub(crate) directories: Vec<Directory>,
    pub(crate) accounts: Vec<Account>,
    /// For each group of the application, the ids of the accounts in it.
    pub(crate) account_groups: BTreeMap<String, BTreeSet<String>>,
    /// Rights that the application has.
    pub(crate) known: BTreeSet<Right>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    /// Roles of the enterprise application, and the ids of the users and groups assigned to each.
    pub(crate) roles: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct User {
    /// Its index among the directories.
    pub(crate) directory: usize,
    pub(crate) id: String,
    /// Text, booleans, and lists of text; an empty attribute is absent.
    pub(crate) attributes: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Option<String>,
    pub(crate) distinguished_name: Option<String>,
    /// Ids of users and groups.
    pub(crate) members: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) link: Option<String>,
    pub(crate) active: bool,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) rights: BTreeSet<Right>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Right {
    pub(crate) entitlement: String,
    pub(crate) value: String,
    pub(crate) scope: Option<String>,
}

impl User {
    pub(crate) fn disabled(&self) -> bool {
        self.attributes.get("accountEnabled") == Some(&Value::Bool(false))
    }

    /// The values at `mail` or `businessPhones[0]`; of a list, all elements.
    pub(crate) fn values(&self, path: &str) -> Vec<&Value> {
        let (name, place) = match path.strip_suffix(']').and_then(|path| path.split_once('[')) {
            Some((name, place)) => (name, place.parse::<usize>().ok()),
            None => (path, None),
        };
        match (self.attributes.get(name), place) {
            (Some(Value::Array(elements)), Some(place)) => elements.get(place).into_iter().collect(),
            (Some(Value::Array(elements)), None) => elements.iter().collect(),
            (value, _) => value.into_iter().collect(),
        }
    }
}

impl World {
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.directories.iter().flat_map(|directory| &directory.users)
    }
}

/// A value in the form that plans write: text unchanged, `true`, `5`.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
