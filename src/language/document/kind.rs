//! The kinds of document, and the one version of the language.

use crate::model::words;

/// The `apiVersion` of every document.
pub const API_VERSION: &str = "rolewright/v1";

words! {
    /// The kind of a document (the policy language, 1). The order is the order in which documents are explained.
    pub enum Kind {
        /// The company: branch, review, secrets, ledger.
        Workspace = "Workspace",
        /// A source of users and groups.
        Directory = "Directory",
        /// A target that holds accounts and rights.
        Application = "Application",
        /// What a SCIM service can do.
        Profile = "Profile",
        /// How an application's own HTTP API is called.
        Connector = "Connector",
        /// Which directory group gives which right.
        LinkingRules = "LinkingRules",
        /// Who is left untouched.
        Exclusions = "Exclusions",
        /// Where account attributes come from.
        AttributeMapping = "AttributeMapping",
        /// What fills an empty attribute.
        Defaults = "Defaults",
        /// Constraints that users must meet.
        Constraints = "Constraints",
        /// What happens to accounts, and how many changes a run may make.
        Lifecycle = "Lifecycle",
        /// Allowances above a limit.
        Overrides = "Overrides",
        /// Made-up users and accounts, and the expected result for each.
        PolicyTests = "PolicyTests",
    }
}
