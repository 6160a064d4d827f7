//! User names that accounts exchange among each other: no order of renaming works, so one of them gets a temporary name
//! first.

use crate::model::Value;
use crate::plan::Change;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// One change of each ring: the first in the order of writing. `freed_by` tells for a change which other change frees the
/// user name that it takes.
pub(super) fn first_of_rings(freed_by: &BTreeMap<usize, usize>) -> BTreeSet<usize> {
    let (mut seen, mut firsts) = (BTreeSet::new(), BTreeSet::new());
    for start in freed_by.keys() {
        let mut path = Vec::new();
        let mut at = *start;
        while seen.insert(at) {
            path.push(at);
            match freed_by.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        if let Some(ring) = path.iter().position(|place| *place == at)
            && freed_by.contains_key(path.last().unwrap_or(&at))
        {
            firsts.extend(path[ring..].iter().min());
        }
    }
    firsts
}

/// The temporary name of an account: `ada@contoso.example` becomes `ada-1f0c7a42@contoso.example`. The same in each run,
/// so that a run that was interrupted leaves a name that people can search for.
pub(super) fn temporary_name(change: &Change, account: &str) -> Option<Value> {
    let before = change.attribute_change("userName")?.before?.to_string();
    let digest = Sha256::digest(account.as_bytes());
    let tag: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    Some(Value::Text(match before.split_once('@') {
        Some((local, domain)) => format!("{local}-{tag}@{domain}"),
        None => format!("{before}-{tag}"),
    }))
}
