//! `AttributeMapping` and `Defaults` as written (the policy language, 9).

use super::{Condition, Constant, Mapped, Table, pattern};
use crate::policy::{Authority, DefaultAuthority};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where account attributes come from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "AttributeMapping")]
pub struct AttributeMappingDocument {
    /// The application whose accounts are meant.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// The account attributes that find an account without link, in order; each is mapped here.
    #[schemars(extend("uniqueItems" = true))]
    pub r#match: Option<Vec<Spanned<String>>>,
    /// The account type that the document is about; one of the application's `accountTypes`.
    pub account_type: Option<Spanned<String>>,
    /// What counts as a change of the user's record; `mapped` where it is left out.
    pub watch: Option<Spanned<Watch>>,
    /// When attributes are written that don't say so themselves; `always` where it is left out.
    pub authority: Option<Authority>,
    /// Account attribute and its value.
    pub attributes: Table<Spanned<Mapped>>,
}

/// What counts as a change of the user's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Watch {
    /// A change of an attribute that the application's policies use.
    Mapped,
    /// A change of any attribute that the directory gives.
    All,
}

/// What fills an attribute that is empty.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Defaults")]
pub struct DefaultsDocument {
    /// The application whose accounts are meant.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// The defaults; the first that fits fills the attribute.
    pub defaults: Vec<DefaultObject>,
}

/// Fills an attribute that is empty after mapping and transforms.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Default")]
pub struct DefaultObject {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// The account attribute.
    pub attribute: Spanned<String>,
    /// The value.
    pub value: Spanned<Constant>,
    /// Only accounts of this type; every type where it is left out.
    pub account_type: Option<Spanned<String>>,
    /// Only users for whom this holds; everybody where it is left out.
    pub when: Option<Spanned<Condition>>,
    /// When an attribute is written that isn't mapped; `onCreate` where it is left out.
    pub authority: Option<Spanned<DefaultAuthority>>,
}
