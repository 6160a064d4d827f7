//! Writes to a SCIM application: one change, one logical call, confirmed by a fresh read (S29).
//!
//! A change reads its object right before the write (threat A6) and right after it (threat F7), except where the
//! application's profile says that its answers can be trusted. After an unknown outcome the object is read again; the
//! call is never simply repeated (threat F6).

mod account;
mod application;
mod attribute_values;
mod group;
mod lookup;
mod manners;
mod member_names;
mod members;
pub mod probe;
mod update;
mod value;

pub use application::ScimApplication;
pub use group::GroupRef;
pub use manners::Manners;
pub use members::{MembersWritten, Memberships};

use super::looks::{ATTEMPTS, READ_BACK_PAUSES, pause_before_look};
use crate::http::{Answer, Call, HttpError, Limits, Method, Service, SignIn};
use crate::model::{AddressRule, RateLimit, Secret};
use crate::wire::scim::{
    DecodeError, EncodeError, FilterError, MEDIA_TYPE, ScimPathError, TargetError, segment,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Writes to one SCIM application.
#[derive(Debug)]
pub struct ScimWriter {
    service: Service,
    /// What is known of the application, and what was met in this run.
    manners: Manners,
    /// Ids of the groups that were found by name.
    groups: Mutex<BTreeMap<String, String>>,
    /// The versions of accounts as they were planned, by id.
    versions: Mutex<BTreeMap<String, String>>,
}

/// The effect of a change that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// The change was made, and a fresh read shows it.
    Changed,
    /// The change was made, but the application did not keep these attributes (S5).
    ChangedWithout(Vec<String>),
    /// Nothing had to be done.
    Unchanged,
}

/// An account that exists now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The application's id for it.
    pub id: String,
    /// Whether it existed already with this link: created by an earlier run, or by a call whose answer was lost.
    pub found: bool,
    /// Short names of the attributes that the application accepted but did not store (S5).
    pub dropped: Vec<String>,
}

/// A change that was not made, or whose outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The change was not made.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The object is not as it was when the plan was made; nothing was written. A new plan is needed.
    #[error("`{attribute}` changed since the plan was made")]
    Stale {
        /// The attribute's short name; `id` if the object does not exist any more.
        attribute: String,
        /// The value in the plan; none: empty.
        expected: Option<String>,
        /// The value now; none: empty.
        found: Option<String>,
    },
    /// The answer was lost, and the application does not show the change, so the outcome is unknown. Run again.
    #[error("it is unknown whether the change was made: {0}")]
    Unknown(HttpError),
    /// The change was sent, and what became of it could not be read.
    #[error("the change was sent, but its result could not be read: {0}")]
    Unconfirmed(Failure),
}

impl WriteError {
    /// The same error after something was sent: a failure to read says nothing about the write before it.
    fn after_write(self) -> Self {
        match self {
            Self::Failed(failure @ Failure::NotStored(_)) => Self::Failed(failure),
            Self::Failed(failure) => Self::Unconfirmed(failure),
            other @ (Self::Stale { .. } | Self::Unknown(_) | Self::Unconfirmed(_)) => other,
        }
    }
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The service refused.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A path is invalid.
    #[error(transparent)]
    Path(#[from] ScimPathError),
    /// The values cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// An answer could not be parsed.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An id cannot be a part of a URL.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The service reported success, but a fresh read does not show the change (S29).
    #[error("the application accepted the change but did not keep `{}`", .0.join("`, `"))]
    NotStored(Vec<String>),
    /// Several objects have what should be unique (S16, S44).
    #[error("{count} {what} where one was expected: remove the others by hand")]
    Several {
        /// How many.
        count: usize,
        /// Which objects: "accounts with the link `x`".
        what: String,
    },
    /// An account has the user name of a new one, and it is not the user's.
    #[error(
        "{error}; the account `{id}`{} has this user name: give it the user's id as its link, rename it or delete it in the application",
        if *.active { "" } else { ", which is inactive," }
    )]
    NameTaken {
        /// The refusal.
        error: HttpError,
        /// The id of the account.
        id: String,
        /// Whether it may sign in.
        active: bool,
    },
    /// The user's account is inactive, lists do not show it, and policies do not reactivate it.
    #[error(
        "{error}; the account `{id}` is this user's and inactive, and `returning` does not reactivate it: delete or reactivate it in \
         the application"
    )]
    Inactive {
        /// The refusal.
        error: HttpError,
        /// The id of the account.
        id: String,
    },
    /// Nothing says how the application stores a right.
    #[error("nothing says how the application stores `{0}`: add `wire` to the entitlement")]
    NoPlace(String),
    /// The application has no group with this name or id.
    #[error("the application has no group `{0}`")]
    NoGroup(String),
    /// A list could not be read to its end, so its members are unknown.
    #[error("{0} could not be read to its end: {1}")]
    Incomplete(&'static str, String),
}

