//! Pages of a list (RFC 7644, 3.4.2.4).

use super::DecodeError;
use super::group::Text;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// One page. Any member may be missing (S27), but not both `totalResults` and `Resources`.
#[derive(Debug, Default)]
pub struct Page<'a> {
    /// The number on all pages, as the service says; some send the page's own length (S23).
    pub total_results: Option<u64>,
    /// The index of the first one, from 1.
    pub start_index: Option<u64>,
    /// The page size, as the service says; never relied on (S22).
    pub items_per_page: Option<u64>,
    /// What leads to the next page, where lists are read by cursors (RFC 9865, 2); none: this is the last.
    pub next_cursor: Option<Cow<'a, str>>,
    /// The users or groups, each as undecoded text.
    pub resources: Vec<&'a RawValue>,
}

/// Reads one page.
///
/// # Errors
/// When the text is not a JSON object, or has neither `totalResults` nor `Resources`: an error body, for example.
pub fn decode_page(json: &[u8]) -> Result<Page<'_>, DecodeError> {
    let mut source = serde_json::Deserializer::from_slice(json);
    source
        .deserialize_map(PageVisitor)
        .and_then(|page| source.end().map(|()| page))
        .map_err(|error| DecodeError::Shape { expected: "a list", problem: error.to_string() })
}

struct PageVisitor;

impl<'a> Visitor<'a> for PageVisitor {
    type Value = Page<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `totalResults` and `Resources`")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut page = Page::default();
        let mut resources: Option<Vec<&'a RawValue>> = None;
        while let Some(Text(key)) = map.next_key::<Text<'a>>()? {
            if key.eq_ignore_ascii_case("Resources") {
                if resources.is_some() {
                    return Err(M::Error::custom("`Resources` occurs twice"));
                }
                resources = map.next_value::<Option<_>>()?.or(Some(Vec::new()));
            } else if key.eq_ignore_ascii_case("totalResults") {
                page.total_results = map.next_value::<Count>()?.0;
            } else if key.eq_ignore_ascii_case("startIndex") {
                page.start_index = map.next_value::<Count>()?.0;
            } else if key.eq_ignore_ascii_case("itemsPerPage") {
                page.items_per_page = map.next_value::<Count>()?.0;
            } else if key.eq_ignore_ascii_case("nextCursor") {
                page.next_cursor = Some(map.next_value::<Text<'a>>()?.0).filter(|cursor| !cursor.is_empty());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if resources.is_none() && page.total_results.is_none() {
            return Err(M::Error::custom("neither `totalResults` nor `Resources`"));
        }
        page.resources = resources.unwrap_or_default();
        Ok(page)
    }
}

/// A count: a number, or a text of digits; null is `None`.
struct Count(Option<u64>);

impl<'a> Deserialize<'a> for Count {
    fn deserialize<D: Deserializer<'a>>(source: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(source)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let count = text.parse().map_err(|_| D::Error::custom("a count that is not a number"))?;
        Ok(Self(Some(count)))
    }
}
