//! The compiled policy of one application.

use super::{
    AccountSlot, ChangeWindows, Constraint, Default, DirectoryAttribute, Exclusion, Lifecycle, LinkingRule,
    MappedAttribute, NamePattern, Notification, Origin, Override, PolicyTest, Precedence, Schedule, UserSlot,
};
use crate::model::{ApplicationConnection, AttributeKeeping, AttributePath, EntitlementWire};
use serde::Serialize;

/// The compiled policy of one application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPolicy {
    /// Its name.
    pub name: String,
    /// Where its document is.
    #[serde(skip)]
    pub origin: Origin,
    /// The name that it had before, whose ledger is carried along.
    pub previously: Option<String>,
    /// `false`: no changes are made.
    pub enabled: bool,
    /// How the application is reached.
    pub connection: ApplicationConnection,
    /// Names of its directories, in the order written.
    pub directories: Vec<String>,
    /// For each directory, the object id of the enterprise application whose roles are read.
    pub enterprise_applications: Vec<Option<String>>,
    /// Users of different directories that share one of these attributes are one person.
    pub same_person: Vec<UserSlot>,
    /// The account types, sorted; empty: there is only one type.
    pub account_types: Vec<String>,
    /// Which linking rules win.
    pub precedence: Precedence,
    /// Whether a change of any attribute counts as a change of the user's record, or only of the attributes in use.
    pub watches_all: bool,
    /// The names that constraints define, sorted.
    pub names: Vec<String>,
    /// The account attribute that holds the user's immutable id.
    pub link: AttributePath,
    /// The user attributes that its policies read.
    pub user_attributes: Vec<DirectoryAttribute>,
    /// The account attributes that its policies read or write, without the link.
    pub account_attributes: Vec<AttributePath>,
    /// The closed sets of values that an entitlement can be limited to.
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
    /// What happens to accounts, and how many changes a run may make.
    pub lifecycle: Lifecycle,
    /// When runs begin; none: no schedule.
    pub schedule: Option<Schedule>,
    /// When changes may be made.
    pub change_windows: ChangeWindows,
    /// Sorted by id.
    pub overrides: Vec<Override>,
    /// Who gets mail about runs.
    pub notify: Vec<Notification>,
    /// The account attributes that the application does not keep as written, sorted. Not part of the digest: the
    /// connection's profile says the same.
    #[serde(skip)]
    pub unkept: Vec<UnkeptAttribute>,
    /// The policy tests, sorted by id; not part of the digest.
    #[serde(skip)]
    pub tests: Vec<PolicyTest>,
}

/// An account attribute that the application does not keep as written, as its profile says.
#[derive(Clone, Debug)]
pub struct UnkeptAttribute {
    /// The attribute.
    pub attribute: AccountSlot,
    /// What the application does with what is written.
    pub keeps: AttributeKeeping,
    /// Where the profile says so.
    pub origin: Origin,
}

/// A closed set of values that an entitlement can be limited to.
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
    /// Its closed set of values; none: every value that the application has.
    pub values: Option<Vec<String>>,
    /// The index of its scope in [`ApplicationPolicy::scopes`].
    pub scope: Option<u16>,
    /// Values that need special care.
    pub privileged: Vec<String>,
    /// How many accounts must keep each privileged value; none: no minimum.
    pub keep_at_least: Option<u32>,
    /// Whether a granted value that does not exist in the application is created; otherwise it is a finding.
    pub create_missing: bool,
    /// How the application stores it.
    pub wire: EntitlementWire,
    /// For a group or attribute wire: its template as a pattern, which finds the rights that an account holds.
    #[serde(skip)]
    pub pattern: Option<NamePattern>,
}

impl ApplicationPolicy {
    /// The account attribute in a slot.
    pub fn account_attribute(&self, slot: AccountSlot) -> &AttributePath {
        &self.account_attributes[slot.0 as usize]
    }

    /// What the application's profile says of an account attribute; none: it is kept as written.
    pub fn unkept(&self, slot: AccountSlot) -> Option<&UnkeptAttribute> {
        self.unkept.iter().find(|unkept| unkept.attribute == slot)
    }

    /// The user attribute in a slot.
    pub fn user_attribute(&self, slot: UserSlot) -> &DirectoryAttribute {
        &self.user_attributes[slot.0 as usize]
    }
}
