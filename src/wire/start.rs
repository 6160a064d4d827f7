//! The accounts an embedded store starts with.

use crate::model::{Right, Value};
use std::collections::BTreeMap;

/// What a store that does not exist yet starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartState {
    /// Sorted by id.
    pub accounts: Vec<StartAccount>,
    /// The rights the application knows, sorted, each once.
    pub known: Vec<Right>,
    /// The application's own groups, sorted.
    pub groups: Vec<String>,
}

/// An account of a start state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartAccount {
    /// Its id in the application.
    pub id: String,
    /// The immutable id of the user it belongs to.
    pub link: Option<String>,
    /// Whether it may sign in.
    pub active: bool,
    /// Its values by short name, none of them empty.
    pub attributes: BTreeMap<String, Value>,
    /// The application's groups it is in, sorted.
    pub groups: Vec<String>,
    /// The rights it holds, sorted; each is known.
    pub grants: Vec<Right>,
}