/// Converts an error that is a cause of a [`Failure`] into a [`WriteError`].
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
    /// A writer for the application at a base URL, if it is at an address that may be called.
    ///
    /// # Errors
    /// The URL or the credential cannot be used.
    pub fn new(
        url: &str,
        secret: Option<&Secret>,
        limits: Limits,
        addresses: &AddressRule,
    ) -> Result<Self, HttpError> {
        Self::signed_in(url, &SignIn::bearer(secret), limits, addresses)
    }

    /// The same with any way to sign in.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn signed_in(
        url: &str,
        sign_in: &SignIn,
        limits: Limits,
        addresses: &AddressRule,
    ) -> Result<Self, HttpError> {
        Service::signed_in(url, sign_in, MEDIA_TYPE, limits, addresses).map(Self::over)
    }

    /// A writer over a service that is there already.
    pub fn over(service: Service) -> Self {
        Self { service, manners: Manners::default(), groups: Mutex::default(), versions: Mutex::default() }
    }

    /// The same for an application of which something is known.
    #[must_use]
    pub fn with_manners(self, manners: Manners) -> Self {
        Self { manners, ..self }
    }

    /// The same, with the versions of accounts as they were planned, by id.
    #[must_use]
    pub fn with_versions(self, versions: BTreeMap<String, String>) -> Self {
        Self { versions: Mutex::new(versions), ..self }
    }

    /// The version with which an account was planned; once it is written, it has another.
    fn take_version(&self, id: &str) -> Option<String> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }

    /// The same, no faster than the service allows.
    #[must_use]
    pub fn with_rate_limits(self, limits: &[RateLimit]) -> Self {
        Self { service: self.service.limited(limits), ..self }
    }

    /// What is known of the application, and what was met in this run.
    pub fn manners(&self) -> &Manners {
        &self.manners
    }

    /// Reads one object; none if it does not exist (any more).
    async fn get(&self, kind: Kind, id: &str) -> Result<Option<Answer>, WriteError> {
        match self.service.send(&self.call(Method::Get, kind, id)?).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads an object that was just made, until the service shows it; none: it does not.
    async fn appeared(&self, kind: Kind, id: &str) -> Option<Answer> {
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            match self.get(kind, id).await {
                Ok(None) => {}
                Ok(Some(answer)) => return Some(answer),
                Err(_) => break,
            }
        }
        None
    }

    /// A call to one object. The URL is built from the id, never taken from `meta.location` (S9).
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

/// The object's version as just read, for `If-Match` (S35).
fn etag(answer: &Answer, body: &serde_json::Value) -> Option<String> {
    let version = || body.pointer("/meta/version").and_then(serde_json::Value::as_str).map(str::to_owned);
    answer.etag.clone().or_else(version).filter(|etag| !etag.is_empty())
}

/// The body of an answer as JSON.
fn json(answer: &Answer, expected: &'static str) -> Result<serde_json::Value, DecodeError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| DecodeError::Shape { expected, problem: error.to_string() })
}
