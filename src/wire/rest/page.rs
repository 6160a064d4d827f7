//! Pages of a list.

use super::value::scalar;
use super::{DecodeError, misplaced};
use crate::model::{ListCall, ListPaging, Total};
use serde_json::Value as Json;

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its records.
    pub records: Vec<Json>,
    /// The number on all pages, where the list says it.
    pub total: Option<u64>,
    /// The next page's cursor or URL, where the body says it.
    pub next: Option<String>,
}

/// Reads one page; `header` gives the text of a header.
///
/// # Errors
/// When there is no list, or no number where the connector says that one stands: an error body, for example.
pub fn decode_page<'h>(
    list: &ListCall,
    body: Option<Json>,
    header: impl Fn(&str) -> Option<&'h str>,
) -> Result<Page, DecodeError> {
    let mut body = body.ok_or_else(|| misplaced("a list", &list.records, None))?;
    let total = match &list.total {
        None => None,
        Some(Total::At(at)) => {
            let found = body.pointer(at);
            let number = found.and_then(scalar).and_then(|text| text.parse().ok());
            Some(number.ok_or_else(|| misplaced("the number of all records", at, found))?)
        }
        Some(Total::Header(name)) => {
            let number = header(name).and_then(|text| text.rsplit('/').next()?.trim().parse().ok());
            Some(number.ok_or_else(|| DecodeError::Header(name.clone()))?)
        }
    };
    let next = match &list.paging {
        Some(ListPaging::Cursor { next, .. } | ListPaging::Link { next: Some(next), .. }) => {
            body.pointer(next).and_then(scalar).map(Into::into)
        }
        Some(ListPaging::Offset { .. } | ListPaging::Page { .. } | ListPaging::Link { next: None, .. })
        | None => None,
    };
    let records = match body.pointer_mut(&list.records).map(Json::take) {
        Some(Json::Array(records)) => records,
        other => return Err(misplaced("a list", &list.records, other.as_ref())),
    };
    Ok(Page { records, total, next })
}
