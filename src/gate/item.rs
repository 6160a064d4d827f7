//! Identities of changes as keyed hashes (items): ledger and records contain no ids, names or values (the gate, 2, 3
//! and 8).

use super::identity::{Identity, sensitive_identities};
use super::marks::Marks;
use crate::model::Digest;
use crate::plan::Change;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;

/// The key if the operator gives none: items are then plain digests, which anybody can compute.
const NO_KEY: &[u8] = b"rolewright";
/// The id of that key: what is made with it proves nothing.
pub(super) const NO_KEY_ID: &str = "none";
/// The number of characters in an item.
pub(super) const ITEM: usize = 8;

/// The key that items are made with.
pub struct ItemKey {
    key: Vec<u8>,
    kid: String,
}

impl ItemKey {
    /// From the operator's key, or the constant that replaces it.
    pub fn new(secret: Option<&str>) -> Self {
        let kid = secret.map_or_else(
            || NO_KEY_ID.to_owned(),
            |secret| Digest::of(secret.as_bytes()).to_string()[..8].to_owned(),
        );
        Self { key: secret.map_or(NO_KEY, str::as_bytes).to_vec(), kid }
    }

    /// The first 8 hexadecimal digits of the key's SHA-256; `none` without key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether the operator gave a key; without one, anybody can make items.
    pub fn is_secret(&self) -> bool {
        self.kid != NO_KEY_ID
    }

    /// The items of the sensitive identities, by operation: 8 characters each, sorted, without separators.
    pub fn items(&self, identities: impl Iterator<Item = Identity>) -> BTreeMap<String, String> {
        let mut items: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for identity in identities.filter(|identity| identity.sensitive) {
            items.entry(identity.operation.word().to_owned()).or_default().push(self.item(&identity));
        }
        items
            .into_iter()
            .map(|(operation, mut items)| {
                items.sort();
                (operation, items.concat())
            })
            .collect()
    }

    /// The items of the sensitive identities of changes, in the form of [`ItemKey::items`].
    pub fn of_changes<'c>(
        &self,
        instance: &str,
        marks: &Marks,
        changes: impl Iterator<Item = &'c Change>,
    ) -> BTreeMap<String, String> {
        self.items(changes.flat_map(|change| sensitive_identities(instance, marks, change)))
    }

    /// A pseudonym for a person: `u-` and 6 letters, stable within one `context` (a pull request, a run) and different
    /// in others.
    pub fn pseudonym(&self, context: &str, id: &str) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return "u-".to_owned() };
        mac.update(context.as_bytes());
        mac.update(&[0]);
        mac.update(id.as_bytes());
        let digest = mac.finalize().into_bytes();
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte & 31)]);
        format!("u-{}", digest.iter().take(6).map(letter).collect::<String>())
    }

    /// The item of one identity.
    pub fn item(&self, identity: &Identity) -> String {
        // HMAC accepts a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(Digest::of(identity.text().as_bytes()).bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..6])
    }
}

/// The single items in a text without separators.
pub(super) fn pieces(items: &str) -> impl Iterator<Item = &str> {
    (0..items.len() / ITEM).filter_map(|place| items.get(place * ITEM..(place + 1) * ITEM))
}
