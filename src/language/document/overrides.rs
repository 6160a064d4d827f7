//! `Overrides` as written (the policy language, 11).

use super::shape::{ShapeError, exactly_one, key};
use super::{LimitWord, Table, pattern};
use crate::model::{Date, Span};
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Allowances above a limit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Overrides")]
pub struct OverridesDocument {
    /// The application whose limits are meant.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// The overrides, in any order.
    pub overrides: Vec<Spanned<OverrideObject>>,
}

/// Allows a reviewed number until a day: exactly one of `allow`, `shrinkTo`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Override")]
pub struct OverrideObject {
    /// Its id, unlike that of any earlier override, because the ledger stores under it how much was used.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// How many changes are allowed, by the kind of change that the limit counts.
    pub allow: Option<Spanned<AllowObject>>,
    /// How far the number of users or accounts may fall.
    pub shrink_to: Option<Spanned<ShrinkObject>>,
    /// The last day on which it holds, at most 31 days ahead.
    pub until: Spanned<Date>,
    /// Who is responsible for it.
    pub owner: Spanned<String>,
    /// Why.
    pub reason: Spanned<String>,
}

/// How many changes of each kind are allowed, in total: a number for each kind of change.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct AllowObject(Table<Spanned<u32>>);

/// How far the number of users or accounts may fall.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ShrinkTo", extend("minProperties" = 1))]
pub struct ShrinkObject {
    /// Users of all directories together.
    #[schemars(range(min = 1))]
    pub users: Option<u32>,
    /// Accounts of the application; 0 lets it be empty.
    pub accounts: Option<u32>,
}

/// The form of an override.
#[derive(Clone, Copy, Debug)]
pub enum OverrideForm<'a> {
    /// A number of allowed changes of each kind.
    Allow(&'a AllowObject),
    /// The smallest allowed numbers of users and accounts.
    ShrinkTo(&'a ShrinkObject),
}

impl OverrideObject {
    /// The form of the override.
    ///
    /// # Errors
    /// None or both of `allow`, `shrinkTo`.
    pub fn form(&self, whole: Span) -> Result<OverrideForm<'_>, ShapeError> {
        exactly_one(
            whole,
            "an override",
            [
                key("allow", self.allow.as_ref(), |allow| OverrideForm::Allow(&allow.value)),
                key("shrinkTo", self.shrink_to.as_ref(), |to| OverrideForm::ShrinkTo(&to.value)),
            ],
        )
    }
}

impl AllowObject {
    /// The kinds of change with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (LimitWord, &Spanned<u32>)> {
        self.0.iter().filter_map(|(word, count)| Some((LimitWord::of(&word.value)?, count)))
    }
}

impl JsonSchema for AllowObject {
    fn schema_name() -> Cow<'static, str> {
        "Allow".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let words = LimitWord::json_schema(generator);
        let words = words.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let count = |word: &Value| json!({ "type": "integer", "description": word["description"], "minimum": 1, "maximum": u32::MAX });
        let properties: Map<String, Value> =
            words.filter_map(|word| Some((word["const"].as_str()?.to_owned(), count(word)))).collect();
        json_schema!({
            "description": "How many changes of each kind, in all.", "type": "object", "properties": properties,
            "additionalProperties": false, "minProperties": 1
        })
    }
}
