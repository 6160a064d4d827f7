//! `Application` as written (the policy language, 5).

use super::shape::{ShapeError, exactly_one, key};
use super::{
    ChangeWindowsObject, NotificationObject, PostgresObject, RestObject, ScheduleObject, ScimConnection,
    ServiceKeys, Table, pattern,
};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A target that holds accounts and rights.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Application")]
pub struct ApplicationDocument {
    /// Its name, by which other documents refer to it.
    #[schemars(regex(pattern = pattern::NAME), length(max = 64))]
    pub name: Spanned<String>,
    /// The name that it had before; the history of its runs is carried along.
    #[schemars(regex(pattern = pattern::NAME), length(max = 64))]
    pub previously: Option<Spanned<String>>,
    /// `false`: no changes are made. `true` where it is left out.
    pub enabled: Option<bool>,
    /// A SCIM 2.0 service; instead of `sqlite`, `postgres`, `rest` and `file`.
    pub scim: Option<Spanned<ScimConnection>>,
    /// An account store in a SQLite file; instead of `scim`, `postgres`, `rest` and `file`.
    pub sqlite: Option<Spanned<SqliteConnection>>,
    /// An account store in a PostgreSQL database; instead of `scim`, `sqlite`, `rest` and `file`.
    pub postgres: Option<Spanned<PostgresObject>>,
    /// A service with an HTTP API of its own, which a `Connector` describes; instead of `scim`, `sqlite`, `postgres` and
    /// `file`.
    pub rest: Option<Spanned<RestObject>>,
    /// Files of accounts, read only; instead of `scim`, `sqlite`, `postgres` and `rest`.
    pub file: Option<Spanned<FileConnection>>,
    /// Where its users come from, in order.
    #[schemars(length(min = 1))]
    pub directories: Vec<DirectoryReference>,
    /// User attributes: users of different directories that share one of them are one person.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub same_person: Option<Vec<Spanned<String>>>,
    /// Labels whose values must be equal in all its directories.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub same_labels: Option<Vec<Spanned<String>>>,
    /// Account types; the attribute `userType` holds the type of an account. Without this key there is one type.
    #[schemars(extend("minProperties" = 1, "propertyNames" = { "pattern": pattern::NAME }))]
    pub account_types: Option<Spanned<Table<AccountType>>>,
    /// The account attribute that holds the user's immutable id; `externalId` where it is left out. `ledger`: a SCIM service keeps
    /// no such id, and the ledger remembers which account is whose.
    pub link: Option<Spanned<String>>,
    /// Further account attributes: a short name, and where the application keeps it.
    pub attributes: Option<Table<AttributeObject>>,
    /// Areas that an entitlement can be bound to, each with its closed set of values: `location: [London, Stockholm]`.
    pub scopes: Option<Table<ScopeValues>>,
    /// The types of right.
    pub entitlements: Option<Table<Spanned<EntitlementObject>>>,
    /// When runs begin: `{ every: 40m }` or `{ daily: ['03:30'] }`.
    pub schedule: Option<Spanned<ScheduleObject>>,
    /// When changes are made, and when not; at any time where it is left out.
    pub change_windows: Option<ChangeWindowsObject>,
    /// Who gets mail about runs.
    #[schemars(length(min = 1))]
    pub notify: Option<Vec<Spanned<NotificationObject>>>,
}

/// An account store in a SQLite file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SqliteConnection {
    /// The database file.
    pub file: Spanned<String>,
    /// Accounts that a database which does not exist yet starts with.
    pub start_from: Option<Spanned<String>>,
}

/// Files of accounts, read only.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileConnection {
    /// The accounts in SCIM's form, one JSON object a line.
    pub accounts: Spanned<String>,
    /// The groups with their members, one JSON object a line.
    pub groups: Option<Spanned<String>>,
}

/// A directory that the application's users come from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DirectoryReference {
    /// Its name.
    pub name: Spanned<String>,
    /// Object id of the enterprise application whose roles `appRole` refers to.
    pub enterprise_application: Option<Spanned<String>>,
}

/// An account type.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountType {}

/// Where the application keeps an attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "AttributePath")]
pub struct AttributeObject {
    /// The SCIM path: `addresses[0].locality`; the short name where it is left out.
    pub path: Option<Spanned<String>>,
    /// Whether the application distinguishes upper and lower case in the attribute's values; `false` where it is left
    /// out.
    pub case_exact: Option<bool>,
}

/// A closed set of values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct ScopeValues(
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub  Vec<Spanned<String>>,
);

/// A type of right.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Entitlement")]
pub struct EntitlementObject {
    /// Its closed set of values; where it is left out, every value that the application has.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub values: Option<Vec<Spanned<String>>>,
    /// The area that each right of this type is bound to: a key of `scopes`.
    pub scope: Option<Spanned<String>>,
    /// Values that need special care.
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub privileged: Option<Vec<Spanned<String>>>,
    /// How many accounts that may sign in must keep each privileged value.
    #[schemars(range(min = 1))]
    pub keep_at_least: Option<Spanned<u32>>,
    /// What happens to a granted value that does not exist in the application, where rights are groups; `report` where
    /// it is left out.
    pub missing: Option<Spanned<Missing>>,
    /// How the application stores it. Left out with `sqlite` and `postgres`: there a grant is a row.
    pub wire: Option<Spanned<WireObject>>,
}

/// What happens to a granted value that does not exist in the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Missing {
    /// The value is reported, and not granted.
    Report,
    /// Its group is created.
    Create,
}

