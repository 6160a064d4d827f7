//! Group references, captures and selectors of grants as written (the policy language, 4 and 6).

use super::shape::{ShapeError, exactly_one, key};
use super::{Shorthand, Table};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A directory group: its name, or an object.
pub type GroupReference = Shorthand<String, GroupObject>;

/// Keys are entitlements or areas; each value is one of the key's values or `'*'`.
pub type Selector = Table<Spanned<String>>;

/// A directory group, or every group that a pattern matches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "GroupReference", extend("minProperties" = 1, "dependencies" = { "captures": ["pattern"] }))]
pub struct GroupObject {
    /// The immutable id. It survives renaming.
    pub id: Option<Spanned<String>>,
    /// The name, ASCII case ignored; beside `id` it is only checked.
    pub name: Option<Spanned<String>>,
    /// Text with captures that must match the whole name: `'{location}_{localRole}'`.
    pub pattern: Option<Spanned<String>>,
    /// The users who are assigned to the enterprise application with this role; `'*'`: with any role but Default
    /// Access.
    pub app_role: Option<Spanned<String>>,
    /// Only groups under this distinguished name; no restriction where it is left out or `'*'`.
    pub under: Option<Spanned<String>>,
    /// What each capture accepts.
    pub captures: Option<Table<Spanned<Capture>>>,
    /// The directory; needed for `id` and `name` when the application has several.
    pub directory: Option<Spanned<String>>,
    /// `true`: if the group does not exist, it is a finding instead of an error, and the rule gives nothing.
    pub optional: Option<bool>,
    /// Fewer members than this is an error.
    #[schemars(range(min = 1))]
    pub min_members: Option<u32>,
}

/// What one capture accepts: exactly one of `in`, `map`, `matches`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Capture {
    /// One of these values, ASCII case ignored.
    In(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<Spanned<String>>),
    /// Text in the name, ASCII case ignored, and the value that it means.
    Map(#[schemars(extend("minProperties" = 1))] Table<Spanned<String>>),
    /// Any text that this regular expression matches as a whole.
    Matches(Spanned<String>),
}

/// The form of a group reference.
#[derive(Clone, Copy, Debug)]
pub enum GroupForm<'a> {
    /// An id, and the expected name if it is written.
    Id(&'a Spanned<String>, Option<&'a Spanned<String>>),
    /// A name.
    Name(&'a str, Span),
    /// A pattern.
    Pattern(&'a Spanned<String>),
    /// A role of the enterprise application.
    AppRole(&'a Spanned<String>),
}

impl Shorthand<String, GroupObject> {
    /// The form of the reference.
    ///
    /// # Errors
    /// None or several of `id`, `name` (which may stand beside `id`), `pattern` and `appRole`.
    pub fn form(&self, whole: Span) -> Result<GroupForm<'_>, ShapeError> {
        let group = match self {
            Self::Text(name) => return Ok(GroupForm::Name(name, whole)),
            Self::Object(group) => group,
        };
        let name = group.name.as_ref();
        exactly_one(
            whole,
            "a group reference",
            [
                key("id", group.id.as_ref(), |id| GroupForm::Id(id, name)),
                key("name", name.filter(|_| group.id.is_none()), |name| {
                    GroupForm::Name(&name.value, name.span)
                }),
                key("pattern", group.pattern.as_ref(), GroupForm::Pattern),
                key("appRole", group.app_role.as_ref(), GroupForm::AppRole),
            ],
        )
    }

    /// A capture, by name.
    pub fn capture(&self, name: &str) -> Option<&Spanned<Capture>> {
        self.object()?.captures.as_ref()?.get(name)
    }
}
