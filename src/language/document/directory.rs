//! `Directory` as written (the policy language, 5).

use super::shape::{ShapeError, exactly_one, key};
use super::{EntraConnection, LdapObject, Table, pattern};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A source of users and groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Directory")]
pub struct DirectoryDocument {
    /// Its name, by which applications refer to it.
    #[schemars(regex(pattern = pattern::NAME), length(max = 64))]
    pub name: Spanned<String>,
    /// Files that hold users, groups and members.
    pub file: Option<Spanned<DirectoryFile>>,
    /// A tenant of Microsoft Entra ID.
    pub entra: Option<Spanned<EntraConnection>>,
    /// Active Directory, or another directory that speaks LDAP.
    pub ldap: Option<Spanned<LdapObject>>,
    /// Which users are read.
    pub users: Option<UserFilter>,
    /// Which groups are read.
    pub groups: Option<GroupFilter>,
    /// Whether members count through nested groups; `true` where it is left out.
    pub nested_groups: Option<bool>,
    /// Immutable ids of users who must appear in every read. If one is missing, the read is incomplete and is not used.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub must_see: Option<Vec<Spanned<String>>>,
    /// Further user attributes: the name that policies use, and the directory's own name of the attribute.
    pub attributes: Option<Table<AttributeSource>>,
    /// Facts about the directory, as names and values: `exchange: contoso-online`.
    pub labels: Option<Table<Spanned<String>>>,
}

/// The directory's own name of an attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct AttributeSource(#[schemars(length(min = 1))] pub Spanned<String>);

/// Either one file of people, or one file each of users, groups and members.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 3, "dependencies" = {
    "users": ["groups", "members"], "groups": ["users", "members"], "members": ["users", "groups"]
}))]
pub struct DirectoryFile {
    /// One file of people and their groups, written by hand.
    pub people: Option<Spanned<String>>,
    /// The users in the form of Microsoft Graph, one JSON object a line.
    pub users: Option<Spanned<String>>,
    /// The groups, one JSON object a line.
    pub groups: Option<Spanned<String>>,
    /// The members: `groupId` and `memberId`, one JSON object a line.
    pub members: Option<Spanned<String>>,
}

/// Which users are read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserFilter {
    /// Only users under this distinguished name; no restriction where it is left out or `'*'`.
    pub under: Option<Spanned<String>>,
}

/// Which groups are read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupFilter {
    /// Only groups whose name begins with this. Policies write the name with the prefix.
    #[schemars(length(min = 0))]
    pub prefix: Option<Spanned<String>>,
    /// Only groups under this distinguished name; `'*'`, everything, where it is left out.
    pub under: Option<Spanned<String>>,
}

/// The source that a directory is read from.
#[derive(Clone, Copy, Debug)]
pub enum DirectoryForm<'a> {
    /// One file of people.
    People(&'a Spanned<String>),
    /// Users, groups, members.
    Ndjson(&'a Spanned<String>, &'a Spanned<String>, &'a Spanned<String>),
    /// A tenant of Microsoft Entra ID.
    Entra(&'a EntraConnection),
    /// Active Directory, or another directory that speaks LDAP.
    Ldap(&'a LdapObject),
}

impl DirectoryDocument {
    /// The directory's own name of a user attribute that it declares.
    pub fn attribute(&self, name: &str) -> Option<&Spanned<String>> {
        self.attributes.as_ref()?.get(name).map(|source| &source.0)
    }

    /// The prefix of its groups' names; empty if every group is read.
    pub fn group_prefix(&self) -> &str {
        let prefix = self.groups.as_ref().and_then(|groups| groups.prefix.as_ref());
        prefix.map_or("", |prefix| &prefix.value)
    }

    /// The distinguished name under which groups are read; none: no restriction.
    pub fn groups_under(&self) -> Option<&Spanned<String>> {
        self.groups.as_ref()?.under.as_ref().filter(|under| under.value != "*")
    }

    /// The distinguished name under which users are read; none: no restriction.
    pub fn users_under(&self) -> Option<&Spanned<String>> {
        self.users.as_ref()?.under.as_ref().filter(|under| under.value != "*")
    }

    /// The source that the directory is read from.
    ///
    /// # Errors
    /// None or several of the sources.
    pub fn form(&self) -> Result<DirectoryForm<'_>, ShapeError> {
        exactly_one(
            self.name.span,
            "a directory",
            [
                key("entra", self.entra.as_ref(), |entra| Ok(DirectoryForm::Entra(&entra.value))),
                key("file", self.file.as_ref(), |file| file.value.form(file.span)),
                key("ldap", self.ldap.as_ref(), |ldap| Ok(DirectoryForm::Ldap(&ldap.value))),
            ],
        )?
    }
}

impl DirectoryFile {
    /// The form of the files.
    ///
    /// # Errors
    /// `people` beside `users`, or neither.
    pub fn form(&self, whole: Span) -> Result<DirectoryForm<'_>, ShapeError> {
        let ndjson = |users| match (&self.groups, &self.members) {
            (Some(groups), Some(members)) => Ok(DirectoryForm::Ndjson(users, groups, members)),
            _ => {
                let message = "`users` needs `groups` and `members` beside it";
                Err(ShapeError::new(whole, message, "one is missing here"))
            }
        };
        exactly_one(
            whole,
            "`file`",
            [
                key("people", self.people.as_ref(), |people| Ok(DirectoryForm::People(people))),
                key("users", self.users.as_ref(), ndjson),
            ],
        )?
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &Spanned<String>> {
        [&self.people, &self.users, &self.groups, &self.members].into_iter().flatten()
    }
}
