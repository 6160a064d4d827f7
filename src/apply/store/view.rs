//! What a change needs to know of a store.

use crate::model::{Right, Value};
use crate::wire::store::{BadValue, StoredValue};
use std::collections::BTreeMap;

/// What to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::apply) struct Look<'c> {
    /// The account with this id.
    pub(in crate::apply) id: Option<&'c str>,
    /// The account with this link: the one meant, where no id is given; else another that may have the link already.
    pub(in crate::apply) link: Option<&'c str>,
    /// Whether the right is known and held.
    pub(in crate::apply) right: Option<&'c Right>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::apply) struct View {
    /// The account.
    pub(in crate::apply) account: Option<HeldAccount>,
    /// The id of the account that has the link.
    pub(in crate::apply) linked: Option<String>,
    /// Whether the application knows the right.
    pub(in crate::apply) knows: bool,
    /// Whether the account holds the right.
    pub(in crate::apply) holds: bool,
}

/// An account as a store holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::apply) struct HeldAccount {
    pub(in crate::apply) id: String,
    pub(in crate::apply) link: Option<String>,
    pub(in crate::apply) active: bool,
    /// By short name.
    pub(in crate::apply) attributes: BTreeMap<String, StoredValue>,
}

impl HeldAccount {
    /// The text of a value; none: empty. `link` is the link's name in policies.
    pub(super) fn text(&self, link: &str, name: &str) -> Result<Option<String>, BadValue> {
        if name == link {
            return Ok(self.link.clone());
        }
        if name == ACTIVE {
            return Ok(Some(self.active.to_string()));
        }
        let value = self.attributes.get(name).cloned().map(StoredValue::value).transpose()?;
        Ok(text(value.as_ref()))
    }
}

/// Among attribute names, whether the account may sign in.
pub(super) const ACTIVE: &str = "active";

/// A value's text; none for an empty value. Values are compared by it.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string).filter(|text| !text.is_empty())
}
