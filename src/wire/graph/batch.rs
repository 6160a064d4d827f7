//! Several requests in one (MG14).

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most requests in a batch.
pub const BATCH: usize = 20;

/// The answer to one request.
#[derive(Debug)]
pub struct BatchAnswer<'a> {
    /// Index of the request.
    pub index: usize,
    /// Its own status; the batch's status is always 200.
    pub status: u16,
    /// Its own `Retry-After`.
    pub retry_after: Option<String>,
    /// Its body.
    pub body: Option<&'a RawValue>,
}

/// The body that sends these requests; the targets are paths below the version. The index is the request's id.
pub fn batch_body<'t>(targets: impl IntoIterator<Item = &'t str>) -> Value {
    let request =
        |(at, target): (usize, &str)| json!({ "id": at.to_string(), "method": "GET", "url": target });
    json!({ "requests": targets.into_iter().enumerate().map(request).collect::<Vec<_>>() })
}

/// Reads the answers, in any order.
///
/// # Errors
/// When the bytes are not a batch answer, or not each of the `count` requests is answered exactly once.
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
        let index = response.id.parse().ok().filter(|index| *index < count);
        let Some(index) = index else {
            return Err(format!("the answer `{}` belongs to no request", response.id));
        };
        let headers = response.headers.unwrap_or_default().into_iter();
        let retry_after = headers
            .filter(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
            .map(|(_, value)| value)
            .next();
        answers.push(BatchAnswer { index, status: response.status, retry_after, body: response.body });
    }
    answers.sort_by_key(|answer| answer.index);
    let indices: Vec<usize> = answers.iter().map(|answer| answer.index).collect();
    if indices != (0..count).collect::<Vec<_>>() {
        return Err(format!("{count} requests were sent and {} answered", indices.len()));
    }
    Ok(answers)
}
