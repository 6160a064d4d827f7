//! APIs that a connector describes (docs/reference/connector.md): paths, queries and bodies with values in them, pages,
//! records, rights.
//!
//! Takes calls with names, values and bytes, gives requests and records. JSON is built and read as a tree, never as text.
//! Never: a socket, a clock, async, or decisions about what to change.

mod answer;
mod names;
mod page;
mod paging;
mod record;
mod rights;
mod sign_in;
mod target;
mod value;
mod write;

pub use answer::{Refused, accepted, parsed};
pub use names::{Names, RenderError, body};
pub use page::{Page, decode_page};
pub use paging::{ListError, Step, Walk};
pub use record::{AccountKinds, AccountRow, decode_account};
pub use rights::{KnownKeys, TypedId, account_of, known_of, right_of, row_id, rows_of};
pub use sign_in::{given_token, sign_in_body};
pub use target::{endpoint, page_target, target};
pub use value::{constant, scalar};
pub use write::{active_json, created, field_json, replaced};

use serde_json::Value as Json;

/// The media type of everything sent.
pub const MEDIA_TYPE: &str = "application/json";

/// An answer that is not what the connector says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON.
    #[error("the answer is not JSON: {0:.200}")]
    Json(String),
    /// Nothing, or something else, where the connector says that something stands.
    #[error("expected {expected}{}, found {found}", placed(at))]
    Place {
        /// What was expected.
        expected: &'static str,
        /// Where.
        at: String,
        /// What is there.
        found: &'static str,
    },
    /// A header that is missing or cannot be read.
    #[error("expected a number in the header `{0:.100}`")]
    Header(String),
    /// Whether an account is active cannot be told.
    #[error(
        "`{found:.100}` at `{at:.100}` of the account `{id:.100}` is neither among the values for active nor for inactive"
    )]
    Active {
        /// Where.
        at: String,
        /// What is there.
        found: String,
        /// The account.
        id: String,
    },
    /// A field holds an object, or a list of something else than texts.
    #[error(
        "`{at:.100}` of the account `{id:.100}` is {found}: expected a text, a number, a boolean or a list of texts"
    )]
    Field {
        /// Where.
        at: String,
        /// What is there.
        found: &'static str,
        /// The account.
        id: String,
    },
    /// A right whose key is not listed.
    #[error("a right has the key `{0:.100}`, which the list of rights does not have")]
    Key(String),
}

/// A place in words; the whole needs none.
fn placed(at: &str) -> String {
    if at.is_empty() { String::new() } else { format!(" at `{at:.100}`") }
}

/// What a value is, in words.
fn kind_of(value: Option<&Json>) -> &'static str {
    match value {
        None => "nothing",
        Some(Json::Null) => "null",
        Some(Json::Bool(_)) => "a boolean",
        Some(Json::Number(_)) => "a number",
        Some(Json::String(_)) => "a text",
        Some(Json::Array(_)) => "a list",
        Some(Json::Object(_)) => "an object",
    }
}

fn misplaced(expected: &'static str, at: &str, found: Option<&Json>) -> DecodeError {
    DecodeError::Place { expected, at: at.to_owned(), found: kind_of(found) }
}
