//! Pages of a list, and the way from one to the next (MG4).

use super::decode::DecodeError;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Pages that one list may have: a service that never ends is stopped by it.
const MOST: usize = 100_000;

/// One page. It may be empty and still have a next one.
#[derive(Debug, Deserialize)]
pub struct Page<'a> {
    /// The objects, unread.
    #[serde(borrow)]
    pub value: Vec<&'a RawValue>,
    /// Where the next page is.
    #[serde(borrow, default, rename = "@odata.nextLink")]
    pub next: Option<Cow<'a, str>>,
}

/// Reads a page.
///
/// # Errors
/// When the bytes are not a JSON object with a list `value`.
pub fn decode_page(body: &[u8]) -> Result<Page<'_>, DecodeError> {
    Ok(serde_json::from_slice(body)?)
}

/// A next page that is not fetched: the read is incomplete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It would take the token to another host, or in the clear (threat F10).
    #[error(
        "the next page is said to be at another place than `{0}`: it is not fetched, for the token would go there too"
    )]
    Elsewhere(String),
    /// It was there before.
    #[error("the next page is one that was there before: the list has no end")]
    Loop,
    /// It is no address.
    #[error("the next page's address holds characters that no address has")]
    Malformed,
    /// There are too many.
    #[error("the list has more than {MOST} pages")]
    Endless,
}

/// Follows the links of one list, whole and unread.
#[derive(Debug)]
pub struct Walk {
    origin: String,
    seen: BTreeSet<String>,
}

impl Walk {
    /// A walk through a list at this origin: scheme and host.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), seen: BTreeSet::new() }
    }

    /// What follows the origin in a link.
    ///
    /// # Errors
    /// When the link leads elsewhere, or was followed before.
    pub fn follow(&mut self, link: &str) -> Result<String, LinkError> {
        let here =
            link.get(..self.origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(&self.origin));
        let target = link.get(self.origin.len()..).filter(|rest| here && rest.starts_with('/'));
        let Some(target) = target else { return Err(LinkError::Elsewhere(self.origin.clone())) };
        if target.bytes().any(|byte| !byte.is_ascii_graphic() || b"\\#\"<>".contains(&byte)) {
            return Err(LinkError::Malformed);
        }
        if self.seen.len() >= MOST {
            return Err(LinkError::Endless);
        }
        match self.seen.insert(target.to_owned()) {
            true => Ok(target.to_owned()),
            false => Err(LinkError::Loop),
        }
    }
}
