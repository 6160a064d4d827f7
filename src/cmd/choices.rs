//! The words between which flags let users choose.

use clap::ValueEnum;

/// Whether to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Formats of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub workflow annotations
    Github,
    /// A GitLab Code Quality report
    Gitlab,
}

/// Formats of plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people
    Human,
    /// Missing, to be deleted, existing, updated: everybody by name
    Lists,
    /// For a pull request
    Markdown,
    /// Canonical JSON, one document a line
    Json,
    /// A table: application, operation, user, account, name, detail, before, after, policy
    Tsv,
    /// A page to look at, in one file that loads nothing
    Html,
    /// An Excel workbook: added, deleted, updated, errors
    Xlsx,
}

/// Formats of explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people
    Human,
    /// One JSON document for each application, one a line
    Json,
    /// A page to look at, in one file that loads nothing
    Html,
}

/// Formats of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GroupsFormat {
    /// For people
    #[value(alias = "text")]
    Human,
    /// One JSON document for each directory, one a line
    Json,
    /// Links to paste into `LinkingRules`
    Yaml,
    /// A page to look at, in one file that loads nothing
    Html,
}

/// Formats of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    #[value(alias = "text")]
    Human,
    /// One JSON document
    Json,
    /// JUnit XML
    Junit,
    /// A page to look at, in one file that loads nothing
    Html,
}

/// Formats of what a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormat {
    /// For people: each change as it is made
    #[value(alias = "text")]
    Human,
    /// One JSON document for each run, as in `history`
    Json,
    /// A page to look at, in one file that loads nothing
    Html,
    /// An Excel workbook: added, deleted, updated, errors
    Xlsx,
}

/// Formats of the history of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HistoryFormat {
    /// For people
    #[value(alias = "text")]
    Human,
    /// One JSON document for each run
    Json,
    /// A page to look at, in one file that loads nothing
    Html,
}

/// Formats of `matrix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MatrixFormat {
    /// The matrix of a job, for `fromJSON`
    Github,
    /// A child pipeline
    Gitlab,
}

/// Formats of `doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For people
    #[value(alias = "text")]
    Human,
    /// One JSON document
    Json,
}

/// Where policies are reviewed and merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Forge {
    /// Pull requests on GitHub
    Github,
    /// Merge requests on GitLab
    Gitlab,
    /// A git repository without a forge
    None,
}

/// Where people come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectoryKind {
    /// Microsoft Entra ID
    Entra,
    /// Active Directory, or another LDAP directory
    Ldap,
    /// A file
    File,
}

/// How the accounts of a new application are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApplicationKind {
    /// A SCIM 2.0 service
    Scim,
    /// An account store in PostgreSQL
    Postgres,
    /// An account store in a file
    Sqlite,
}
