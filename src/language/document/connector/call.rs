//! Single calls and lists, as written.

use crate::language::document::shape::{ShapeError, exactly_one, key};
use crate::language::document::{Constant, Shorthand, Table, pattern};
use crate::model::{CallMethod, Span, Value};
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A call: method, path, query and body. A path is one of fixed parts and of names in braces, each a whole part.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorCall")]
pub struct CallObject {
    /// Its method; `delete` for `delete`, else `post` where it is left out.
    pub method: Option<CallMethod>,
    /// Its path behind the base URL: `/users/{id}`.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// The parameters of its query; a value is a text, or one name in braces.
    pub query: Option<Table<Spanned<Constant>>>,
    /// Its body as JSON; a text that is one name in braces has the type of that value.
    pub body: Option<Spanned<BodyValue>>,
}

/// A list, page by page to its end, by GET: whoever may propose a connector must not be able to write by reading.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorList")]
pub struct ListObject {
    /// Its path behind the base URL.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// The parameters of its query; a value is a text, or one name in braces.
    pub query: Option<Table<Spanned<Constant>>>,
    /// Where the list stands in the answer; the answer itself where it is left out.
    #[schemars(regex(pattern = pattern::POINTER), length(min = 0))]
    pub records: Option<Spanned<String>>,
    /// Where the answer says how many records there are on all pages: a place in the body, or `{ header: NAME }`.
    pub total: Option<Spanned<Shorthand<String, TotalObject>>>,
    /// How to get the next page; where it is left out, the first answer is the whole list.
    pub paging: Option<Spanned<PagingObject>>,
}

/// The header that says how many records there are.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorTotal")]
pub struct TotalObject {
    /// Its name: a number stands there, or a range with it: `items 0-24/57`.
    #[schemars(regex(pattern = pattern::HEADER))]
    pub header: Spanned<String>,
}

/// How to get the next page: exactly one of `offset`, `page`, `cursor`, `link`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorPaging", extend("minProperties" = 1))]
pub struct PagingObject {
    /// By the number of records before it.
    pub offset: Option<Spanned<OffsetObject>>,
    /// By its number.
    pub page: Option<Spanned<PageObject>>,
    /// By a text of the page before it.
    pub cursor: Option<Spanned<CursorObject>>,
    /// By a URL of the page before it: `header` for the header `Link`, or the place of the URL in the body.
    pub link: Option<Spanned<String>>,
    /// How many records a page has.
    pub size: Option<PageSizeObject>,
}

/// Pages by the number of records before them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorOffset")]
pub struct OffsetObject {
    /// The parameter of the query: `skip`.
    pub parameter: String,
    /// The number of the first record; 0 where it is left out.
    #[schemars(range(max = 1))]
    pub first: Option<u32>,
}

/// Pages by their numbers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorPage")]
pub struct PageObject {
    /// The parameter of the query: `page`.
    pub parameter: String,
    /// The number of the first page; 1 where it is left out.
    #[schemars(range(max = 1))]
    pub first: Option<u32>,
}

/// Pages by a text of the page before them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorCursor")]
pub struct CursorObject {
    /// The parameter of the query; the first page has none.
    pub parameter: String,
    /// Where a page says the next one's text; null, empty or absent: there is none.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub next: Spanned<String>,
}

/// How many records a page has.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorPageSize")]
pub struct PageSizeObject {
    /// The parameter of the query: `limit`.
    pub parameter: String,
    /// The number; the API may give fewer.
    #[schemars(range(min = 1, max = 10_000))]
    pub records: u32,
}

/// How to get the next page.
#[derive(Clone, Copy, Debug)]
pub enum PagingForm<'a> {
    /// By the number of records before it.
    Offset(&'a OffsetObject),
    /// By its number.
    Page(&'a PageObject),
    /// By a text of the page before it.
    Cursor(&'a CursorObject),
    /// By a URL of the page before it.
    Link(&'a Spanned<String>),
}

impl PagingObject {
    /// How to get the next page.
    ///
    /// # Errors
    /// None or several of the ways.
    pub fn form(&self, whole: Span) -> Result<PagingForm<'_>, ShapeError> {
        exactly_one(
            whole,
            "`paging`",
            [
                key("offset", self.offset.as_ref(), |offset| PagingForm::Offset(&offset.value)),
                key("page", self.page.as_ref(), |page| PagingForm::Page(&page.value)),
                key("cursor", self.cursor.as_ref(), |cursor| PagingForm::Cursor(&cursor.value)),
                key("link", self.link.as_ref(), PagingForm::Link),
            ],
        )
    }
}

/// The keys of a call, of whichever object.
#[derive(Clone, Copy, Debug)]
pub struct CallKeys<'a> {
    /// Its method, with what it is where it is left out.
    pub method: CallMethod,
    /// Its path.
    pub path: &'a Spanned<String>,
    /// The parameters of its query.
    pub query: Option<&'a Table<Spanned<Constant>>>,
    /// Its body.
    pub body: Option<&'a Spanned<BodyValue>>,
}

impl CallObject {
    /// The keys of the call, whose method is this one where it is left out.
    pub fn keys(&self, method: CallMethod) -> CallKeys<'_> {
        CallKeys {
            method: self.method.unwrap_or(method),
            path: &self.path,
            query: self.query.as_ref(),
            body: self.body.as_ref(),
        }
    }
}

impl ListObject {
    /// The keys of the call.
    pub fn keys(&self) -> CallKeys<'_> {
        CallKeys { method: CallMethod::Get, path: &self.path, query: self.query.as_ref(), body: None }
    }
}

/// A value of a body: a text with names in braces, a number, a boolean, a list or an object.
#[derive(Clone, Debug)]
pub enum BodyValue {
    /// A number or boolean.
    Constant(Value),
    /// A text with names in braces.
    Text(String),
    /// A list.
    List(Vec<Spanned<Self>>),
    /// An object.
    Object(Table<Spanned<Self>>),
}

struct AnyBody;

impl<'de> Visitor<'de> for AnyBody {
    type Value = BodyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a whole number, `true`, `false`, a list or an object")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<BodyValue, E> {
        Ok(BodyValue::Constant(Value::Boolean(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<BodyValue, E> {
        Ok(BodyValue::Constant(Value::Number(value)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<BodyValue, E> {
        Ok(BodyValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<BodyValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(BodyValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BodyValue, A::Error> {
        Table::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(BodyValue::Object)
    }
}

impl<'de> Deserialize<'de> for BodyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyBody)
    }
}

impl JsonSchema for BodyValue {
    fn schema_name() -> Cow<'static, str> {
        "ConnectorBody".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let inner = generator.subschema_for::<Self>();
        json_schema!({
            "description": "A body as JSON, with names in braces.",
            "type": ["object", "array", "string", "integer", "boolean"],
            "items": inner,
            "additionalProperties": inner,
        })
    }
}
