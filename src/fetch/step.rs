//! Which step of a check an error of a call belongs to.

use crate::doctor::Step;
use crate::http::HttpError;

/// The step; `first` is the first call of all.
pub(super) fn step_of(error: &HttpError, first: bool) -> Step {
    match error {
        HttpError::Status { status: 401, .. } if first => Step::SignIn,
        HttpError::SignIn { .. } => Step::SignIn,
        HttpError::Status { status: 401 | 403, .. } => Step::Permission,
        HttpError::Status { .. } | HttpError::TooLarge { .. } => Step::Read,
        _ => Step::Connection,
    }
}
