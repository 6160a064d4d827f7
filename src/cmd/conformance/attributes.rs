//! The attributes that throw-away accounts are given: those that policies use, each with two values that fit it.

use crate::model::{AttributePath, EntitlementWire, Value};
use crate::policy::{AccountSlot, ApplicationPolicy};
use crate::wire::scim::{example_values, plain_path};
use std::collections::BTreeMap;

/// Of what names of throw-away accounts begin.
pub(super) const PREFIX: &str = "rolewright-conformance-";
/// The attribute by which people and services tell accounts apart.
pub(super) const USER_NAME: &str = "userName";
/// The attribute that holds the account's type.
const ACCOUNT_TYPE: &str = "userType";

/// An attribute, and what it is given.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) path: AttributePath,
    /// The value of a new account.
    pub(super) first: Value,
    /// Another one.
    pub(super) second: Value,
    /// Whether any text fits.
    pub(super) is_free: bool,
}

/// The attributes of the account with this name, sorted by name. `kinds` are the types that the application tells of its
/// attributes, by path.
pub(super) fn attributes(
    policy: &ApplicationPolicy,
    kinds: &BTreeMap<String, String>,
    name: &str,
) -> Vec<Attribute> {
    let address = |number: u8| Value::Text(format!("{name}-{number}@example.com"));
    let user_name =
        AttributePath { name: USER_NAME.to_owned(), path: USER_NAME.to_owned(), case_exact: false };
    let first = Value::Text(format!("{name}@example.com"));
    let mut all = vec![Attribute { path: user_name, first, second: address(2), is_free: false }];
    for (place, path) in policy.account_attributes.iter().enumerate() {
        let skipped = [USER_NAME, "active"].contains(&path.name.as_str())
            || path.name == policy.link.name
            || holds_rights(policy, path)
            || policy.unkept(AccountSlot(place as u16)).is_some();
        if skipped {
            continue;
        }
        if path.name == ACCOUNT_TYPE && !policy.account_types.is_empty() {
            let kind = Value::Text(policy.account_types[0].clone());
            all.push(Attribute { path: path.clone(), first: kind.clone(), second: kind, is_free: false });
            continue;
        }
        let kind = plain_path(&path.path).and_then(|plain| kinds.get(&plain.to_ascii_lowercase()));
        if let Some(values) = example_values(&path.path, kind.map(String::as_str), &[address(1), address(2)])
        {
            let [first, second] = values.values;
            all.push(Attribute { path: path.clone(), first, second, is_free: values.is_free });
        }
    }
    all.sort_by(|one, other| one.path.name.cmp(&other.path.name));
    all
}

/// Values there mean something.
fn holds_rights(policy: &ApplicationPolicy, path: &AttributePath) -> bool {
    policy.entitlements.iter().any(|kind| match &kind.wire {
        EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. } => {
            *attribute == path.name
        }
        EntitlementWire::Row | EntitlementWire::Group { .. } => false,
    })
}
