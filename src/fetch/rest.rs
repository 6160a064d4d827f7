//! Reads an application through its own API, as its connector describes it: all accounts and rights, or an error.

mod list;
mod probe;
mod rights;
mod sign_in;

pub use sign_in::rest_sign_in;

pub(super) use probe::probe;

use super::progress::{count, pause};
use crate::http::{HttpError, Limits, Service, SignIn};
use crate::model::{AccountCalls, AddressRule, AttributePath, Field, ReadBudget, RestConnection, Right};
use crate::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, IdColumn, Incomplete,
};
use crate::wire::rest::{AccountKinds, KnownKeys, ListError, MEDIA_TYPE, Names, decode_account};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What to read, and from where.
#[derive(Clone, Debug)]
pub struct ReadRequest<'r> {
    /// The application's name, for messages and the snapshot.
    pub application: String,
    /// How the application is reached, and its API called.
    pub connection: &'r RestConnection,
    /// The attribute that links an account to a user.
    pub link: AttributePath,
    /// The attributes that the policies use; nothing else is kept.
    pub attributes: Vec<AttributePath>,
    /// The types of right that the connector gives, each with the rights that policies name.
    pub rights: Vec<WantedRights>,
    /// Time-outs and sizes of single calls.
    pub limits: Limits,
    /// The limits of the whole read.
    pub budget: ReadBudget,
    /// Which addresses may be called.
    pub addresses: AddressRule,
}

/// A type of right that is read.
#[derive(Clone, Debug)]
pub struct WantedRights {
    /// Its name.
    pub entitlement: String,
    /// The rights that policies name: there are no others where the API lists none.
    pub named: Vec<Right>,
}

/// Why an application was not read. Nothing is planned from it.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A call failed. The read is incomplete: exit code 7.
    #[error("application `{application}` was not read: {error}")]
    Http {
        /// The application.
        application: String,
        /// The error of the call.
        error: HttpError,
    },
    /// Something is missing or contradictory. Exit code 7.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

/// Why one way through the lists failed. `Drift`: a list changed during the read, so a second read may succeed.
enum Fault {
    Drift(&'static str, ListError),
    Error(ReadError),
}

impl<E: Into<ReadError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// The keys of rights, by entitlement.
type Keys<'c> = BTreeMap<&'c str, KnownKeys>;

/// The reader of one application.
struct Reader<'r> {
    request: &'r ReadRequest<'r>,
    service: Service,
    settings: Names,
}

/// Reads everything. If a list changes during the read, it is read once more (threat E13).
///
/// # Errors
/// When a call fails, or a page is missing, contradicts another or cannot be understood. What was read so far is dropped:
/// never a shorter snapshot (threats E1, E11).
pub async fn read(
    request: &ReadRequest<'_>,
    sign_in: &SignIn,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let url = &request.connection.service.url;
    let service = Service::signed_in(url, sign_in, MEDIA_TYPE, request.limits, &request.addresses)
        .map_err(|error| ReadError::Http { application: request.application.clone(), error })?;
    let service = service.reporting_pauses(|wait| pause("the service", wait)).within(request.budget);
    let reader = Reader::new(request, service);
    match reader.all().await {
        Ok(builder) => Ok(builder.finish()?),
        Err(Fault::Error(error)) => Err(error),
        Err(Fault::Drift(..)) => match reader.all().await {
            Ok(builder) => Ok(builder.finish()?),
            Err(Fault::Error(error)) => Err(error),
            Err(Fault::Drift(list, error)) => Err(reader.incomplete(format!("{list}: {error}")).into()),
        },
    }
}

impl<'r> Reader<'r> {
    fn new(request: &'r ReadRequest<'r>, service: Service) -> Self {
        let connection = request.connection;
        let service =
            service.limited(&connection.rate_limits()).retrying(&connection.connector.answers.retry);
        Self { request, service, settings: Names::of_settings(&connection.settings) }
    }

    async fn all(&self) -> Result<ApplicationBuilder, Fault> {
        let names: Vec<_> = self.request.attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let connector = &self.request.connection.connector;
        let delete = connector.accounts.iter().all(|kind| kind.delete.is_some());
        let write = connector.accounts.iter().any(|kind| kind.create.is_some() || kind.update.is_some());
        let mut builder =
            ApplicationBuilder::new(&self.request.application, Capabilities { write, delete }, &names);
        for kind in &connector.accounts {
            let keys = self.known(kind, &mut builder).await?;
            let ids = self.accounts(kind, &keys, &mut builder).await?;
            self.rows(kind, &keys, &ids, &mut builder).await?;
        }
        Ok(builder)
    }

    /// The accounts of one kind of record, with the rights that stand in their records; gives the ids of the records.
    async fn accounts(
        &self,
        kind: &'r AccountCalls,
        keys: &Keys<'r>,
        builder: &mut ApplicationBuilder,
    ) -> Result<Vec<String>, Fault> {
        const LIST: &str = "accounts.list";
        let (mut seen, mut ids) = (IdColumn::default(), Vec::new());
        let link = std::iter::once(self.request.link.name.as_str());
        let attributes = self.request.attributes.iter().map(|attribute| attribute.name.as_str());
        let wanted: Vec<&str> = link.chain(attributes).collect();
        self.walk(LIST, &kind.list, &self.settings, |record| {
            let row = decode_account(kind, record, &wanted)
                .map_err(|error| self.undecodable(LIST, seen.len(), &error))?;
            if seen.insert(&row.id).is_err() {
                return Err(Fault::Drift(LIST, ListError::Twice(row.id.into_owned())));
            }
            let mut fields = row.fields.into_iter();
            let link = match fields.next() {
                None | Some(Field::Empty) => None,
                Some(Field::Text(link)) => Some(link),
                Some(Field::Boolean(_) | Field::List(_)) => {
                    let (attribute, id) = (&self.request.link.name, &row.id);
                    let problem =
                        format!("the link attribute `{attribute}` of the account `{id}` is not one text");
                    return Err(self.incomplete(problem).into());
                }
            };
            count();
            let id = AccountKinds::of(&self.request.connection.connector).account_id(kind, &row.id);
            let fields: Vec<Field<'_>> = fields.collect();
            builder.account(&id, link.as_deref(), row.active, &fields)?;
            self.in_record(kind, keys, &id, record, builder)?;
            ids.push(row.id.into_owned());
            Ok(true)
        })
        .await?;
        Ok(ids)
    }

    /// Whether a type of right is wanted.
    fn wanted(&self, entitlement: &str) -> Option<&'r WantedRights> {
        self.request.rights.iter().find(|wanted| wanted.entitlement == entitlement)
    }

    fn undecodable(&self, list: &str, index: usize, error: &impl std::fmt::Display) -> ReadError {
        self.incomplete(format!("{list}, behind number {index}, cannot be understood: {error}")).into()
    }

    fn incomplete(&self, problem: impl Into<String>) -> Incomplete {
        Incomplete::new(format!("application `{}`", self.request.application), problem)
    }

    fn http(&self, error: HttpError) -> ReadError {
        ReadError::Http { application: self.request.application.clone(), error }
    }
}

/// A row as text, by which two are the same.
fn identity(row: &Json) -> String {
    row.to_string()
}
