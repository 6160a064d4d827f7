//! What is remembered of users' records from run to run, as keyed fingerprints and nothing else (the policy language, 9,
//! `untilSourceChanges`; PU-6, PU-7).

use crate::desired::{Computed, DesiredState};
use crate::model::Field;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;

/// Fingerprints of users' records and of the values wanted for their accounts, as they were when last written or
/// confirmed. Without the key nobody can tell what they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Memory {
    /// Fingerprint of the names of the attributes that make a record.
    pub shape: String,
    /// User, keyed: what is remembered.
    pub users: BTreeMap<String, Remembered>,
    /// The operator's key.
    #[serde(skip)]
    key: Vec<u8>,
}

/// What is remembered of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Fingerprint of the record.
    pub record: String,
    /// Account attribute: fingerprint of its wanted value.
    pub values: BTreeMap<String, String>,
}

impl Memory {
    /// The same with the operator's key, as secret as the ledger's.
    #[must_use]
    pub fn keyed(mut self, key: &[u8]) -> Self {
        self.key = key.to_vec();
        self
    }

    /// A memory of nobody yet, with the same key, of the records that these policies read.
    pub(super) fn emptied(&self, desired: &DesiredState<'_>) -> Self {
        Self { shape: self.shape_of(desired), users: BTreeMap::new(), key: self.key.clone() }
    }

    fn fingerprint(&self, of: &str, text: &str) -> String {
        // A key of any length is a key to HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(of.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..12])
    }

    pub(super) fn user(&self, desired: &DesiredState<'_>, user: u32) -> String {
        let (directory, id) = desired.population.id(user);
        self.fingerprint("user", &format!("{directory}:{id}"))
    }

    /// The attributes that make a record: those the policies use, or all that were read.
    pub(super) fn shape_of(&self, desired: &DesiredState<'_>) -> String {
        let mut names: Vec<&str> = if desired.policy.watches_all {
            let directories = desired.population.directories();
            directories
                .flat_map(|(directory, _)| directory.users.attributes().map(|(name, _)| name))
                .collect()
        } else {
            desired.policy.user_attributes.iter().map(|attribute| attribute.name.as_str()).collect()
        };
        names.sort_unstable();
        names.dedup();
        self.fingerprint("shape", &names.join("\n"))
    }

    pub(super) fn record(&self, desired: &DesiredState<'_>, user: u32) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (directory, first) in desired.population.directories() {
            let local = user.checked_sub(first).filter(|local| (*local as usize) < directory.users.len());
            let Some(local) = local else { continue };
            let used =
                |name: &str| desired.policy.user_attributes.iter().any(|attribute| attribute.name == name);
            let attributes = directory.users.attributes();
            for (name, column) in attributes.filter(|(name, _)| desired.policy.watches_all || used(name)) {
                let value = match column.field(local) {
                    Field::Empty => continue,
                    Field::Text(text) => text.into_owned(),
                    Field::Boolean(value) => value.to_string(),
                    Field::List(texts) => texts.join("\u{1f}"),
                };
                lines.push(format!("{name}\u{1e}{value}"));
            }
        }
        lines.sort();
        self.fingerprint("record", &lines.join("\u{1d}"))
    }

    pub(super) fn value(&self, value: &Computed<'_>) -> String {
        let value = value.to_value();
        self.fingerprint("value", &value.map_or_else(|| "0".to_owned(), |value| format!("1{value}")))
    }
}
