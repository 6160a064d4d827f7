//! The kinds of document, and the one version of the language.

use schemars::JsonSchema;
use serde::Deserialize;

/// What `apiVersion` says in every document.
pub const API_VERSION: &str = "rolewright/v1";

/// The version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The first version.
    #[serde(rename = "rolewright/v1")]
    V1,
}

/// What a document is about (the policy language, 1). The order is the order in which documents are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Kind {
    /// The company: branch, review, secrets, ledger.
    Workspace,
    /// A source of users and groups.
    Directory,
    /// A target that holds accounts and rights.
    Application,
    /// Directory group to right.
    LinkingRules,
    /// Who is left untouched.
    Exclusions,
    /// Where account attributes come from.
    AttributeMapping,
    /// What fills an empty attribute.
    Defaults,
    /// What must hold of a user.
    Constraints,
    /// What happens to whom, and how much of it at once.
    Lifecycle,
    /// Allowances above a limit.
    Overrides,
    /// Made-up people and accounts, and what becomes of them.
    PolicyTests,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Workspace,
        Self::Directory,
        Self::Application,
        Self::LinkingRules,
        Self::Exclusions,
        Self::AttributeMapping,
        Self::Defaults,
        Self::Constraints,
        Self::Lifecycle,
        Self::Overrides,
        Self::PolicyTests,
    ];

    /// The word that `kind` says.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Directory => "Directory",
            Self::Application => "Application",
            Self::LinkingRules => "LinkingRules",
            Self::Exclusions => "Exclusions",
            Self::AttributeMapping => "AttributeMapping",
            Self::Defaults => "Defaults",
            Self::Constraints => "Constraints",
            Self::Lifecycle => "Lifecycle",
            Self::Overrides => "Overrides",
            Self::PolicyTests => "PolicyTests",
        }
    }

    /// The kind that a word names.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
