//! Changes as keyed items: the ledger holds no ids, names or values (the gate, 2, 3 and 8).

use crate::model::{Digest, Operation};
use crate::plan::{Change, Hold};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;

/// The key of items where the operator gives none: then they are plain digests, which anybody can compute.
const NO_KEY: &[u8] = b"rolewright";

/// What items are made with.
pub struct ItemKey {
    key: Vec<u8>,
    kid: String,
}

impl ItemKey {
    /// The operator's key, or the constant that stands for none.
    pub fn new(secret: Option<&str>) -> Self {
        let kid = secret.map_or_else(
            || "none".to_owned(),
            |secret| Digest::of(secret.as_bytes()).to_string()[..8].to_owned(),
        );
        Self { key: secret.map_or(NO_KEY, str::as_bytes).to_vec(), kid }
    }

    /// The first 8 hexadecimal digits of the key's SHA-256; `none` without key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The items of sensitive changes, by operation: 8 characters each, sorted, run together.
    pub fn items<'c>(
        &self,
        instance: &str,
        changes: impl Iterator<Item = &'c Change>,
    ) -> BTreeMap<String, String> {
        let mut items: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for change in changes.filter(|change| sensitive(change)) {
            let item = self.item(instance, change);
            items.entry(change.operation.word().to_owned()).or_default().push(item);
        }
        items
            .into_iter()
            .map(|(operation, mut items)| {
                items.sort();
                (operation, items.concat())
            })
            .collect()
    }

    /// The item of one change.
    pub fn item(&self, instance: &str, change: &Change) -> String {
        let bytes = serde_json_canonicalizer::to_vec(&identity(instance, change)).unwrap_or_default();
        // A key of any length is a key to HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(Digest::of(&bytes).bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..6])
    }
}

/// What must have been seen before it is done: it takes something away, or takes something over.
pub fn sensitive(change: &Change) -> bool {
    matches!(
        change.operation,
        Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke | Operation::Adopt
    ) || change.hold == Some(Hold::Privileged)
}

fn identity(instance: &str, change: &Change) -> Value {
    let subject = match (&change.subject.directory, &change.subject.user) {
        (Some(directory), Some(user)) => format!("{directory}:{user}"),
        _ => change.subject.key().to_owned(),
    };
    let after: Vec<Value> =
        change.attributes.iter().map(|attribute| json!([attribute.attribute, attribute.after])).collect();
    let what = change.right.as_ref().map(|right| json!([right.entitlement, right.value, right.scope]));
    json!(["rolewright-change/1", instance, "account", subject, change.operation.word(), what, after])
}
