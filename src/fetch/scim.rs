//! Reads a SCIM application: all accounts and groups, or an error.

mod member_names;
mod observe;

pub(super) use observe::observe;

use super::progress::{count, pause};
use crate::http::{Answer, Call, HttpError, Limits, Method, Service, SignIn};
use crate::model::{AddressRule, AttributePath, Field, Paging, RateLimit, ReadBudget, Secret};
use crate::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, IdColumn, Incomplete,
};
use crate::wire::scim::{
    AccountDecoder, DecodeError, ListError, ListWalk, MEDIA_TYPE, ScimPathError, decode_group, decode_page,
};
use member_names::MemberNames;

/// What to read, and from where.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// The application's name, for messages and the snapshot.
    pub application: String,
    /// Base URL, without the resource type.
    pub url: String,
    /// The attribute that links an account to a user; nothing is read of a link that the ledger remembers.
    pub link: AttributePath,
    /// The attributes that the policies use; nothing else is kept.
    pub attributes: Vec<AttributePath>,
    /// Whether groups and their members are read.
    pub groups: bool,
    /// How the service pages; none: unknown.
    pub paging: Option<Paging>,
    /// Whether groups name their members by user name.
    pub names_members: bool,
    /// Accounts on a page; the service's own maximum applies if it is smaller.
    pub page_size: u32,
    /// Time-outs and sizes of single calls.
    pub limits: Limits,
    /// The limits of the whole read.
    pub budget: ReadBudget,
    /// Which addresses may be called.
    pub addresses: AddressRule,
    /// How fast the service may be called.
    pub rate_limits: Vec<RateLimit>,
}

/// Groups on a page: fewer than accounts, since each may have hundreds of thousands of members.
const GROUPS_PER_PAGE: u32 = 50;

