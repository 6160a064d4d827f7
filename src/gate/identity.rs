//! What a change is to reviews: the same thing wanted by two policies, today and tomorrow, is one identity (the gate, 2).

use crate::model::{Operation, Value};
use crate::plan::Change;
use crate::policy::ApplicationPolicy;
use serde_json::{Value as Json, json};

/// One thing that a change does. What stood there before is no part of it: that is judged when it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// What is done.
    pub operation: Operation,
    /// Whether a person must have seen it: it takes something away, takes something over, or gives a privileged right.
    pub sensitive: bool,
    /// The attribute, of an update.
    attribute: Option<String>,
    text: String,
}

impl Identity {
    /// What it is hashed from: canonical JSON of instance, subject, operation, what, and what it becomes.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same text, without the rest.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Of an update, the attribute that is meant.
    pub fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }
}

/// What a change does: one identity, or of an update one for each attribute, so that a policy about one attribute says
/// nothing about the others.
pub fn identities(instance: &str, policy: &ApplicationPolicy, change: &Change) -> Vec<Identity> {
    if change.operation() != Operation::Update {
        return vec![of_whole(instance, policy, change)];
    }
    let attributes = change.attribute_changes().into_iter();
    attributes.map(|it| of_attribute(instance, policy, change, it.attribute, it.after)).collect()
}

fn of_attribute(
    instance: &str,
    policy: &ApplicationPolicy,
    change: &Change,
    attribute: &str,
    after: Option<&Value>,
) -> Identity {
    Identity {
        operation: change.operation(),
        sensitive: finds_accounts(policy, attribute),
        attribute: Some(attribute.to_owned()),
        text: text(instance, change, &json!(attribute), &json!([after])),
    }
}

fn of_whole(instance: &str, policy: &ApplicationPolicy, change: &Change) -> Identity {
    let right = change.right();
    let what = right.map_or(Json::Null, |right| json!([right.entitlement, right.value, right.scope]));
    Identity {
        operation: change.operation(),
        sensitive: takes(change.operation()) || is_privileged(policy, change) || lets_in_anew(policy, change),
        attribute: None,
        text: text(instance, change, &what, &after(change)),
    }
}

/// Which account is taken or taken over belongs to it; which one is made or given to does not, for it may not be there yet.
/// What an account is let in again with does, as of an update.
fn after(change: &Change) -> Json {
    match change.operation() {
        Operation::Reactivate => {
            let written: Vec<Json> =
                change.attribute_changes().iter().map(|it| json!([it.attribute, it.after])).collect();
            json!(written)
        }
        Operation::Delete
        | Operation::Archive
        | Operation::Deactivate
        | Operation::Revoke
        | Operation::Adopt => json!([change.subject.account]),
        Operation::Create | Operation::Update | Operation::Grant => json!([]),
    }
}

/// Whether an account is let in again as one that is found otherwise than before.
fn lets_in_anew(policy: &ApplicationPolicy, change: &Change) -> bool {
    change.operation() == Operation::Reactivate
        && change.attribute_changes().iter().any(|it| finds_accounts(policy, it.attribute))
}

fn takes(operation: Operation) -> bool {
    use Operation::{Adopt, Archive, Deactivate, Delete, Revoke};
    matches!(operation, Delete | Archive | Deactivate | Revoke | Adopt)
}

/// Whoever sets an attribute by which accounts are found decides whose account it is.
fn finds_accounts(policy: &ApplicationPolicy, attribute: &str) -> bool {
    let mut matching = policy.matching.iter().map(|slot| &policy.account_attribute(*slot).name);
    policy.link.name == attribute || matching.any(|name| name == attribute)
}

fn is_privileged(policy: &ApplicationPolicy, change: &Change) -> bool {
    let Some(right) = change.right() else { return false };
    let kind = policy.entitlements.iter().find(|kind| kind.name == right.entitlement);
    kind.is_some_and(|kind| kind.privileged.contains(&right.value))
}

fn text(instance: &str, change: &Change, what: &Json, after: &Json) -> String {
    let subject = match (&change.subject.directory, &change.subject.user) {
        (Some(directory), Some(user)) => format!("{directory}:{user}"),
        _ => change.subject.key().to_owned(),
    };
    let operation = change.operation().word();
    let all = json!(["rolewright-change/1", instance, "account", subject, operation, what, after]);
    serde_json_canonicalizer::to_string(&all).unwrap_or_default()
}
