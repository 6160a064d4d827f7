//! Pages of a list, and how to get from one to the next (MG4).

use super::decode::DecodeError;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The most pages in one list: the limit for a service that never ends.
const MAX_PAGES: usize = 100_000;

/// One page. It may be empty and still have a next page.
#[derive(Debug, Deserialize)]
pub struct Page<'a> {
    /// The objects, not yet decoded.
    #[serde(borrow)]
    pub value: Vec<&'a RawValue>,
    /// The URL of the next page.
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

/// A next page that is not fetched; the read is then incomplete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It would send the token to another host, or unencrypted (threat F10).
    #[error(
        "the link to the next page leads to another address than `{0}`; it is not followed, because the token would be sent there too"
    )]
    Elsewhere(String),
    /// The page was already fetched.
    #[error("the link to the next page leads back to an earlier page, so the list never ends")]
    Loop,
    /// It is not a URL.
    #[error("the address of the next page contains characters that an address cannot have")]
    Malformed,
    /// Too many pages.
    #[error("the list has more than {MAX_PAGES} pages")]
    Endless,
}

/// Follows the links of one list, as opaque text.
#[derive(Debug)]
pub struct Walk {
    origin: String,
    seen: BTreeSet<String>,
}

impl Walk {
    /// Starts at this origin: scheme and host.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), seen: BTreeSet::new() }
    }

    /// The part of a link behind the origin.
    ///
    /// # Errors
    /// When the link leads to another origin, or was followed already.
    pub fn follow(&mut self, link: &str) -> Result<String, LinkError> {
        let same_origin =
            link.get(..self.origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(&self.origin));
        let target = link.get(self.origin.len()..).filter(|rest| same_origin && rest.starts_with('/'));
        let Some(target) = target else { return Err(LinkError::Elsewhere(self.origin.clone())) };
        if target.bytes().any(|byte| !byte.is_ascii_graphic() || b"\\#\"<>".contains(&byte)) {
            return Err(LinkError::Malformed);
        }
        if self.seen.len() >= MAX_PAGES {
            return Err(LinkError::Endless);
        }
        match self.seen.insert(target.to_owned()) {
            true => Ok(target.to_owned()),
            false => Err(LinkError::Loop),
        }
    }
}
