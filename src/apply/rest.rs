//! Writes to an application through its own API, as its connector describes it: an account is read right before it is
//! written (threat A6) and right after (threat F7). After an unknown outcome it is read again; the call is never simply
//! repeated (threat F6).

mod account;
mod application;
mod calls;
mod rights;
mod update;

pub use application::RestApplication;

use super::looks::{ATTEMPTS, READ_BACK_PAUSES, pause_before_look};
use crate::execution::WriteError;
use crate::http::{HttpError, Service};
use crate::model::{AccountCalls, AttributePath, RestConnection};
use crate::wire::rest::{AccountKinds, KnownKeys, Names, RenderError, TypedId};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Writes to one API.
struct RestWriter {
    service: Service,
    connection: RestConnection,
    link: AttributePath,
    settings: Names,
    /// The keys of rights, by kind of record and entitlement, once they were read.
    keys: Mutex<BTreeMap<RightsPlace, Arc<KnownKeys>>>,
}

/// A type of right of one kind of record.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RightsPlace {
    account_type: Option<String>,
    entitlement: String,
}

/// The record of an account: its kind, and its own id.
#[derive(Clone, Copy)]
struct Record<'c> {
    kind: &'c AccountCalls,
    id: &'c str,
}

/// A call without success.
enum Sending {
    /// The API refused, or did not answer.
    Http(HttpError),
    /// The answer says, with the status of a success, that it is none.
    Refused(String),
    /// The call cannot be made.
    Unsayable(RenderError),
}

impl RestWriter {
    fn new(service: Service, connection: RestConnection, link: AttributePath) -> Self {
        let settings = Names::of_settings(&connection.settings);
        let service =
            service.limited(&connection.rate_limits()).retrying(&connection.connector.answers.retry);
        Self { service, connection, link, settings, keys: Mutex::default() }
    }

    fn kinds(&self) -> AccountKinds<'_> {
        AccountKinds::of(&self.connection.connector)
    }

    /// The record of an account.
    fn record<'w>(&'w self, account: &'w str) -> Result<Record<'w>, WriteError> {
        let found = self.kinds().find(account).map(|(kind, id)| Record { kind, id });
        found.ok_or_else(|| WriteError::Failed(format!("`{account}` is not the id of any kind of record")))
    }

    /// The names of calls about a record.
    fn names(&self, record: Record<'_>) -> Names {
        self.settings.clone().with("id", record.kind.id.kind.json(record.id))
    }
}

impl From<Sending> for WriteError {
    fn from(sending: Sending) -> Self {
        match sending {
            Sending::Http(error) if error.is_unreachable() => Self::Unreachable(error.to_string()),
            Sending::Http(error) => Self::Failed(error.to_string()),
            Sending::Refused(detail) => Self::Failed(format!("the application reported a failure: {detail}")),
            Sending::Unsayable(error) => Self::Failed(error.to_string()),
        }
    }
}

/// Nothing says how.
fn no_call(what: &str) -> WriteError {
    WriteError::Failed(format!("the connector does not say how to {what}"))
}

/// The same error after something was sent: a failure to read says nothing about the write before it.
fn after_write(error: WriteError) -> WriteError {
    match error {
        WriteError::Failed(problem) | WriteError::Unreachable(problem) => {
            WriteError::Unknown(format!("the change was sent, but its result could not be read: {problem}"))
        }
        other @ (WriteError::NotKept(_)
        | WriteError::Stale { .. }
        | WriteError::Unknown(_)
        | WriteError::NotBegun) => other,
    }
}

/// The account does not exist any more.
fn gone(id: &str) -> WriteError {
    WriteError::Stale { what: "`id`".to_owned(), expected: format!("`{id}`"), found: "empty".to_owned() }
}
