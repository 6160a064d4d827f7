//! All policies of a workspace, and their digest.

use super::{ApplicationPolicy, DirectoryPolicy, Privacy, Review};
use crate::model::{Digest, MailConnection};
use serde::Serialize;

/// All policies of one workspace.
#[derive(Clone, Debug)]
pub struct PolicySet {
    /// What the `Workspace` says.
    pub workspace: Workspace,
    /// Sorted by name.
    pub directories: Vec<DirectoryPolicy>,
    /// Sorted by name.
    pub applications: Vec<ApplicationPolicy>,
}

/// What the `Workspace` document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    /// The name of the company.
    pub name: String,
    /// The branch whose latest commit `apply` applies.
    pub protected_branch: String,
    /// The environment's name; `default` where none is named.
    pub environment: String,
    /// How changes are approved.
    pub review: Review,
    /// How output that others can read names people; none: depends on the repository's visibility. It has no effect on
    /// changes.
    #[serde(skip)]
    pub privacy: Option<Privacy>,
    /// Policies may use only environment variables whose names begin with one of these.
    pub secret_prefixes: Vec<String>,
    /// The prefix of the ledger's refs: `refs/rolewright`.
    pub ledger_prefix: String,
    /// The mail server that sends reports.
    #[serde(skip)]
    pub mail: Option<MailConnection>,
}

impl ApplicationPolicy {
    /// The policy digest (the gate, 1): SHA-256 over the canonical JSON of the compiled policies and settings, of the
    /// directories that they read, and of the workspace's settings. Formatting, comments, file names and the order of
    /// documents have no influence.
    ///
    /// # Errors
    /// Never for compiled policies: they hold only text, integers and lists.
    pub fn digest(&self, set: &PolicySet) -> Result<Digest, serde_json::Error> {
        let directories: Vec<_> =
            self.directories
                .iter()
                .filter_map(|name| set.directories.iter().find(|directory| directory.name == *name))
                .map(|directory| {
                    let read = directory.attributes.iter().filter(|attribute| {
                        self.user_attributes.iter().any(|used| used.name == attribute.name)
                    });
                    let attributes: Vec<_> = read.collect();
                    // `must_see` is added below if it is not empty; `needs` follows from the applications' policies.
                    let DirectoryPolicy {
                        name,
                        connection,
                        group_prefix,
                        groups_under,
                        nested_groups,
                        must_see: _,
                        attributes: _,
                        needs: _,
                    } = directory;
                    (name, connection, group_prefix, groups_under, nested_groups, attributes)
                })
                .collect();
        let must_see: Vec<_> = set
            .directories
            .iter()
            .filter(|directory| self.directories.contains(&directory.name) && !directory.must_see.is_empty())
            .map(|directory| (&directory.name, &directory.must_see))
            .collect();
        match must_see.is_empty() {
            true => Digest::of_json(&(self, directories, &set.workspace)),
            false => Digest::of_json(&(self, directories, &set.workspace, must_see)),
        }
    }
}
