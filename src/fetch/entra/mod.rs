//! Reads a tenant of Microsoft Entra ID through Microsoft Graph: the attributes that policies need, the groups that they
//! link, the roles that count; all of it, or an error (MG1 to MG17).
//!
//! Takes the connection, what policies ask for and a key, gives a snapshot. Never: a shorter list, a guess.

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

pub use finder::{Finder, Unfound};
pub use key::{Key, key};
pub use probe::probe;
pub use store::Store;

use crate::http::Limits;
use crate::model::{AttributeType, EntraConnection};
use crate::policy::{Asked, DirectoryAttribute};
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, Incomplete};
use crate::wire::graph::query;
use crate::wire::graph::record::Record;
use crate::wire::graph::{DecodeError, LinkError, UserDecoder, Wanted};
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
    /// What policies ask for besides.
    pub asked: &'r Asked,
    /// Objects a page, at most 999.
    pub page_size: u32,
    /// Time-outs and sizes.
    pub limits: Limits,
    /// The wait before a federated sign-in is tried again is twice this, then four and eight times.
    pub patience: Duration,
}

/// Why a walk through the tenant ended early: one whose lists changed meanwhile is worth a second walk, nothing else is.
enum Fault {
    Drift(String),
    Error(String),
    /// What was kept of the last read is of no use: everything is read.
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

/// One walk through the tenant.
struct Reader<'r, 's> {
    request: &'s EntraRequest<'r>,
    session: &'s mut Session<'r>,
    wanted: &'s Wanted<'r>,
    builder: DirectoryBuilder,
    decoder: UserDecoder,
    select: String,
    /// Users who are members or assigned but were not on the list: who they are, and where.
    strangers: Vec<(String, Stranger)>,
    /// What is kept for the next read; none where nothing is.
    record: Option<Record>,
}

/// Where a user was met who was not on the list.
enum Stranger {
    Member { group: String },
    Assigned { application: String, role: String },
}

/// Reads everything that policies ask for. What changes while it is read is read once more.
///
/// # Errors
/// When sign-in or any call fails, a page is missing, repeated or at another place, or anything cannot be understood;
/// says what to grant where something is missing. Nothing of it is kept then: never a shorter snapshot (threats E1, E2).
pub async fn read(
    request: &EntraRequest<'_>,
    key: Key,
    store: Option<&Store>,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", request.name), problem);
    let opened = Session::open(request.connection, key, request.limits, request.patience).await;
    let mut session = opened.map_err(incomplete)?;
    let wanted = Wanted::new(&request.asked.groups, request.group_prefix);
    let select = query::selected(request.attributes.iter().map(|it| it.source.as_str()));
    let mut kept = store.and_then(|store| store.load(&select));
    let mut second = false;
    loop {
        let changes = kept.is_some();
        let record = kept.take().or_else(|| store.map(|_| Record::new(&select, store::now())));
        let reader = Reader::new(request, &mut session, &wanted, record);
        let read = if changes { reader.changed().await } else { reader.all().await };
        match read {
            Ok((builder, record)) => {
                keep(store, record.as_ref());
                return builder.finish();
            }
            Err(Fault::Drift(_) | Fault::Stale) if changes => keep(store, None),
            Err(Fault::Drift(_)) if !second => second = true,
            Err(Fault::Drift(problem) | Fault::Error(problem)) => return Err(incomplete(problem)),
            Err(Fault::Stale) => return Err(incomplete("its answers contradict each other".to_owned())),
        }
    }
}

fn keep(store: Option<&Store>, record: Option<&Record>) {
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
        wanted: &'s Wanted<'r>,
        record: Option<Record>,
    ) -> Self {
        let typed: Vec<(String, AttributeType)> =
            request.attributes.iter().map(|it| (it.name.clone(), it.kind.into())).collect();
        let sources = request.attributes.iter().map(|it| (it.source.as_str(), it.kind.into()));
        Self {
            request,
            session,
            wanted,
            builder: DirectoryBuilder::new(request.name, &typed),
            decoder: UserDecoder::new(sources),
            select: query::selected(request.attributes.iter().map(|it| it.source.as_str())),
            strangers: Vec::new(),
            record,
        }
    }

    /// Reads everything.
    async fn all(mut self) -> Result<(DirectoryBuilder, Option<Record>), Fault> {
        self.watch_users().await;
        self.users().await?;
        self.rest().await
    }

    /// Reads those who changed since the record was made; groups by name and roles are read anew.
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
        self.strangers().await?;
        Ok((self.builder, self.record))
    }

    fn undecodable(&self, list: &str, error: &DecodeError) -> Fault {
        Fault::Error(format!("{list} cannot be understood: {error}"))
    }
}
