//! Looks up single users of a tenant with the groups and roles that count: a few requests, whatever the tenant's size.

use super::groups::GroupToRead;
use super::session::{BatchPart, Session};
use super::{EntraRequest, Fault, Key, Reader};
use crate::fetch::progress::count;
use crate::model::{Field, UserSearch};
use crate::snapshot::{DirectoryBuilder, DirectorySnapshot, Excerpt, GroupRecord, Incomplete};
use crate::wire::graph::{BATCH, GroupSelection, MemberKind, decode_listed_member, query, user_queries};
use std::collections::{BTreeMap, BTreeSet};

const USERS: &str = "/users";
const DIRECT: &str = "/users/{id}/memberOf";
const TRANSITIVE: &str = "/users/{id}/transitiveMemberOf";

/// Why a lookup is not possible: the whole tenant must be read, which also reports the actual problem.
#[derive(Debug, PartialEq, Eq)]
pub struct NeedsFullRead(pub String);

/// Looks up users step by step in one session; each is requested once.
pub struct UserFinder<'r> {
    request: EntraRequest<'r>,
    session: Session<'r>,
    selection: GroupSelection<'r>,
    select: String,
    asked: UserSearch,
    /// The users found so far: their JSON by id.
    found: BTreeMap<String, Vec<u8>>,
}

/// The groups of a user, by id.
#[derive(Debug, Default)]
struct Memberships {
    direct: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl<'r> UserFinder<'r> {
    /// Signs in.
    ///
    /// # Errors
    /// When the sign-in is refused.
    pub async fn open(request: EntraRequest<'r>, key: Key) -> Result<Self, Incomplete> {
        let opened =
            Session::open(request.connection, key, request.limits, request.patience, request.addresses).await;
        let session =
            opened.map_err(|problem| Incomplete::new(format!("directory `{}`", request.name), problem))?;
        let session = session.within(request.budget);
        Ok(Self {
            selection: GroupSelection::new(&request.needs.groups, request.group_prefix),
            select: query::selected(request.attributes.iter().map(|attribute| attribute.source.as_str())),
            asked: UserSearch::default(),
            found: BTreeMap::new(),
            request,
            session,
        })
    }

    /// Looks up the users who were not requested before. Returns all users found so far, without groups.
    ///
    /// # Errors
    /// When a request fails, or Graph cannot answer it.
    pub async fn find(&mut self, asked: &UserSearch) -> Result<Excerpt<DirectorySnapshot>, NeedsFullRead> {
        let read: Vec<&str> =
            self.request.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
        let page = self.request.page_size;
        let queries = user_queries(asked, &self.asked, &read, &self.select, page).map_err(NeedsFullRead)?;
        let mut reader = Reader::new(&self.request, &mut self.session, &self.selection, None);
        for queries in queries.chunks(BATCH) {
            reader.run_queries(queries, &mut self.found).await?;
        }
        self.asked = asked.clone();
        reader.add(&self.found)?;
        excerpt(reader.builder)
    }

    /// The users found, with their groups and roles, and the names of other groups that policies may use.
    ///
    /// # Errors
    /// When a request fails, or only a full read gives the answer.
    pub async fn finish(mut self) -> Result<Excerpt<DirectorySnapshot>, NeedsFullRead> {
        let mut reader = Reader::new(&self.request, &mut self.session, &self.selection, None);
        reader.add(&self.found)?;
        reader.prove_enabled_is_shown(&self.found)?;
        let linked = reader.groups().await?;
        require_visible_members(&linked)?;
        let assigned = reader.roles().await?;
        if !(linked.is_empty() && assigned.is_empty()) {
            let users: Vec<&String> = self.found.keys().collect();
            for (user, groups) in reader.memberships(&users).await? {
                reader.add_memberships(user, &groups)?;
            }
        }
        excerpt(reader.builder)
    }
}

impl Reader<'_, '_> {
    /// Sends a few queries, and stores the users of all pages.
    async fn run_queries(
        &mut self,
        queries: &[String],
        found: &mut BTreeMap<String, Vec<u8>>,
    ) -> Result<(), Fault> {
        let parts = self.session.batch(USERS, queries).await.map_err(Fault::Error)?;
        for (query_target, part) in queries.iter().zip(parts) {
            // No user has this id.
            let BatchPart::Body(body) = part else { continue };
            let take = &mut |reader: &mut Self, json: &[u8]| {
                let user = reader.decoder.decode(json).map_err(|error| reader.undecodable(USERS, &error))?;
                if found.insert(user.id.into_owned(), json.to_vec()).is_none() {
                    count();
                }
                Ok(())
            };
            match query_target.contains("$filter=") {
                true => self.walk_on(USERS, &body, take).await?,
                false => take(self, &body)?,
            }
        }
        Ok(())
    }