/// How an application stores the rights of a type: exactly one of `group`, `values`, `attribute`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Wire", extend("minProperties" = 1, "maxProperties" = 2))]
pub struct WireObject {
    /// Membership of the group with this name: `'Role_{role}'`.
    pub group: Option<Spanned<String>>,
    /// An element of this multi-valued attribute.
    pub values: Option<Spanned<String>>,
    /// The one value of this attribute.
    pub attribute: Option<Spanned<String>>,
    /// The text of the element or value; the right's value where it is left out.
    pub text: Option<Spanned<String>>,
}

/// How an application is reached.
#[derive(Clone, Copy, Debug)]
pub enum ConnectionForm<'a> {
    /// A SCIM service.
    Scim(&'a ScimConnection),
    /// An account store in a SQLite file.
    Sqlite(&'a SqliteConnection),
    /// An account store in a PostgreSQL database.
    Postgres(&'a PostgresObject),
    /// A service with an API of its own.
    Rest(&'a RestObject),
    /// Files.
    File(&'a FileConnection),
}

impl ApplicationDocument {
    /// Whether it is an account store, where each right is a row; the key that says so.
    pub fn store(&self) -> Option<&'static str> {
        let sqlite = self.sqlite.as_ref().map(|_| "sqlite");
        sqlite.or(self.postgres.as_ref().map(|_| "postgres"))
    }

    /// How the application is reached.
    ///
    /// # Errors
    /// None or several of `scim`, `sqlite`, `postgres`, `rest`, `file`.
    pub fn connection(&self) -> Result<ConnectionForm<'_>, ShapeError> {
        exactly_one(
            self.name.span,
            "an application",
            [
                key("scim", self.scim.as_ref(), |scim| ConnectionForm::Scim(&scim.value)),
                key("sqlite", self.sqlite.as_ref(), |sqlite| ConnectionForm::Sqlite(&sqlite.value)),
                key("postgres", self.postgres.as_ref(), |one| ConnectionForm::Postgres(&one.value)),
                key("rest", self.rest.as_ref(), |rest| ConnectionForm::Rest(&rest.value)),
                key("file", self.file.as_ref(), |file| ConnectionForm::File(&file.value)),
            ],
        )
    }

    /// The service that the application is reached through, as far as one is written.
    pub fn service(&self) -> Option<Spanned<ServiceKeys<'_>>> {
        let scim = self.scim.as_ref().map(|scim| Spanned { value: scim.value.service(), span: scim.span });
        let rest = self.rest.as_ref().map(|rest| Spanned { value: rest.value.service(), span: rest.span });
        scim.or(rest)
    }

    /// The declared entitlement types.
    pub fn entitlements(&self) -> impl Iterator<Item = (&Spanned<String>, &EntitlementObject)> {
        self.entitlements.iter().flat_map(Table::iter).map(|(name, kind)| (name, &kind.value))
    }

    /// A declared entitlement type.
    pub fn entitlement(&self, name: &str) -> Option<&EntitlementObject> {
        self.entitlements().find(|(key, _)| key.value == name).map(|(_, kind)| kind)
    }

    /// The values of an area.
    pub fn scope(&self, name: &str) -> Option<&[Spanned<String>]> {
        self.scopes.as_ref()?.get(name).map(|values| values.0.as_slice())
    }

    /// The account types, sorted.
    pub fn account_types(&self) -> Vec<&str> {
        let table = self.account_types.iter().flat_map(|table| table.value.keys());
        let mut names: Vec<&str> = table.collect();
        names.sort_unstable();
        names
    }

    /// The name of the attribute that holds the link.
    pub fn link(&self) -> &str {
        self.link.as_ref().map_or("externalId", |link| &link.value)
    }
}

/// The form of a wire.
#[derive(Clone, Copy, Debug)]
pub enum WireForm<'a> {
    /// Membership of a group.
    Group(&'a Spanned<String>),
    /// An element of an attribute, and its text.
    Values(&'a Spanned<String>, Option<&'a Spanned<String>>),
    /// The one value of an attribute, and its text.
    Attribute(&'a Spanned<String>, Option<&'a Spanned<String>>),
}

impl<'a> WireForm<'a> {
    /// The attribute, if the wire uses one.
    pub fn attribute(self) -> Option<&'a Spanned<String>> {
        match self {
            Self::Group(_) => None,
            Self::Values(attribute, _) | Self::Attribute(attribute, _) => Some(attribute),
        }
    }

    /// The template, if one is written.
    pub fn template(self) -> Option<&'a Spanned<String>> {
        match self {
            Self::Group(template) => Some(template),
            Self::Values(_, text) | Self::Attribute(_, text) => text,
        }
    }
}

impl WireObject {
    /// The form of the wire.
    ///
    /// # Errors
    /// None or several of `group`, `values`, `attribute`, or `text` beside `group`.
    pub fn form(&self, whole: Span) -> Result<WireForm<'_>, ShapeError> {
        let text = self.text.as_ref();
        let group = |group| match text {
            None => Ok(WireForm::Group(group)),
            Some(text) => Err(ShapeError::new(
                text.span,
                "`text` is allowed only beside `values` or `attribute`: a group's name is its text",
                "not beside `group`",
            )),
        };
        exactly_one(
            whole,
            "`wire`",
            [
                key("group", self.group.as_ref(), group),
                key("values", self.values.as_ref(), |name| Ok(WireForm::Values(name, text))),
                key("attribute", self.attribute.as_ref(), |name| Ok(WireForm::Attribute(name, text))),
            ],
        )?
    }
}
