//! Rights that rules give, and selections of rights.

use super::EntitlementIndex;
use serde::Serialize;

/// A right with places for captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantTemplate {
    /// The type.
    pub entitlement: EntitlementIndex,
    /// Its value.
    pub value: TextTemplate,
    /// Its scope value, exactly where the type has a scope.
    pub scope: Option<TextTemplate>,
}

/// Text with names in braces; the names' values are put in.
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

/// Selects rights; what is left out is any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RightSelector {
    /// The type.
    pub entitlement: Option<EntitlementIndex>,
    /// Its value; none: any.
    pub value: Option<String>,
    /// Its scope value; none: any.
    pub scope: Option<String>,
}
