//! The kinds of document, and the one version of the language.

use crate::model::words;

/// What `apiVersion` says in every document.
pub const API_VERSION: &str = "rolewright/v1";

words! {
    /// What a document is about (the policy language, 1). The order is the order in which documents are explained.
    pub enum Kind {
        /// The company: branch, review, secrets, ledger.
        Workspace = "Workspace",
        /// A source of users and groups.
        Directory = "Directory",
        /// A target that holds accounts and rights.
        Application = "Application",
        /// Directory group to right.
        LinkingRules = "LinkingRules",
        /// Who is left untouched.
        Exclusions = "Exclusions",
        /// Where account attributes come from.
        AttributeMapping = "AttributeMapping",
        /// What fills an empty attribute.
        Defaults = "Defaults",
        /// What must hold of a user.
        Constraints = "Constraints",
        /// What happens to whom, and how much of it at once.
        Lifecycle = "Lifecycle",
        /// Allowances above a limit.
        Overrides = "Overrides",
        /// Made-up people and accounts, and what becomes of them.
        PolicyTests = "PolicyTests",
    }
}
