//! What policies give names to.

use crate::language::document::Kind;

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Directory,
    Application,
    Profile,
    Connector,
    /// The id of a rule, exclusion, constraint, default, protection, override or test, by the kind of its document.
    Policy(Kind),
    Window,
    UserAttribute,
    AccountAttribute,
    Entitlement,
    Scope,
    AccountType,
    /// What a constraint names: `names: { home: location }`.
    Named,
    /// A value of an entitlement type or scope, named `TYPE=VALUE`.
    RightValue,
    /// A group of a directory.
    Group,
}

/// A name, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Symbol {
    pub(super) family: Family,
    /// The application that it belongs to; `*`: to every one, or to none.
    pub(super) application: String,
    pub(super) name: String,
}

impl Family {
    /// What it is, for people.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Application => "application",
            Self::Profile => "profile",
            Self::Connector => "connector",
            Self::Policy(kind) => policy_word(kind),
            Self::Window => "change window",
            Self::UserAttribute => "user attribute",
            Self::AccountAttribute => "account attribute",
            Self::Entitlement => "entitlement type",
            Self::Scope => "scope",
            Self::AccountType => "account type",
            Self::Named => "name that a constraint gives",
            Self::RightValue => "value",
            Self::Group => "directory group",
        }
    }

    /// The same after an article: `a linking rule`, `an exclusion`.
    pub(super) fn a_word(self) -> String {
        let word = self.word();
        let vowel = word.starts_with(['a', 'e', 'i', 'o']);
        format!("{} {word}", if vowel { "an" } else { "a" })
    }

    /// Whether its names mean one thing in every application.
    pub(super) fn is_everywhere(self) -> bool {
        match self {
            Self::Directory
            | Self::Application
            | Self::Profile
            | Self::Connector
            | Self::UserAttribute
            | Self::Group => true,
            Self::Policy(_)
            | Self::Window
            | Self::AccountAttribute
            | Self::Entitlement
            | Self::Scope
            | Self::AccountType
            | Self::RightValue
            | Self::Named => false,
        }
    }
}

fn policy_word(kind: Kind) -> &'static str {
    match kind {
        Kind::LinkingRules => "linking rule",
        Kind::Exclusions => "exclusion",
        Kind::Constraints => "constraint",
        Kind::Defaults => "default",
        Kind::Lifecycle => "protection",
        Kind::Overrides => "override",
        Kind::PolicyTests => "policy test",
        Kind::Workspace
        | Kind::Directory
        | Kind::Application
        | Kind::Profile
        | Kind::Connector
        | Kind::AttributeMapping => "policy",
    }
}
