//! What an answer says of itself.

use super::DecodeError;
use super::value::constant;
use crate::model::AnswerMeaning;
use serde_json::Value as Json;

/// An answer that says, with the status of a success, that it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What it says is wrong; none: nothing.
    pub detail: Option<String>,
}

/// The body of an answer; none: it is empty.
///
/// # Errors
/// When it is not JSON.
pub fn parsed(body: &[u8]) -> Result<Option<Json>, DecodeError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    serde_json::from_slice(body).map(Some).map_err(|error| DecodeError::Json(error.to_string()))
}

/// Whether an answer is a success, as the connector tells it.
///
/// # Errors
/// When it is none.
pub fn accepted(meaning: &AnswerMeaning, body: Option<&Json>) -> Result<(), Refused> {
    let (Some(sign), Some(body)) = (&meaning.success, body) else { return Ok(()) };
    if body.pointer(&sign.at) == Some(&constant(&sign.equals)) {
        return Ok(());
    }
    let told = meaning.error.as_deref().and_then(|at| body.pointer(at));
    let detail = told.filter(|told| !told.is_null()).map(|told| match told {
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => told.to_string(),
    });
    Err(Refused { detail })
}
