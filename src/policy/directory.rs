//! What is read from a directory.

use super::GroupReference;
use crate::model::{AttributeType, DirectoryConnection};
use serde::Serialize;

/// One directory and what is read from it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryPolicy {
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub connection: DirectoryConnection,
    /// Only groups whose name begins with this are read; empty: all.
    pub group_prefix: String,
    /// Only groups under this distinguished name are read; none: everything.
    pub groups_under: Option<String>,
    /// Whether members count through nested groups.
    pub nested_groups: bool,
    /// Ids of users whom every read must show, sorted (threat E6).
    pub must_see: Vec<String>,
    /// The user attributes that any application's policies need, sorted by name, with their types and, where the
    /// directory names them otherwise, that name.
    pub attributes: Vec<DirectoryAttribute>,
    /// What of its groups and roles any application's policies ask for.
    #[serde(skip)]
    pub needs: DirectoryNeeds,
}

/// What policies ask for of one directory besides its users; a directory that can be asked reads nothing else.
#[derive(Clone, Debug, Default)]
pub struct DirectoryNeeds {
    /// Every reference to its groups.
    pub groups: Vec<GroupReference>,
    /// Object ids of the enterprise applications whose roles count, sorted.
    pub applications: Vec<String>,
}

/// A user attribute that is read from a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryAttribute {
    /// The name that policies use, Microsoft Graph's (`surname`).
    pub name: String,
    /// What the directory calls it.
    pub source: String,
    /// Its type.
    pub kind: AttributeType,
}
