//! How an application stores a type of right.

use crate::model::{AttributePath, EntitlementWire, Right};

/// How one type of right is stored.
#[derive(Clone, Debug)]
pub struct WireOfRight {
    /// The kind of storage.
    pub wire: EntitlementWire,
    /// The name of its scope, if the type has one.
    pub scope: Option<String>,
    /// The path of its attribute, if it is stored in one.
    pub attribute: Option<AttributePath>,
    /// Whether a group that does not exist is created.
    pub create_missing: bool,
}

impl WireOfRight {
    /// The group name or value that stores a right.
    pub fn text(&self, right: &Right) -> String {
        self.wire.text(right, self.scope.as_deref())
    }
}
