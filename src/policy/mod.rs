//! The compiled policies: what the later rooms see. Each rule knows its [`Origin`].
//!
//! Takes what `language` compiles, gives values to evaluate and to digest. Never: text, documents, findings.
//!
//! Values here are resolved: attributes are slots, entitlements and scopes are indices, patterns are compiled. Two
//! workspaces that say the same compile to the same canonical JSON, whatever their layout ([`ApplicationPolicy::digest`]).

mod calendar;
mod condition;
mod every_group;
mod fit;
mod group;
mod lifecycle;
mod mapping;
mod notify;
mod overrides;
mod policy_test;
mod reach;
mod reading;
mod review;
mod rules;
mod times;
mod uses;

pub use calendar::{ChangeWindows, Rhythm, Schedule, Window};
pub use condition::{Comparison, Condition, Operand, Subject, Test, TextMatcher};
pub use fit::{Captures, Fit, fit};
pub use group::{CaptureSet, GroupReference, GroupSelector, NamePattern, PatternPart};
pub use lifecycle::{
    AccountTypeChange, Adoption, ArchivedAttribute, ArchivedPart, LeaverWord, Lifecycle, Limit,
    LimitedChange, ProtectedFrom, Protection, Returning, Setting, Word,
};
pub use mapping::{
    Authority, Default, DefaultAuthority, MapOther, MappedAttribute, Phone, TemplateValue, Transform,
    ValueExpression, ValueSource, WhenEmpty,
};
pub use notify::{Notification, SendWhen};
pub use overrides::{Allowance, Override};
pub use review::{Privacy, Review};
pub use rules::{
    Constraint, ConstraintTest, ConstraintText, ConstraintTextPart, Exclusion, GrantTemplate, LinkingRule,
    Otherwise, Precedence, RightSelector, TemplatePart, TextTemplate,
};
pub use times::Times;

pub use policy_test::{
    Expectation, PolicyTest, TestAccount, TestGroup, TestResult, TestSource, TestSubject, TestUser,
};

use crate::model::{
    ApplicationConnection, AttributePath, AttributeType, Digest, DirectoryConnection, EntitlementWire,
    MailConnection, Position, Span,
};
use serde::Serialize;
use std::cmp::Ordering;

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
    /// The company.
    pub name: String,
    /// The branch whose tip `apply` applies.
    pub protected_branch: String,
    /// The environment's name; `default` where none is named.
    pub environment: String,
    /// How changes are approved.
    pub review: Review,
    /// What others may see of people; none: as the repository's visibility asks. It decides about no change.
    #[serde(skip)]
    pub privacy: Option<Privacy>,
    /// Names of environment variables that policies may read begin with one of these.
    pub secret_prefixes: Vec<String>,
    /// What the ledger's refs begin with: `refs/rolewright`.
    pub ledger_prefix: String,
    /// The mail server that reports leave by.
    #[serde(skip)]
    pub mail: Option<MailConnection>,
}

/// Where a rule stands, for people: every decision names one. Two are equal when all but the span is: a line is told
/// once, however often it is meant.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The kind of its document: `LinkingRules`.
    pub kind: &'static str,
    /// The rule's id; of a mapped attribute its name; of a setting its key.
    pub id: String,
    /// File, relative to the repository's root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// The bytes of the file that are underlined.
    #[serde(skip)]
    pub span: Span,
}

impl Origin {
    /// No place at all, for what no rule caused.
    pub const NOWHERE: Self =
        Self { kind: "", id: String::new(), path: String::new(), line: 0, span: Span { start: 0, end: 0 } };

    /// An origin at a position.
    pub fn new(
        kind: &'static str,
        id: impl Into<String>,
        path: impl Into<String>,
        position: Position,
        span: Span,
    ) -> Self {
        Self { kind, id: id.into(), path: path.into(), line: position.line, span }
    }

