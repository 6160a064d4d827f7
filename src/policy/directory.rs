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
    /// Only groups whose name begins with this are read; empty: all groups.
    pub group_prefix: String,
    /// Only groups under this distinguished name are read; none: no restriction.
    pub groups_under: Option<String>,
    /// Whether members count through nested groups.
    pub nested_groups: bool,
    /// Ids of users who must appear in every read, sorted (threat E6).
    pub must_see: Vec<String>,
    /// The user attributes that any application's policies need, sorted by name, with their types and the directory's
    /// own names for them.
    pub attributes: Vec<DirectoryAttribute>,
    /// The groups and roles that any application's policies refer to.
    #[serde(skip)]
    pub needs: DirectoryNeeds,
}

/// What policies need from one directory besides its users. A directory that supports queries is asked for nothing
/// else.
#[derive(Clone, Debug, Default)]
pub struct DirectoryNeeds {
    /// Every reference to its groups.
    pub groups: Vec<GroupReference>,
    /// Object ids of the enterprise applications whose roles are read, sorted.
    pub applications: Vec<String>,
}

/// A user attribute that is read from a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryAttribute {
    /// The name that policies use, Microsoft Graph's (`surname`).
    pub name: String,
    /// The directory's own name of the attribute.
    pub source: String,
    /// Its type.
    pub kind: AttributeType,
}
