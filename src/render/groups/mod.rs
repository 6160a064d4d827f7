//! The groups of a directory, linked and unlinked, for people, programs and policies.

mod page;
mod paste;
mod text;

pub use page::page;
pub use paste::paste;
pub use text::text;

use crate::plan::GroupListing;

/// One JSON document for each directory, one a line.
///
/// # Errors
/// Never in practice: listings hold only text, numbers and lists.
pub fn json(listings: &[GroupListing]) -> Result<String, serde_json::Error> {
    let lines: Result<Vec<String>, _> =
        listings.iter().map(|listing| Ok(serde_json::to_string(listing)? + "\n")).collect();
    Ok(super::escape::json(lines?.concat()))
}
