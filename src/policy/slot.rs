//! Indices into an application's lists, by which rules refer to attributes, rights and account types.

use serde::Serialize;

/// The index of a user attribute in `ApplicationPolicy::user_attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserSlot(pub u16);

/// The index of an account attribute in `ApplicationPolicy::account_attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountSlot(pub u16);

/// The index of an entitlement type in `ApplicationPolicy::entitlements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EntitlementIndex(pub u16);

/// The index of an account type in `ApplicationPolicy::account_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountTypeIndex(pub u16);

/// The index of a name in `ApplicationPolicy::names`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NameIndex(pub u16);

/// The account attribute that holds the account type (RFC 7643, 4.1.1).
pub const ACCOUNT_TYPE: &str = "userType";
