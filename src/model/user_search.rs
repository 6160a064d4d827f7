//! A search for specific users, instead of reading all.

use std::collections::BTreeSet;

/// Users with one of these ids or values. ASCII case is ignored. Users whose value differs otherwise may be found too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSearch {
    /// Immutable ids, ASCII lower case.
    pub ids: BTreeSet<String>,
    /// Values.
    pub values: BTreeSet<SearchValue>,
}

/// A value to search for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchValue {
    /// The user attribute, as policies name it.
    pub attribute: String,
    /// Its value, lower case.
    pub text: String,
    /// Whether the value may also be followed by `@` and any text.
    pub any_domain: bool,
}

impl UserSearch {
    /// The number of ids and values.
    pub fn len(&self) -> usize {
        self.ids.len() + self.values.len()
    }

    /// Whether the search is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
