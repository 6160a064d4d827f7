//! Errors of calls. They name the route, never the address, data or headers.

use super::call::Call;
use super::resolver::forbidden;
use crate::model::{ForbiddenAddress, OverBudget, Secret, struck};
use std::error::Error;
use std::time::Duration;

/// The most characters of an answer that a message quotes.
const DETAIL: usize = 200;
/// The most bytes of a refusal that are looked at.
pub(super) const ENOUGH: usize = 16 << 10;

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The connection's URL cannot be used.
    #[error("the URL `{url}` cannot be used: {problem}")]
    Url {
        /// The URL, without user and password.
        url: String,
        /// What was expected.
        problem: &'static str,
    },
    /// The credential cannot be a header value, for example because of a line break.
    #[error(
        "the credential cannot be sent: it contains a line break or another character that an HTTP header cannot have; correct what is stored"
    )]
    Credential,
    /// A certificate cannot be used.
    #[error("{0}")]
    Certificate(&'static str),
    /// No token was given.
    #[error("no token was obtained: {problem}")]
    SignIn {
        /// Why, without secrets.
        problem: String,
    },
    /// The client could not be created.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
    /// No answer, or an incomplete one.
    #[error("{method} {route} got no answer: {problem}")]
    Transport {
        /// The method.
        method: &'static str,
        /// The route template.
        route: &'static str,
        /// The error.
        problem: String,
        /// Whether the request was never sent, so that it had no effect.
        unsent: bool,
    },
    /// A status other than success.
    #[error("{method} {route} returned {status}{}{}", refusal(*status), colon(detail))]
    Status {
        /// The method.
        method: &'static str,
        /// The route template.
        route: &'static str,
        /// The status.
        status: u16,
        /// The error text of the body, at most 200 characters.
        detail: String,
        /// The pause that the service asks for.
        pause: Option<Duration>,
    },
    /// A redirect. Following it would send the credential elsewhere (threat F10).
    #[error(
        "{method} {route} returned the redirect {status}: redirects are not followed; put the final address into the connection's `url`"
    )]
    Redirect {
        /// The method.
        method: &'static str,
        /// The route template.
        route: &'static str,
        /// The status.
        status: u16,
    },
    /// An answer above the size limit.
    #[error("{method} {route} returned more than {limit} bytes, the most that one answer may have")]
    TooLarge {
        /// The method.
        method: &'static str,
        /// The route template.
        route: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// A next page that is not fetched: the list is incomplete.
    #[error("GET {route}: {problem}")]
    Page {
        /// The route template.
        route: &'static str,
        /// What is wrong with the link to it.
        problem: &'static str,
    },
    /// The service asked for a pause that is longer than the call's time budget.
    #[error("{method} {route} was not sent: the service asks to wait {wait} more seconds; run again later")]
    Paused {
        /// The method.
        method: &'static str,
        /// The route template.
        route: &'static str,
        /// The rest of the pause in seconds.
        wait: u64,
    },
    /// The service's host is at an address that may not be called.
    #[error(transparent)]
    Address(#[from] ForbiddenAddress),
    /// The whole read exceeded its budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}

impl HttpError {
    /// The status of an answer without success.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } | Self::Redirect { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the service may have done the work although the call failed (threat F6).
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Transport { unsent, .. } => !unsent,
            Self::Status { status, .. } => *status >= 500 && *status != 501 && !self.wants_pause(),
            Self::TooLarge { .. } => true,
            _ => false,
        }
    }

    /// Whether the service cannot be reached: the request was never sent.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Transport { unsent: true, .. })
    }

    /// Whether the service only asks to call later; then it did nothing. A 503 without a time may come from a proxy
    /// that lost the answer.
    pub fn wants_pause(&self) -> bool {
        matches!(
            self,
            Self::Status { status: 429, .. } | Self::Status { status: 403 | 503, pause: Some(_), .. }
        )
    }

    pub(super) fn transport(call: &Call, error: reqwest::Error) -> Self {
        if let Some(forbidden) = forbidden(&error) {
            return forbidden.into();
        }
        let unsent = error.is_connect() || error.is_builder();
        let problem = chain(&error.without_url());
        Self::Transport { method: call.method.name(), route: call.route, problem, unsent }
    }

    /// Whether a retry may succeed.
    pub(super) fn is_temporary(&self) -> bool {
        matches!(self, Self::Transport { .. })
            || self.wants_pause()
            || matches!(self.status(), Some(408 | 502 | 503 | 504))
    }

    /// The pause that the service asks for.
    pub(super) fn pause(&self) -> Option<Duration> {
        match self {
            Self::Status { pause, .. } => *pause,
            _ => None,
        }
    }
}

