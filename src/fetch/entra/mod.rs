//! Reads a tenant of Microsoft Entra ID through Microsoft Graph: the attributes that policies need, the groups that they
//! link, the roles that count; all of it, or an error (MG1 to MG17).
//!
//! Takes the connection, what policies ask for and a key, gives a snapshot. Never: a shorter list, a guess.

mod groups;
mod key;
mod list;
mod roles;
mod session;
mod users;

pub use key::{Key, key};

use crate::http::Limits;
use crate::model::{AttributeType, EntraConnection};
use crate::policy::set::{Asked, DirectoryAttribute};
use crate::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot, Incomplete};
use crate::wire::graph::query;
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
    request: &'r EntraRequest<'r>,
    session: &'s mut Session<'r>,
    wanted: &'s Wanted<'r>,
    builder: DirectoryBuilder,
    decoder: UserDecoder,
    select: String,
    /// Users who are members or assigned but were not on the list: who they are, and where.
    strangers: Vec<(String, Stranger)>,
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
pub async fn read(request: &EntraRequest<'_>, key: Key) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", request.name), problem);
    let opened = Session::open(request.connection, key, request.limits, request.patience).await;
    let mut session = opened.map_err(incomplete)?;
    let wanted = Wanted::new(&request.asked.groups, request.group_prefix);
    let mut second = false;
    loop {
        match Reader::new(request, &mut session, &wanted).all().await {
            Ok(builder) => return builder.finish(),
            Err(Fault::Drift(_)) if !second => second = true,
            Err(Fault::Drift(problem) | Fault::Error(problem)) => return Err(incomplete(problem)),
        }
    }
}

impl<'r, 's> Reader<'r, 's> {
    fn new(request: &'r EntraRequest<'r>, session: &'s mut Session<'r>, wanted: &'s Wanted<'r>) -> Self {
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
        }
    }

    async fn all(mut self) -> Result<DirectoryBuilder, Fault> {
        self.users().await?;
        let linked = self.groups().await?;
        let assigned = self.roles().await?;
        self.members(linked.into_iter().chain(assigned).collect()).await?;
        self.strangers().await?;
        Ok(self.builder)
    }

    fn undecodable(&self, list: &str, error: &DecodeError) -> Fault {
        Fault::Error(format!("{list} cannot be understood: {error}"))
    }
}
