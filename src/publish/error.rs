//! Why something could not be published.

use crate::http::HttpError;
use crate::wire::github::{DecodeError, TargetError, TooLong, help};

/// A failed publication, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A call failed.
    #[error("{error}{}", .help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Http {
        /// The error of the call.
        error: HttpError,
        /// What to do about it.
        help: Option<String>,
    },
    /// An answer that cannot be decoded.
    #[error("{route}: {error}")]
    Decode {
        /// The route template.
        route: &'static str,
        /// The decoding error.
        error: DecodeError,
    },
    /// A text that is too long for GitHub.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The target cannot be part of a URL.
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl From<HttpError> for PublishError {
    fn from(error: HttpError) -> Self {
        let help = match &error {
            HttpError::Status { method, route, status, .. } if !error.wants_pause() => {
                help(method, route, *status)
            }
            _ => None,
        };
        Self::Http { error, help }
    }
}

impl PublishError {
    pub(super) fn decode(route: &'static str) -> impl Fn(DecodeError) -> Self {
        move |error| Self::Decode { route, error }
    }
}