/// Why an application was not read. Nothing is planned from it.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A policy's attribute path is not valid in SCIM.
    #[error(transparent)]
    Path(#[from] ScimPathError),
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

/// Why one walk through the lists failed. `Drift`: a list changed during the walk, so a second walk may succeed.
enum Fault {
    Drift(&'static str, ListError),
    Error(ReadError),
}

impl<E: Into<ReadError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

struct Reader<'r> {
    request: &'r ReadRequest,
    service: Service,
    decoder: AccountDecoder,
    page_size: u32,
}

/// Reads everything (RFC 7644, 3.4.2). If a list changes during the read, it is read once more (threat E13).
///
/// # Errors
/// When a path is not valid, a call fails, or a page is missing, contradicts another or cannot be decoded. What was
/// read so far is dropped: never a shorter snapshot (threats E1, E11).
pub async fn read(
    request: &ReadRequest,
    secret: Option<&Secret>,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read_signed_in(request, &SignIn::bearer(secret)).await
}

/// The same with any way to sign in.
///
/// # Errors
/// As [`read`].
pub async fn read_signed_in(
    request: &ReadRequest,
    sign_in: &SignIn,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let service = Service::signed_in(&request.url, sign_in, MEDIA_TYPE, request.limits, &request.addresses)
        .map_err(|error| ReadError::Http { application: request.application.clone(), error })?;
    read_from(request, service).await
}

/// The same from a service that is there already.
///
/// # Errors
/// As [`read`].
pub async fn read_from(
    request: &ReadRequest,
    service: Service,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let decoder = decoder(request)?;
    let service = service.reporting_pauses(|wait| pause("the service", wait)).within(request.budget);
    let service = service.limited(&request.rate_limits);
    let mut reader = Reader { request, service, decoder, page_size: request.page_size.max(1) };
    reader.discover().await?;
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

/// Reads the attributes, and after them the user name where groups name their members by it.
fn decoder(request: &ReadRequest) -> Result<AccountDecoder, ScimPathError> {
    let link = Some(&request.link).filter(|link| !link.is_in_ledger());
    let name = request.names_members.then(member_names::attribute);
    let attributes: Vec<AttributePath> = request.attributes.iter().cloned().chain(name).collect();
    AccountDecoder::new(link, &attributes)
}

impl Reader<'_> {
    /// Reads the service's capabilities. They are a hint (S2) and may be missing (S1); only a refused credential is an
    /// error here.
    async fn discover(&mut self) -> Result<(), ReadError> {
        const ROUTE: &str = "/ServiceProviderConfig";
        let answer = match self.service.send(&Call::new(Method::Get, ROUTE, ROUTE)).await {
            Ok(answer) => answer,
            Err(error) if matches!(error.status(), Some(400 | 403..=499 | 501)) => return Ok(()),
            Err(error) => return Err(self.http(error)),
        };
        let config: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let maximum = config.pointer("/filter/maxResults").and_then(serde_json::Value::as_u64);
        if let Some(maximum) =
            maximum.and_then(|maximum| u32::try_from(maximum).ok()).filter(|maximum| *maximum > 0)
        {
            self.page_size = self.page_size.min(maximum);
        }
        Ok(())
    }

    async fn all(&self) -> Result<ApplicationBuilder, Fault> {
        let names: Vec<_> = self.request.attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let capabilities = Capabilities { write: true, delete: true };
        let mut builder = ApplicationBuilder::new(&self.request.application, capabilities, &names);
        let mut seen = IdColumn::default();
        let mut names = self.request.names_members.then(MemberNames::default);
        let account = |json: &[u8]| self.account(json, &mut seen, &mut names, &mut builder);
        self.walk("/Users", self.page_size, account).await?;
        if self.request.groups {
            let mut seen = IdColumn::default();
            let count = self.page_size.min(GROUPS_PER_PAGE);
            self.walk("/Groups", count, |json| self.group(json, &mut seen, names.as_ref(), &mut builder))
                .await?;
        }
        Ok(builder)
    }

    /// Reads a list to its end. `take` returns whether a resource is new.
    async fn walk(
        &self,
        list: &'static str,
        count: u32,
        mut take: impl FnMut(&[u8]) -> Result<bool, ReadError>,
    ) -> Result<(), Fault> {
        let mut walk = ListWalk::new(self.request.paging);
        let mut count = Some(count);
        loop {
            let (start, is_first) = (walk.position(), walk.is_first());
            let answer = match self.page(list, &walk, count).await {
                Ok(answer) => answer,
                Err(error) => match fallback_page_size(&error, is_first, count) {
                    Some(other) => {
                        count = other;
                        continue;
                    }
                    // A cursor ends when its time is over, or the list changed too much (RFC 9865, 2.2).
                    None if error.status() == Some(400) && !is_first => {
                        return Err(Fault::Drift(list, ListError::Broken));
                    }
                    None => return Err(self.http(error).into()),
                },
            };
            let page = decode_page(&answer.body).map_err(|error| self.undecodable(list, start, &error))?;
            let mut new = 0;
            self.service.count_records(page.resources.len() as u64).map_err(|error| self.http(error))?;
            for resource in &page.resources {
                new += u64::from(take(resource.get().as_bytes())?);
            }
            if walk.accept(&page, new).map_err(|error| Fault::Drift(list, error))? {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        list: &'static str,
        walk: &ListWalk,
        count: Option<u32>,
    ) -> Result<Answer, HttpError> {
        let target = format!("{list}?{}", walk.query(count));
        self.service.send(&Call::new(Method::Get, list, target)).await
    }

    fn account(
        &self,
        json: &[u8],
        seen: &mut IdColumn,
        names: &mut Option<MemberNames>,
        builder: &mut ApplicationBuilder,
    ) -> Result<bool, ReadError> {
        let index = seen.len() as u64 + 1;
        let mut record =
            self.decoder.decode(json).map_err(|error| self.undecodable("/Users", index, &error))?;
        if seen.insert(&record.id).is_err() {
            return Ok(false);
        }
        if let Some(names) = names {
            let name = record.fields.pop().unwrap_or_default();
            names.add(&name, &record.id).map_err(|problem| self.incomplete(problem))?;
        }
        let link = match &record.link {
            Field::Empty => None,
            Field::Text(link) => Some(link.as_ref()),
            Field::Boolean(_) | Field::List(_) => {
                let (attribute, id) = (&self.request.link.name, &record.id);
                return Err(self
                    .incomplete(format!(
                        "the link attribute `{attribute}` of the account `{id}` is not one text"
                    ))
                    .into());
            }
        };
        count();
        builder.account(&record.id, link, record.active, &record.fields)?;
        Ok(true)
    }

    fn group(
        &self,
        json: &[u8],
        seen: &mut IdColumn,
        names: Option<&MemberNames>,
        builder: &mut ApplicationBuilder,
    ) -> Result<bool, ReadError> {
        let index = seen.len() as u64 + 1;
        let group = decode_group(json).map_err(|error| self.undecodable("/Groups", index, &error))?;
        if seen.insert(&group.id).is_err() {
            return Ok(false);
        }
        count();
        let members = group.members.iter().map(AsRef::as_ref);
        let members = members.filter_map(|member| match names {
            Some(names) => names.id(member),
            None => Some(member),
        });
        builder.group(&group.id, &group.display_name, members)?;
        Ok(true)
    }

    fn undecodable(&self, list: &str, index: u64, error: &DecodeError) -> ReadError {
        self.incomplete(format!("{list}, from number {index} on, cannot be understood: {error}")).into()
    }

    fn incomplete(&self, problem: impl Into<String>) -> Incomplete {
        Incomplete::new(format!("application `{}`", self.request.application), problem)
    }

    fn http(&self, error: HttpError) -> ReadError {
        ReadError::Http { application: self.request.application.clone(), error }
    }
}

/// The page size to try instead: none if the first page was refused (S26), a smaller one if the answer was too large.
/// The outer `None` if there is nothing else to try.
fn fallback_page_size(error: &HttpError, is_first: bool, count: Option<u32>) -> Option<Option<u32>> {
    match (error, count) {
        (HttpError::Status { status: 400 | 500, .. }, Some(_)) if is_first => Some(None),
        (HttpError::TooLarge { .. }, Some(count)) if count > 1 => Some(Some(count / 8 + 1)),
        _ => None,
    }
}
