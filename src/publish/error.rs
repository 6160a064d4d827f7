//! Why something could not be shown.

use crate::http::HttpError;
use crate::wire::github::{DecodeError, TargetError, TooLong, help};

/// Something that could not be shown, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A call was not answered with success.
    #[error("{error}{}", .help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Http {
        /// What it met.
        error: HttpError,
        /// What to do about it.
        help: Option<String>,
    },
    /// An answer that cannot be understood.
    #[error("{route}: {error}")]
    Decode {
        /// The route's template.
        route: &'static str,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// A text that GitHub would not take.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// What it belongs to cannot be.
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
