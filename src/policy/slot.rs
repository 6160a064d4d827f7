//! Places in an application's lists, by which rules name attributes, rights and types of account.

use serde::Serialize;

/// A user attribute's place in `ApplicationPolicy::user_attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserSlot(pub u16);

/// An account attribute's place in `ApplicationPolicy::account_attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountSlot(pub u16);

/// An entitlement type's place in `ApplicationPolicy::entitlements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EntitlementIndex(pub u16);

/// An account type's place in `ApplicationPolicy::account_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountTypeIndex(pub u16);

/// A named value's place in `ApplicationPolicy::names`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NameIndex(pub u16);

/// The account attribute that says what type an account is of (RFC 7643, 4.1.1).
pub const ACCOUNT_TYPE: &str = "userType";
