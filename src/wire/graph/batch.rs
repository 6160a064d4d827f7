//! Several questions in one request (MG14).

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most that one batch may ask.
pub const BATCH: usize = 20;

/// The answer to one question.
#[derive(Debug)]
pub struct BatchAnswer<'a> {
    /// Place of the question.
    pub place: usize,
    /// Its own status; the batch's is 200 whatever this is.
    pub status: u16,
    /// Its own `Retry-After`.
    pub retry_after: Option<String>,
    /// Its body.
    pub body: Option<&'a RawValue>,
}

/// The body that asks for these, paths below the version; their places are their ids.
pub fn batch_body<'t>(targets: impl IntoIterator<Item = &'t str>) -> Value {
    let request =
        |(at, target): (usize, &str)| json!({ "id": at.to_string(), "method": "GET", "url": target });
    json!({ "requests": targets.into_iter().enumerate().map(request).collect::<Vec<_>>() })
}

/// Reads the answers, in whatever order they came.
///
/// # Errors
/// When the bytes are no such object, or not each of the `count` questions is answered once.
pub fn decode_batch(body: &[u8], count: usize) -> Result<Vec<BatchAnswer<'_>>, String> {
    #[derive(Deserialize)]
    struct Batch<'a> {
        #[serde(borrow)]
        responses: Vec<Response<'a>>,
    }
    #[derive(Deserialize)]
    struct Response<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
        status: u16,
        #[serde(default)]
        headers: Option<BTreeMap<String, String>>,
        #[serde(borrow, default)]
        body: Option<&'a RawValue>,
    }
    let batch: Batch<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut answers = Vec::new();
    for response in batch.responses {
        let place = response.id.parse().ok().filter(|place| *place < count);
        let Some(place) = place else { return Err(format!("a question `{}` was not asked", response.id)) };
        let asked = response.headers.unwrap_or_default().into_iter();
        let retry_after =
            asked.filter(|(name, _)| name.eq_ignore_ascii_case("retry-after")).map(|it| it.1).next();
        answers.push(BatchAnswer { place, status: response.status, retry_after, body: response.body });
    }
    answers.sort_by_key(|answer| answer.place);
    let places: Vec<usize> = answers.iter().map(|answer| answer.place).collect();
    if places != (0..count).collect::<Vec<_>>() {
        return Err(format!("{count} questions were asked and {} answered", places.len()));
    }
    Ok(answers)
}
