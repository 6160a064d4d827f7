//! `Profile` as written (the policy language, 5): what a SCIM service can do.

use super::{Table, pattern};
use crate::model::{
    AttributeKeeping, CreateAnswer, DeleteEffect, MemberValue, Members, Paging, UpdateAnswer, UpdateMethod,
};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a SCIM service can do. What is left out is unknown: then the way is taken that works with every service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Profile")]
pub struct ProfileDocument {
    /// Its name, by which `scim` of an application refers to it.
    #[schemars(regex(pattern = pattern::NAME), length(max = 64))]
    pub name: Spanned<String>,
    /// The attributes of users and groups whose equality filters give the right answers: `userName`, `displayName`.
    #[schemars(inner(regex(pattern = pattern::SCIM_PATH)), extend("uniqueItems" = true))]
    pub filters: Option<Vec<Spanned<String>>>,
    /// How lists are paged.
    pub paging: Option<Paging>,
    /// Which method takes effect on users.
    pub update: Option<UpdateMethod>,
    /// What answers show.
    pub answers: Option<AnswersObject>,
    /// `false`: a user is not read again after it was written; the next plan shows what became of it.
    pub read_back: Option<bool>,
    /// Whether the service refuses a write with `If-Match` to a user that has changed.
    pub etags: Option<bool>,
    /// What deleting a user does.
    pub delete: Option<DeleteEffect>,
    /// What it can do with groups.
    pub groups: Option<GroupsObject>,
    /// Attributes of users that are not kept as written, by their SCIM paths: `title`, `name.middleName`.
    #[schemars(extend("propertyNames" = { "pattern": pattern::SCIM_PATH }))]
    pub attributes: Option<Table<AttributeKeeping>>,
}

/// What a SCIM service's answers show.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ProfileAnswers")]
pub struct AnswersObject {
    /// The answer to creating a user.
    pub create: Option<CreateAnswer>,
    /// The answer to updating a user.
    pub update: Option<UpdateAnswer>,
}

/// What a SCIM service can do with groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ProfileGroups")]
pub struct GroupsObject {
    /// Which method takes effect on groups.
    pub update: Option<UpdateMethod>,
    /// Whether a group shows its members.
    pub members: Option<Members>,
    /// What the `value` of a member is; the account's id where it is left out.
    pub member_value: Option<MemberValue>,
    /// How many members one request may add or remove.
    #[schemars(range(min = 1))]
    pub members_per_request: Option<u32>,
}
