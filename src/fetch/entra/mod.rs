//! Reads a tenant of Microsoft Entra ID through Microsoft Graph: the attributes that policies need, the groups that
//! they link, the roles that count. The result is complete or an error (MG1 to MG17).
//!
//! Takes the connection, what policies need and a key, gives a snapshot. Never: a shorter list, a guess.

mod changes;
mod finder;
mod groups;
mod key;
mod list;
mod probe;
mod roles;
mod session;
mod store;
mod users;

pub use finder::{NeedsFullRead, UserFinder};
pub use key::{Key, key};
pub use probe::probe;
pub use store::{Kept, Store};

use crate::http::Limits;
use crate::model::{AddressRule, AttributeType, EntraConnection, ReadBudget};
use crate::policy::{DirectoryAttribute, DirectoryNeeds};
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, Incomplete};
use crate::wire::graph::query;
use crate::wire::graph::record::Record;
use crate::wire::graph::{DecodeError, GroupSelection, LinkError, UserDecoder};
use session::Session;
use std::time::Duration;

/// What to read, and from where.
#[derive(Clone, Debug)]
pub struct EntraRequest<'r> {
    /// The directory's name.
    pub name: &'r str,
    /// The tenant.
    pub connection: &'r EntraConnection,
    /// The attributes that policies need.
    pub attributes: &'r [DirectoryAttribute],
    /// Only groups whose name begins with this may be linked.
    pub group_prefix: &'r str,
    /// Whether members count through nested groups.
    pub nested: bool,
    /// The groups and applications that policies refer to.
    pub needs: &'r DirectoryNeeds,
    /// Objects on a page, at most 999.
    pub page_size: u32,
    /// Time-outs and sizes of single calls.
    pub limits: Limits,
    /// The limits of the whole read.
    pub budget: ReadBudget,
    /// Which addresses may be called.
    pub addresses: &'r AddressRule,
    /// The wait before a federated sign-in is retried is twice this, then four and eight times.
    pub patience: Duration,
}

/// Why one read of the tenant failed. `Drift`: a list changed during the read, so a second read may succeed.
enum Fault {
    Drift(String),
    Error(String),
    /// The stored record cannot be used: everything is read.
    Stale,
}

impl From<Incomplete> for Fault {
    fn from(error: Incomplete) -> Self {
        Self::Error(error.problem)
    }
}

impl From<LinkError> for Fault {
    fn from(error: LinkError) -> Self {
        Self::Error(error.to_string())
    }
}

/// One read of the tenant.
struct Reader<'r, 's> {
    request: &'s EntraRequest<'r>,
    session: &'s mut Session<'r>,
    selection: &'s GroupSelection<'r>,
    builder: DirectoryBuilder,
    decoder: UserDecoder,
    select: String,
    /// Users who are members or assigned but were not listed: their ids, and where they occurred.
    unlisted_users: Vec<(String, UnlistedUser)>,
    /// The record for the next read; `None` if none is kept.
    record: Option<Record>,
}

/// Where an unlisted user occurred.
enum UnlistedUser {
    Member { group: String },
    Assigned { application: String, role: String },
}

/// Reads everything that policies need. If it changes during the read, it is read once more.
///
/// # Errors
/// When sign-in or a call fails, a page is missing, repeated or on another host, or an answer cannot be decoded; says
/// which permission is missing. What was read so far is dropped: never a shorter snapshot (threats E1, E2).
pub async fn read(
    request: &EntraRequest<'_>,
    key: Key,
    store: Option<&Store>,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", request.name), problem);
    let opened =
        Session::open(request.connection, key, request.limits, request.patience, request.addresses).await;
    let mut session = opened.map_err(incomplete)?.within(request.budget);
    let selection = GroupSelection::new(&request.needs.groups, request.group_prefix);
    let select = query::selected(request.attributes.iter().map(|attribute| attribute.source.as_str()));
    let mut kept = store.and_then(|store| store.load(&select));
    let mut retried = false;
    loop {
        let changes = kept.is_some();
        let record = kept.take().or_else(|| store.map(|_| Record::new(&select, store::now())));
        let reader = Reader::new(request, &mut session, &selection, record);
        let read = if changes { reader.changed().await } else { reader.all().await };
        match read {
            Ok((builder, record)) => {
                store_record(store, record.as_ref());
                return builder.finish();
            }
            Err(Fault::Drift(_) | Fault::Stale) if changes => store_record(store, None),
            Err(Fault::Drift(_)) if !retried => retried = true,
            Err(Fault::Drift(problem) | Fault::Error(problem)) => return Err(incomplete(problem)),
            Err(Fault::Stale) => return Err(incomplete("its answers contradict each other".to_owned())),
        }
    }
}

fn store_record(store: Option<&Store>, record: Option<&Record>) {
    match (store, record) {
        (Some(store), Some(record)) => store.save(record),
        (Some(store), None) => store.forget(),
        (None, _) => {}
    }
}

impl<'r, 's> Reader<'r, 's> {
    fn new(
        request: &'s EntraRequest<'r>,
        session: &'s mut Session<'r>,
        selection: &'s GroupSelection<'r>,
        record: Option<Record>,
    ) -> Self {
        let typed: Vec<(String, AttributeType)> =
            request.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
        let sources = request.attributes.iter().map(|attribute| (attribute.source.as_str(), attribute.kind));
        Self {
            request,
            session,
            selection,
            builder: DirectoryBuilder::new(request.name, &typed),
            decoder: UserDecoder::new(sources),
            select: query::selected(request.attributes.iter().map(|attribute| attribute.source.as_str())),
            unlisted_users: Vec::new(),
            record,
        }
    }

    /// Reads everything.
    async fn all(mut self) -> Result<(DirectoryBuilder, Option<Record>), Fault> {
        self.watch_users().await;
        self.users().await?;
        self.rest().await
    }

    /// Reads the users who changed since the record was made; groups by name and roles are always read.
    async fn changed(mut self) -> Result<(DirectoryBuilder, Option<Record>), Fault> {
        self.changed_users().await?;
        self.count().await?;
        self.changed_groups().await?;
        self.rest().await
    }

    async fn rest(mut self) -> Result<(DirectoryBuilder, Option<Record>), Fault> {
        let linked = self.groups().await?;
        let assigned = self.roles().await?;
        self.members(linked.into_iter().chain(assigned).collect()).await?;
        self.unlisted_users().await?;
        Ok((self.builder, self.record))
    }

    fn undecodable(&self, list: &str, error: &DecodeError) -> Fault {
        Fault::Error(format!("{list} cannot be understood: {error}"))
    }
}