    fn add(&mut self, found: &BTreeMap<String, Vec<u8>>) -> Result<(), Fault> {
        for json in found.values() {
            let user = self.decoder.decode(json).map_err(|error| self.undecodable(USERS, &error))?;
            self.builder.user(&user.id, &user.fields)?;
        }
        Ok(())
    }

    /// If no user has a value, it may be hidden from this application (MG15).
    fn prove_enabled_is_shown(&self, found: &BTreeMap<String, Vec<u8>>) -> Result<(), Fault> {
        let at = self.request.attributes.iter().position(|attribute| attribute.source == "accountEnabled");
        let Some(at) = at.filter(|_| !found.is_empty()) else { return Ok(()) };
        let empty =
            |json: &Vec<u8>| self.decoder.decode(json).is_ok_and(|user| user.fields[at] == Field::Empty);
        match found.values().all(empty) {
            true => Err(Fault::Error("no user that was found returned `accountEnabled`".to_owned())),
            false => Ok(()),
        }
    }

    /// The groups of these users. If nesting counts, both requests for a user are in the same batch.
    async fn memberships<'u>(
        &mut self,
        users: &[&'u String],
    ) -> Result<Vec<(&'u String, Memberships)>, Fault> {
        let (nested, page) = (self.request.nested, self.request.page_size);
        let mut found = Vec::new();
        for users in users.chunks(if nested { BATCH / 2 } else { BATCH }) {
            let mut targets: Vec<String> = users.iter().map(|user| query::member_of(user, page)).collect();
            if nested {
                targets.extend(users.iter().map(|user| query::transitive_member_of(user, page)));
            }
            let mut parts = self.session.batch(DIRECT, &targets).await.map_err(Fault::Error)?;
            let mut all = parts.split_off(users.len()).into_iter();
            for (user, direct) in users.iter().zip(parts) {
                let direct = self.groups_of(DIRECT, user, direct).await?;
                let all = match all.next() {
                    Some(all) => self.groups_of(TRANSITIVE, user, all).await?,
                    None => BTreeSet::new(),
                };
                found.push((*user, Memberships { direct, all }));
            }
        }
        Ok(found)
    }

    /// The groups in a list whose first page is given.
    async fn groups_of(
        &mut self,
        route: &'static str,
        user: &str,
        part: BatchPart,
    ) -> Result<BTreeSet<String>, Fault> {
        let BatchPart::Body(page) = part else {
            return Err(Fault::Drift(format!(
                "the user `{user}` was found by one request and was gone for the next"
            )));
        };
        let mut groups = BTreeSet::new();
        self.walk_on(route, &page, &mut |reader, json| {
            let group = decode_listed_member(json).map_err(|error| reader.undecodable(route, &error))?;
            if group.kind == MemberKind::Group && !groups.insert(group.id.into_owned()) {
                return Err(Fault::Drift(format!("{route} lists a group twice")));
            }
            Ok(())
        })
        .await?;
        Ok(groups)
    }

    /// Adds a user to the selected groups. For indirect membership the groups in between are not read: one unnamed
    /// group with only this user stands for all of them.
    fn add_memberships(&mut self, user: &str, groups: &Memberships) -> Result<(), Fault> {
        for group in groups.direct.iter().filter(|group| self.builder.has_group(group)).collect::<Vec<_>>() {
            self.builder.member(group, user)?;
        }
        let through = groups.all.difference(&groups.direct).filter(|group| self.builder.has_group(group));
        let through: Vec<&String> = through.collect();
        if !through.is_empty() {
            let between = format!("the groups of {user}");
            self.builder.group(&between, GroupRecord::default())?;
            self.builder.member(&between, user)?;
            for group in through {
                self.builder.member(group, &between)?;
            }
        }
        Ok(())
    }
}

/// The members of a group with hidden membership can only be read from the group itself.
fn require_visible_members(linked: &[GroupToRead]) -> Result<(), NeedsFullRead> {
    match linked.iter().find(|group| group.hidden) {
        Some(group) => Err(NeedsFullRead(format!("the membership of the group `{}` is hidden", group.name))),
        None => Ok(()),
    }
}

fn excerpt(builder: DirectoryBuilder) -> Result<Excerpt<DirectorySnapshot>, NeedsFullRead> {
    builder.excerpt().map_err(|error| NeedsFullRead(error.problem))
}

impl From<Fault> for NeedsFullRead {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Drift(problem) | Fault::Error(problem) => Self(problem),
            Fault::Stale => Self("its answers contradict each other".to_owned()),
        }
    }
}
