//! Compiled policy tests (the policy language, 11): made-up users and accounts, and the expected results.

use super::Origin;
use crate::model::{AttributeType, Date, Right, Value, words};

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTest {
    /// Its id.
    pub id: String,
    /// Where it is written.
    pub origin: Origin,
    /// The day of the run; none: before every `until`.
    pub today: Option<Date>,
    /// Every directory group: those that policies refer to, those that the test gives, those that a user is in.
    pub groups: Vec<TestGroup>,
    /// The users.
    pub users: Vec<TestUser>,
    /// The accounts.
    pub accounts: Vec<TestAccount>,
    /// The expected results.
    pub expect: Vec<Expectation>,
}

/// A directory group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestGroup {
    /// Its directory.
    pub directory: String,
    /// Its immutable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created: Option<Date>,
    /// The distinguished name it is under, if policies restrict that.
    pub under: Option<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestUser {
    /// The immutable id, unique among the test's users.
    pub id: String,
    /// The directory.
    pub directory: String,
    /// Whether the user is enabled.
    pub enabled: bool,
    /// Attributes that are not empty, sorted by name.
    pub attributes: Vec<(String, AttributeType, Value)>,
    /// Indices of the user's groups in [`PolicyTest::groups`].
    pub groups: Vec<usize>,
    /// Roles of the enterprise application.
    pub app_roles: Vec<String>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestAccount {
    /// The application's id, unique among the test's accounts.
    pub id: String,
    /// The user's id.
    pub link: Option<String>,
    /// Whether it may sign in.
    pub active: bool,
    /// Attributes that are not empty, the account type among them, sorted by name.
    pub attributes: Vec<(String, Value)>,
    /// Names of its groups in the application.
    pub groups: Vec<String>,
    /// Managed rights that it holds.
    pub grants: Vec<Right>,
    /// What is stored about its user's record.
    pub source: TestSource,
}

// Under `untilSourceChanges` (the policy language, 9).
words! {
    /// What is stored about a user's record.
    #[schemars(rename = "SourceWord")]
    pub enum TestSource {
        /// The record and the computed values are unchanged.
        Unchanged = "unchanged",
        /// The record changed.
        Changed = "changed",
        /// Nothing is stored; the default.
        Unknown = "unknown",
    }
}

/// The expected result for one user or account; what is none is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Whom it is about.
    pub who: TestSubject,
    /// Where it is written; its id is the test's.
    pub origin: Origin,
    /// What the plan does.
    pub result: Option<TestResult>,
    /// The user's grants, complete; sorted, without duplicates.
    pub grants: Option<Vec<Right>>,
    /// Account attributes after the plan, sorted by name; none is empty.
    pub attributes: Vec<(String, Option<Value>)>,
    /// Ids that must be among the reasons, sorted.
    pub because: Vec<String>,
}

/// Whom an expectation is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestSubject {
    /// The user with this id.
    User(String),
    /// The account with this id.
    Account(String),
}

words! {
    /// What the plan does with a user or an account.
    #[schemars(rename = "ResultWord")]
    pub enum TestResult {
        /// An account is created.
        Create = "create",
        /// An account without link is taken under management, and updated if needed.
        Adopt = "adopt",
        /// Attributes or grants of the account are written.
        Update = "update",
        /// The account may sign in again, and is updated if needed.
        Reactivate = "reactivate",
        /// The account of the wrong type is archived, and one of the right type created.
        Convert = "convert",
        /// Only managed grants are revoked.
        Revoke = "revoke",
        /// The account may not sign in any more; grants may be revoked too.
        Deactivate = "deactivate",
        /// The account is archived.
        Archive = "archive",
        /// The account is deleted.
        Delete = "delete",
        /// There is an account, and nothing about it changes.
        Unchanged = "unchanged",
        /// There is no account, and none is wanted.
        None = "none",
        /// An exclusion leaves the user or account untouched.
        Excluded = "excluded",
        /// Wanted but not possible.
        Blocked = "blocked",
        /// A protection withholds the change.
        Protected = "protected",
        /// The change waits, because the user is not in `canary`.
        OutsideCanary = "outsideCanary",
    }
}
