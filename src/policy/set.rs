//! All policies of a workspace, and their digest.

use super::{ApplicationPolicy, DirectoryAttribute, DirectoryPolicy, Privacy, Review};
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
    /// The name that the environment had before, whose ledgers are carried along.
    pub previous_environment: Option<String>,
    /// How changes are approved.
    pub review: Review,
    /// How output that others can read names people; none: depends on the repository's visibility.
    pub privacy: Option<Privacy>,
    /// Policies may use only environment variables whose names begin with one of these.
    pub secret_prefixes: Vec<String>,
    /// The mail server that sends reports.
    pub mail: Option<MailConnection>,
}

impl ApplicationPolicy {
    /// The policy digest (the gate, 1): SHA-256 over the canonical JSON of everything that has an effect: the compiled
    /// policies, the directories that they read, and what the workspace says. Formatting, comments, file names, the
    /// order of documents and policy tests have no influence.
    ///
    /// # Errors
    /// Never for compiled policies: they hold only text, integers and lists.
    pub fn digest(&self, set: &PolicySet) -> Result<Digest, serde_json::Error> {
        let read = |name: &String| set.directories.iter().find(|directory| directory.name == *name);
        let directories: Vec<_> =
            self.directories.iter().filter_map(read).map(|directory| self.of_directory(directory)).collect();
        Digest::of_json(&(self, directories, &set.workspace))
    }

    /// What a directory has for this application: others may read more attributes of it.
    fn of_directory(&self, directory: &DirectoryPolicy) -> impl Serialize {
        let read = |attribute: &&DirectoryAttribute| {
            self.user_attributes.iter().any(|used| used.name == attribute.name)
        };
        DirectoryPolicy {
            attributes: directory.attributes.iter().filter(read).cloned().collect(),
            ..directory.clone()
        }
    }
}
