//! Rights that rules grant, and selectors of rights.

use super::EntitlementIndex;
use serde::Serialize;

/// A right whose texts may contain captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantTemplate {
    /// The type.
    pub entitlement: EntitlementIndex,
    /// Its value.
    pub value: TextTemplate,
    /// Its scope value; present exactly if the type has a scope.
    pub scope: Option<TextTemplate>,
}

/// Text with names in braces, which are replaced by their values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextTemplate {
    /// In order.
    pub parts: Vec<TemplatePart>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplatePart {
    /// This text.
    Text(String),
    /// The value of this name.
    Name(String),
}

/// Selects rights; an omitted part matches anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RightSelector {
    /// The type.
    pub entitlement: Option<EntitlementIndex>,
    /// Its value; none: any.
    pub value: Option<String>,
    /// Its scope value; none: any.
    pub scope: Option<String>,
}
