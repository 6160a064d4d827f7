//! `PolicyTests` as written (the policy language, 11).

use super::shape::{ShapeError, exactly_one, key};
use super::{GivenValue, GrantText, Shorthand, Table, pattern};
use crate::model::{Date, Span};
use crate::policy::{TestResult, TestSource};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Tests of policies: made-up users and accounts, and the expected result for each.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PolicyTests")]
pub struct PolicyTestsDocument {
    /// The application whose policies are tested.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// User attributes that every given user has, unless the user has its own value.
    pub attributes: Option<Table<Spanned<GivenValue>>>,
    /// The tests, in any order.
    pub tests: Vec<PolicyTestObject>,
}

/// Users and accounts, and the expected results.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PolicyTest")]
pub struct PolicyTestObject {
    /// Its id, which says what is tested: `leaver-with-active-mobile`.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// What the directories and the application hold.
    pub given: GivenObject,
    /// The expected results.
    #[schemars(length(min = 1))]
    pub expect: Vec<Spanned<ExpectationObject>>,
}

/// What the directories and the application hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Given")]
pub struct GivenObject {
    /// The day of the run; before every `until` where it is left out.
    pub today: Option<Spanned<Date>>,
    /// Directory groups that no policy refers to, or whose creation date matters.
    pub groups: Option<Vec<Spanned<GivenGroup>>>,
    /// Users of the directories.
    pub users: Option<Vec<GivenUserObject>>,
    /// Accounts of the application.
    pub accounts: Option<Vec<GivenAccountObject>>,
}

/// A directory group: its name, or an object.
pub type GivenGroup = Shorthand<String, GivenGroupObject>;

/// A directory group.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "GivenGroup", extend("minProperties" = 1))]
pub struct GivenGroupObject {
    /// Its immutable id, if policies refer to it by id.
    pub id: Option<Spanned<String>>,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its directory; needed when the application has several.
    pub directory: Option<Spanned<String>>,
    /// The day it was created; under `precedence: first` the oldest group wins.
    pub created: Option<Spanned<Date>>,
}

/// A user of a directory.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "GivenUser")]
pub struct GivenUserObject {
    /// The immutable id.
    pub id: Spanned<String>,
    /// The directory; needed when the application has several.
    pub directory: Option<Spanned<String>>,
    /// Names or ids of the user's directory groups.
    pub groups: Option<Vec<Spanned<String>>>,
    /// Roles of the enterprise application that the user is assigned.
    pub app_roles: Option<Vec<Spanned<String>>>,
    /// Whether the user is enabled; `true` where it is left out.
    pub enabled: Option<bool>,
    /// User attributes, in addition to the document's; `''` removes one.
    pub attributes: Option<Table<Spanned<GivenValue>>>,
}

/// An account of the application.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "GivenAccount")]
pub struct GivenAccountObject {
    /// The application's id.
    pub id: Spanned<String>,
    /// The id of the user it is linked to, who need not exist any more.
    pub link: Option<Spanned<String>>,
    /// Whether it may sign in; `true` where it is left out.
    pub active: Option<bool>,
    /// Its type; one of the application's `accountTypes`.
    pub account_type: Option<Spanned<String>>,
    /// Account attributes.
    pub attributes: Option<Table<Spanned<GivenValue>>>,
    /// Names of its groups in the application.
    pub groups: Option<Vec<Spanned<String>>>,
    /// Its rights: entitlements and areas, each with its value.
    pub grants: Option<Vec<Spanned<Table<GrantText>>>>,
    /// Under `untilSourceChanges`: whether the user's record changed since the account was written.
    pub source: Option<Spanned<TestSource>>,
}

/// The expected result for one user or account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Expectation", extend("minProperties" = 2))]
pub struct ExpectationObject {
    /// The id of a given user.
    pub user: Option<Spanned<String>>,
    /// The id of a given account.
    pub account: Option<Spanned<String>>,
    /// What the plan does.
    pub result: Option<Spanned<TestResult>>,
    /// The user's grants, complete; `[]` is none.
    pub grants: Option<Vec<Spanned<Table<GrantText>>>>,
    /// Account attributes after the plan; others are not compared. `''` is empty.
    pub attributes: Option<Table<Spanned<GivenValue>>>,
    /// Ids that must be among the reasons: of rules, constraints, exclusions, defaults, protections; names of mapped
    /// attributes; keys of the lifecycle.
    pub because: Option<Vec<Spanned<String>>>,
}

/// Whom an expectation is about.
#[derive(Clone, Copy, Debug)]
pub enum ExpectationForm<'a> {
    /// A user.
    User(&'a Spanned<String>),
    /// An account.
    Account(&'a Spanned<String>),
}

impl ExpectationObject {
    /// Whom the expectation is about.
    ///
    /// # Errors
    /// None or both of `user` and `account`.
    pub fn form(&self, whole: Span) -> Result<ExpectationForm<'_>, ShapeError> {
        let user = key("user", self.user.as_ref(), ExpectationForm::User);
        let account = key("account", self.account.as_ref(), ExpectationForm::Account);
        exactly_one(whole, "an expectation", [user, account])
    }
}
