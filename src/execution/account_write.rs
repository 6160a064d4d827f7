//! What a change writes over an existing account, in the form that writers take: the link and the attributes with the
//! values that the account is expected to hold, and whether it may sign in.

use crate::model::{AttributePath, Value};
use crate::plan::{AttributeChange, Change};

/// An attribute and its value; none: empty.
pub type HeldValue = (AttributePath, Option<Value>);

/// What is written over an existing account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountWrite {
    /// What the account is expected to hold.
    pub expected: Vec<HeldValue>,
    /// What it holds afterwards.
    pub changes: Vec<HeldValue>,
    /// Whether it may sign in afterwards; none: that stays.
    pub active: Option<bool>,
}

impl AccountWrite {
    /// The whole change; `parked` is the temporary user name that the account has now, in place of the one in the plan.
    pub fn of(change: &Change, parked: Option<&Value>) -> Self {
        let mut write = Self { active: change.sets_active(), ..Self::default() };
        for attribute in change.attribute_changes() {
            let parked = parked.filter(|_| attribute.attribute == USER_NAME);
            write.push(attribute, parked.or(attribute.before), attribute.after);
        }
        write
    }

    /// Only a temporary user name, in place of the one that the change takes from the account.
    pub fn parks(change: &Change, name: &Value) -> Self {
        let mut write = Self::default();
        if let Some(attribute) = change.attribute_change(USER_NAME) {
            write.push(attribute, attribute.before, Some(name));
        }
        write
    }

    fn push(&mut self, attribute: AttributeChange<'_>, before: Option<&Value>, after: Option<&Value>) {
        // `active` has no path, and a link that the ledger remembers is not written.
        let Some(path) = attribute.path.filter(|path| !path.is_in_ledger()) else { return };
        self.expected.push((path.clone(), before.cloned()));
        self.changes.push((path.clone(), after.cloned()));
    }
}

/// The attribute by which names are passed on.
const USER_NAME: &str = "userName";
