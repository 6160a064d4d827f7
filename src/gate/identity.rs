//! The identity of a change in reviews: the same effect, wanted by two policies or on two days, has one identity (the
//! gate, 2).

use super::marks::Marks;
use crate::model::Operation;
use crate::plan::{AttributeChange, Change};
use serde_json::{Value as Json, json};

/// One effect of a change. The previous value is not part of it: that is checked when the change is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The operation.
    pub operation: Operation,
    /// Whether a person must see it first: it removes something, adopts an account, or grants a privileged right.
    pub sensitive: bool,
    /// The attribute, for an update.
    attribute: Option<String>,
    text: String,
    /// The account, where it exists.
    account: Option<String>,
}

impl Identity {
    /// The text that is hashed: canonical JSON of instance, subject, operation, object with its place in the application,
    /// and new value.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same text, without the rest.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The text with the account: on one set of data, whoever gets something gets it on the same account.
    pub(super) fn on_account(&self) -> String {
        format!("{} {:?}", self.text, self.account)
    }

    /// The attribute, for an update.
    pub fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }
}

/// The identities of a change: one, or for an update one for each attribute, so that a policy about one attribute says
/// nothing about the others. `marks` say what is sensitive.
pub fn identities(instance: &str, marks: &Marks, change: &Change) -> Vec<Identity> {
    if change.operation() != Operation::Update {
        return vec![of_whole(instance, marks, change)];
    }
    let attributes = change.attribute_changes().into_iter();
    attributes.map(|attribute| identity_of_update(instance, marks, change, attribute)).collect()
}

/// The sensitive ones of a change's identities. Most changes have none, and no text is made for those.
pub(super) fn sensitive_identities(instance: &str, marks: &Marks, change: &Change) -> Vec<Identity> {
    if change.operation() != Operation::Update {
        let is_sensitive = sensitive(marks, change);
        return is_sensitive.then(|| of_whole(instance, marks, change)).into_iter().collect();
    }
    let attributes = change.attribute_changes().into_iter();
    let attributes = attributes.filter(|written| marks.finds_accounts(written.attribute));
    attributes.map(|written| identity_of_update(instance, marks, change, written)).collect()
}

/// Whether a person must see a change first, that is no update.
fn sensitive(marks: &Marks, change: &Change) -> bool {
    takes(change.operation())
        || change.right().is_some_and(|right| marks.is_privileged(right))
        || lets_in_anew(marks, change)
}

/// The identity of writing one attribute over what the account holds, whatever the change is that wrote it first.
pub(super) fn identity_of_update(
    instance: &str,
    marks: &Marks,
    change: &Change,
    written: AttributeChange<'_>,
) -> Identity {
    let operation = Operation::Update;
    Identity {
        operation,
        sensitive: marks.finds_accounts(written.attribute),
        attribute: Some(written.attribute.to_owned()),
        text: text(instance, change, operation, &place(written), &json!([written.after])),
        account: change.subject.account.clone(),
    }
}

fn of_whole(instance: &str, marks: &Marks, change: &Change) -> Identity {
    let right = change.right();
    let what = right.map_or(Json::Null, |right| match marks.wire(right) {
        None => json!([right.entitlement, right.value, right.scope]),
        Some(wire) => json!([right.entitlement, right.value, right.scope, wire]),
    });
    Identity {
        operation: change.operation(),
        sensitive: sensitive(marks, change),
        attribute: None,
        text: text(instance, change, change.operation(), &what, &after(change)),
        account: change.subject.account.clone(),
    }
}

/// The account that is removed or adopted belongs to the identity, and every value that is written along: whoever saw
/// an account being taken over or made has seen with which values. The account that is created or granted a right does
/// not, because it may not exist yet.
fn after(change: &Change) -> Json {
    match change.operation() {
        Operation::Create | Operation::Reactivate => json!(written(change)),
        Operation::Adopt | Operation::Archive => json!([change.subject.account, written(change)]),
        Operation::Delete | Operation::Deactivate | Operation::Revoke => json!([change.subject.account]),
        Operation::Update | Operation::Grant => json!([]),
    }
}

/// The attributes that a change writes, each with its new value.
fn written(change: &Change) -> Vec<Json> {
    change.attribute_changes().into_iter().map(|change| json!([place(change), change.after])).collect()
}

/// An attribute, and where the application keeps it if that is not under its own name.
fn place(change: AttributeChange<'_>) -> Json {
    match change.path {
        Some(path) if path.path != path.name => json!([path.name, path.path]),
        Some(_) | None => json!(change.attribute),
    }
}

/// Whether a reactivation changes an attribute by which the account is found.
fn lets_in_anew(marks: &Marks, change: &Change) -> bool {
    change.operation() == Operation::Reactivate
        && change.attribute_changes().iter().any(|change| marks.finds_accounts(change.attribute))
}

fn takes(operation: Operation) -> bool {
    use Operation::{Adopt, Archive, Deactivate, Delete, Revoke};
    matches!(operation, Delete | Archive | Deactivate | Revoke | Adopt)
}

fn text(instance: &str, change: &Change, operation: Operation, what: &Json, after: &Json) -> String {
    let subject = match (&change.subject.directory, &change.subject.user) {
        (Some(directory), Some(user)) => format!("{directory}:{user}"),
        _ => change.subject.key().to_owned(),
    };
    let operation = operation.word();
    let all = json!(["rolewright-change/1", instance, "account", subject, operation, what, after]);
    serde_json_canonicalizer::to_string(&all).unwrap_or_default()
}
