//! Everything that is decided about one application.

use super::{
    AccountSlot, ChangeWindows, Constraint, Default, DirectoryAttribute, Exclusion, Lifecycle, LinkingRule,
    MappedAttribute, NamePattern, Notification, Origin, Override, PolicyTest, Precedence, Schedule, UserSlot,
};
use crate::model::{ApplicationConnection, AttributePath, EntitlementWire};
use serde::Serialize;

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
    /// The account attribute in a slot.
    pub fn account_attribute(&self, slot: AccountSlot) -> &AttributePath {
        &self.account_attributes[slot.0 as usize]
    }

    /// The user attribute in a slot.
    pub fn user_attribute(&self, slot: UserSlot) -> &DirectoryAttribute {
        &self.user_attributes[slot.0 as usize]
    }
}
