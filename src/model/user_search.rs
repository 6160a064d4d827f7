//! Users who are asked for by what identifies them, where not everybody is read.

use std::collections::BTreeSet;

/// Some of a directory's users: whoever has one of these ids or values. ASCII case is ignored; who has a value that
/// differs in more may be among those found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSearch {
    /// Immutable ids, ASCII lower case.
    pub ids: BTreeSet<String>,
    /// Values.
    pub values: BTreeSet<SoughtValue>,
}

/// A value that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoughtValue {
    /// The user attribute, as policies name it.
    pub attribute: String,
    /// Its value, lower case.
    pub text: String,
    /// Whether the value may also be followed by `@` and anything.
    pub any_domain: bool,
}

impl UserSearch {
    /// How much is asked for.
    pub fn len(&self) -> usize {
        self.ids.len() + self.values.len()
    }

    /// Whether nobody is asked for.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