/// What to do when a service refuses access (PM-6).
fn refusal(status: u16) -> &'static str {
    match status {
        401 => {
            " (the service does not accept the credential: get a new one from an administrator of the service)"
        }
        403 => {
            " (the credential lacks a permission for this: ask an administrator of the service to grant it)"
        }
        _ => "",
    }
}

fn colon(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(": {detail}") }
}

/// An error and its causes, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// The error text of a body: `detail` of a SCIM error, code and message of an OData or OAuth error, `message` of
/// GitHub's, else the whole text. One line, with the secrets removed in case the service repeats them.
pub(super) fn detail(body: &[u8], secrets: &[Secret]) -> String {
    let body = whole_words(body, secrets);
    let message = serde_json::from_slice::<serde_json::Value>(body).ok();
    let message = message.and_then(|body| service_message(&body));
    let (text, id) = message.unwrap_or_else(|| (String::from_utf8_lossy(body).into_owned(), None));
    // Struck out before anything is cut, so that no part of a secret is left.
    let text = struck(&text, secrets);
    let words = text
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty());
    let text = words.collect::<Vec<_>>().join(" ");
    match id.filter(|id| id.len() <= 40) {
        None => text.chars().take(DETAIL).collect(),
        Some(id) => {
            let short: String = text.chars().take(DETAIL - 50).collect();
            format!("{short} (request {})", struck(&id, secrets))
        }
    }
}

/// As much of a body as is looked at. Of one that is cut off, the end is dropped: it may be a part of a secret, which has
/// up to six letters for a byte.
fn whole_words<'b>(body: &'b [u8], secrets: &[Secret]) -> &'b [u8] {
    if body.len() <= ENOUGH {
        return body;
    }
    let longest = secrets.iter().map(|secret| secret.expose().len()).max().unwrap_or_default();
    &body[..ENOUGH.saturating_sub(6 * longest)]
}

/// SCIM has `detail` (RFC 7644, 3.12), OData `error` with `code` and `message`, OAuth `error_description` (RFC 6749,
/// 5.2). The request id, which the service's support needs, stands apart.
fn service_message(body: &serde_json::Value) -> Option<(String, Option<String>)> {
    let text = |pointer: &str| body.pointer(pointer).and_then(serde_json::Value::as_str);
    let (what, id) = match text("/error/code") {
        Some(code) => {
            let message = text("/error/message").unwrap_or_default();
            (format!("{code}: {message}"), text("/error/innerError/request-id"))
        }
        None if body.get("error_description").is_some() => {
            let message = text("/error_description").unwrap_or_default();
            let what = message.split(" Trace ID:").next().unwrap_or(message);
            (what.lines().next().unwrap_or_default().to_owned(), text("/correlation_id"))
        }
        None => (text("/detail").map(str::to_owned).or_else(|| github(body))?, None),
    };
    Some((what, id.map(str::to_owned)))
}

/// GitHub has `message`, and in `errors` the problem of each field.
fn github(body: &serde_json::Value) -> Option<String> {
    let message = body.get("message")?.as_str()?;
    let text = |key: &str| body.pointer(&format!("/errors/0/{key}")).and_then(serde_json::Value::as_str);
    let first = body.pointer("/errors/0").and_then(serde_json::Value::as_str).or_else(|| text("message"));
    let field = text("field").map(|field| format!("`{field}` {}", text("code").unwrap_or("is wrong")));
    let more = first.map(str::to_owned).or(field);
    Some(more.map_or_else(|| message.to_owned(), |more| format!("{message}: {more}")))
}

/// A URL that is safe for messages.
pub(super) fn without_userinfo(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}{}", &url[..scheme + 3], &url[at + 1..]),
        _ => url.to_owned(),
    }
}
