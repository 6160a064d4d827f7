//! Writes to a SCIM application: one change, one logical call, and what a fresh read says came of it (S29).
//!
//! Every change reads its object right before it writes (threat A6) and right after (threat F7). An outcome that is
//! not known is read back, never repeated blindly (threat F6).

mod account;
mod group;
mod lookup;
mod value;
mod writer;

pub use group::GroupRef;
pub use writer::{ScimApplication, WireOfRight};

use crate::http::{Answer, Call, HttpError, Limits, Method, Service};
use crate::model::Secret;
use crate::wire::scim::{
    DecodeError, EncodeError, FilterError, MEDIA_TYPE, ScimPathError, TargetError, segment,
};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Pauses before further reads, when one does not show yet what was written (threat F8).
const PATIENCE: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_millis(800), Duration::from_millis(2000)];
/// How often a change starts over when the service asks for a pause.
const STARTS: usize = 4;

/// Writes to one SCIM application.
#[derive(Debug)]
pub struct ScimWriter {
    service: Service,
    /// Ids of the groups that were found by name.
    groups: Mutex<BTreeMap<String, String>>,
}

/// What came of a change that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was made, and a fresh read shows it.
    Changed,
    /// Nothing had to be done.
    AlreadySo,
}

/// An account that exists now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The application's id for it.
    pub id: String,
    /// Whether it was there already with our link: made by an earlier run, or by a call whose answer was lost.
    pub found: bool,
    /// Short names of the attributes that the application took without keeping them (S5).
    pub dropped: Vec<String>,
}

/// A change that was not made, or perhaps was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It was not made.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The object is not as the plan saw it; nothing was written. Plan again.
    #[error("`{attribute}` changed since the plan was made")]
    Stale {
        /// The attribute's short name; `id` when the object is gone.
        attribute: String,
        /// What the plan expected; none: empty.
        expected: Option<String>,
        /// What is there; none: empty.
        found: Option<String>,
    },
    /// Nobody knows whether it was made: the answer was lost, and the application does not show it. Run again.
    #[error("it is unknown whether the change was made: {0}")]
    Unknown(HttpError),
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The service refused.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A path is none.
    #[error(transparent)]
    Path(#[from] ScimPathError),
    /// The values cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// An answer cannot be understood.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An id cannot stand in a URL.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The service said that all is well, but a fresh read shows otherwise (S29).
    #[error("the application accepted the change but did not keep `{}`", .0.join("`, `"))]
    NotKept(Vec<String>),
    /// Several objects answer to what should be unique (S16, S44).
    #[error("{count} {what} where one was expected: remove the others by hand")]
    Several {
        /// How many.
        count: usize,
        /// Of what: "accounts with the link `x`".
        what: String,
    },
    /// The application has no such group.
    #[error("the application has no group `{0}`")]
    NoGroup(String),
    /// A list could not be walked to its end, so nobody can say who is in it.
    #[error("{0} could not be read to its end: {1}")]
    Incomplete(&'static str, String),
}

/// Puts a cause that is a [`Failure`] into a [`WriteError`].
macro_rules! failed_from {
    ($($cause:ty),*) => {
        $(impl From<$cause> for WriteError {
            fn from(cause: $cause) -> Self {
                Self::Failed(cause.into())
            }
        })*
    };
}
failed_from!(HttpError, ScimPathError, EncodeError, DecodeError, TargetError);

impl From<FilterError> for WriteError {
    fn from(cause: FilterError) -> Self {
        EncodeError::from(cause).into()
    }
}

impl ScimWriter {
    /// A writer for the application at a base URL.
    ///
    /// # Errors
    /// When the URL or the credential cannot be used.
    pub fn new(url: &str, secret: Option<&Secret>, limits: Limits) -> Result<Self, HttpError> {
        let service = Service::new(url, secret, MEDIA_TYPE, limits)?;
        Ok(Self { service, groups: Mutex::default() })
    }

    /// Reads one object; none where there is none (any more).
    async fn get(&self, kind: Kind, id: &str) -> Result<Option<Answer>, WriteError> {
        match self.service.send(&self.call(Method::Get, kind, id)?).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A call to one object. Addresses are made from the id, never from `meta.location` (S9).
    fn call(&self, method: Method, kind: Kind, id: &str) -> Result<Call, TargetError> {
        Ok(Call::new(method, kind.route(), format!("{}/{}", kind.list(), segment(id)?)))
    }
}

/// The two kinds of object.
#[derive(Clone, Copy, Debug)]
enum Kind {
    User,
    Group,
}

impl Kind {
    fn list(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    fn route(self) -> &'static str {
        match self {
            Self::User => "/Users/{id}",
            Self::Group => "/Groups/{id}",
        }
    }
}

/// The object as it is right now, and how to say so in `If-Match` (S35).
fn etag(answer: &Answer, body: &serde_json::Value) -> Option<String> {
    let version = || body.pointer("/meta/version").and_then(serde_json::Value::as_str).map(str::to_owned);
    answer.etag.clone().or_else(version).filter(|etag| !etag.is_empty())
}

/// The body of an answer as JSON.
fn json(answer: &Answer, expected: &'static str) -> Result<serde_json::Value, DecodeError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| DecodeError::Shape { expected, problem: error.to_string() })
}