    fn key(&self) -> (&str, &str, &str, u32) {
        (self.kind, &self.id, &self.path, self.line)
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Origin {}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

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
    pub asked: Asked,
}

/// What policies ask for of one directory besides its users; a directory that can be asked reads nothing else.
#[derive(Clone, Debug, Default)]
pub struct Asked {
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

/// A user attribute's place in [`ApplicationPolicy::user_attributes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserSlot(pub u16);

/// An account attribute's place in [`ApplicationPolicy::account_attributes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountSlot(pub u16);

/// An entitlement type's place in [`ApplicationPolicy::entitlements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EntitlementIndex(pub u16);

/// An account type's place in [`ApplicationPolicy::account_types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountTypeIndex(pub u16);

/// A named value's place in [`ApplicationPolicy::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NameIndex(pub u16);

/// The account attribute that says what type an account is of (RFC 7643, 4.1.1).
pub const ACCOUNT_TYPE: &str = "userType";

/// Everything that is decided about one application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPolicy {
    /// Its name.
    pub name: String,
    /// Where its document stands.
    #[serde(skip)]
    pub origin: Origin,
    /// `false`: nothing is applied.
    pub enabled: bool,
    /// How it is reached.
    pub connection: ApplicationConnection,
    /// Names of its directories, in the order written.
    pub directories: Vec<String>,
    /// Of each directory the object id of the enterprise application whose roles count.
    pub enterprise_applications: Vec<Option<String>>,
    /// Users of different directories that share one of these attributes are one person.
    pub same_person: Vec<UserSlot>,
    /// Kinds of account, sorted; empty: there is one kind.
    pub account_types: Vec<String>,
    /// Which linking rules count.
    pub precedence: Precedence,
    /// Whether any change of a user's record counts as one, or only of the attributes in use.
    pub watches_all: bool,
    /// What constraints name, sorted.
    pub names: Vec<String>,
    /// The account attribute that holds the user's immutable id.
    pub link: AttributePath,
    /// The user attributes its policies read.
    pub user_attributes: Vec<DirectoryAttribute>,
    /// The account attributes its policies read or write, the link left out.
    pub account_attributes: Vec<AttributePath>,
    /// The closed sets an entitlement can be bound to.
    pub scopes: Vec<Scope>,
    /// The types of right.
    pub entitlements: Vec<EntitlementType>,
    /// Sorted by id.
    pub rules: Vec<LinkingRule>,
    /// Sorted by id.
    pub exclusions: Vec<Exclusion>,
    /// In the order written, those of `'*'` first.
    pub constraints: Vec<Constraint>,
    /// Sorted by account attribute.
    pub mapping: Vec<MappedAttribute>,
    /// The attributes that find an account without link, in order.
    pub matching: Vec<AccountSlot>,
    /// In the order written.
    pub defaults: Vec<Default>,
    /// What happens to whom.
    pub lifecycle: Lifecycle,
    /// When runs begin; none: whenever somebody starts one.
    pub schedule: Option<Schedule>,
    /// When changes may be made.
    pub change_windows: ChangeWindows,
    /// Sorted by id.
    pub overrides: Vec<Override>,
    /// Who hears of runs.
    #[serde(skip)]
    pub notify: Vec<Notification>,
    /// What the policies' authors expect of them, sorted by id; no part of the digest.
    #[serde(skip)]
    pub tests: Vec<PolicyTest>,
}

/// A closed set of values that an entitlement can be bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Its name: `location`.
    pub name: String,
    /// Its values, in the order written.
    pub values: Vec<String>,
}

/// A type of right.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementType {
    /// Its name: `localRole`.
    pub name: String,
    /// Its closed set of values; none: whatever the application has.
    pub values: Option<Vec<String>>,
    /// Place of its scope in [`ApplicationPolicy::scopes`].
    pub scope: Option<u16>,
    /// Values that need more care.
    pub privileged: Vec<String>,
    /// How many accounts must go on holding each privileged value; none: no matter.
    pub keep_at_least: Option<u32>,
    /// Whether a granted value that the application lacks is created; else it is a finding.
    pub create_missing: bool,
    /// How the application stores it.
    pub wire: EntitlementWire,
    /// Of a group or attribute wire: its template, which read backwards says what an account holds.
    #[serde(skip)]
    pub pattern: Option<NamePattern>,
}

impl ApplicationPolicy {
    /// The policy digest (the gate, 1): SHA-256 over the canonical JSON of the compiled policies and settings, of the
    /// directories they read, and of the workspace's settings. Formatting, comments, file names and the order of
    /// documents do not enter it.
    ///
    /// # Errors
    /// Never for compiled policies: they hold only text, integers and lists.
    pub fn digest(&self, set: &PolicySet) -> Result<Digest, serde_json::Error> {
        let directories: Vec<_> = self
            .directories
            .iter()
            .filter_map(|name| set.directories.iter().find(|directory| directory.name == *name))
            .map(|directory| {
                let read = directory
                    .attributes
                    .iter()
                    .filter(|attribute| self.user_attributes.iter().any(|used| used.name == attribute.name));
                let attributes: Vec<_> = read.collect();
                let DirectoryPolicy { name, connection, group_prefix, groups_under, nested_groups, .. } =
                    directory;
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

    /// The account attribute in a slot.
    pub fn account_attribute(&self, slot: AccountSlot) -> &AttributePath {
        &self.account_attributes[slot.0 as usize]
    }

    /// The user attribute in a slot.
    pub fn user_attribute(&self, slot: UserSlot) -> &DirectoryAttribute {
        &self.user_attributes[slot.0 as usize]
    }
}
