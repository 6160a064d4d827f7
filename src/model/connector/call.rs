//! Single calls: paths, queries and bodies with names in them, and lists page by page.

use crate::model::{Value, words};
use serde::Serialize;
use std::collections::BTreeMap;

words! {
    /// The method of a call (RFC 9110, 9.3).
    pub enum CallMethod {
        /// GET.
        Get = "get",
        /// POST.
        Post = "post",
        /// PUT.
        Put = "put",
        /// PATCH.
        Patch = "patch",
        /// DELETE.
        Delete = "delete",
    }
}

/// A part of a text: itself, or the name of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplatePiece {
    /// This text.
    Text(String),
    /// The value of this name.
    Name(String),
}

impl TemplatePiece {
    /// As it is written.
    pub fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Name(name) => format!("{{{name}}}"),
        }
    }
}

/// A body with names in it. A text that is one name and nothing else has that value's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyTemplate {
    /// A number or boolean.
    Constant(Value),
    /// A text.
    Text(Vec<TemplatePiece>),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(BTreeMap<String, Self>),
}

/// A call with names in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallTemplate {
    /// Its method.
    pub method: CallMethod,
    /// The path behind the base URL; a name stands for one whole part.
    pub path: Vec<TemplatePiece>,
    /// The parameters of the query, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, TemplatePiece>,
    /// The body; none: none, or the record where one is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyTemplate>,
}

/// A list, all its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCall {
    /// The call of a page.
    pub call: CallTemplate,
    /// Where the records of a page stand: a list.
    pub records: String,
    /// Where the number of all records stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
    /// How to get the next page; none: the first answer is the whole list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<ListPaging>,
}

/// Where the number of all records stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Total {
    /// In the body.
    At(String),
    /// In this header: a number, or a range whose end is one (`items 0-24/57`).
    Header(String),
}

/// How to get the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ListPaging {
    /// By the number of records before it.
    Offset {
        /// The parameter.
        parameter: String,
        /// The number of the first record.
        first: u32,
        /// How many records a page has.
        size: Option<PageSize>,
    },
    /// By its number.
    Page {
        /// The parameter.
        parameter: String,
        /// The number of the first page.
        first: u32,
        /// How many records a page has.
        size: Option<PageSize>,
    },
    /// By a text of the page before it.
    Cursor {
        /// The parameter.
        parameter: String,
        /// Where a page says the next one's.
        next: String,
        /// How many records a page has.
        size: Option<PageSize>,
    },
    /// By a URL of the page before it.
    Link {
        /// Where a page says it; none: in the header `Link` (RFC 8288).
        next: Option<String>,
        /// How many records a page has.
        size: Option<PageSize>,
    },
}

/// How many records a page has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageSize {
    /// The parameter.
    pub parameter: String,
    /// The number.
    pub records: u32,
}

impl ListPaging {
    /// How many records a page has.
    pub fn size(&self) -> Option<&PageSize> {
        match self {
            Self::Offset { size, .. }
            | Self::Page { size, .. }
            | Self::Cursor { size, .. }
            | Self::Link { size, .. } => size.as_ref(),
        }
    }
}
