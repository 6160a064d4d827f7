//! Some users of a tenant, with the groups and roles that count for them: a few requests, however large the tenant is.

use super::groups::Open;
use super::session::{Part, Session};
use super::{EntraRequest, Fault, Key, Reader};
use crate::fetch::progress::count;
use crate::model::{Field, UserSearch};
use crate::snapshot::{DirectoryBuilder, DirectorySnapshot, Excerpt, GroupRecord, Incomplete};
use crate::wire::graph::{BATCH, MemberKind, Wanted, decode_listed_member, query, sought};
use std::collections::{BTreeMap, BTreeSet};

const USERS: &str = "/users";
const DIRECT: &str = "/users/{id}/memberOf";
const TRANSITIVE: &str = "/users/{id}/transitiveMemberOf";

/// Why users were not found: the tenant has to be read whole, which also tells what is really wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfound(pub String);

/// Looks for users step by step, in one session; each is asked for once.
pub struct Finder<'r> {
    request: EntraRequest<'r>,
    session: Session<'r>,
    wanted: Wanted<'r>,
    select: String,
    asked: UserSearch,
    /// Answers by id.
    found: BTreeMap<String, Vec<u8>>,
}

/// The groups that a user is in, by id.
#[derive(Debug, Default)]
struct Memberships {
    direct: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl<'r> Finder<'r> {
    /// Signs in.
    ///
    /// # Errors
    /// When that is refused.
    pub async fn open(request: EntraRequest<'r>, key: Key) -> Result<Self, Incomplete> {
        let opened = Session::open(request.connection, key, request.limits, request.patience).await;
        let session =
            opened.map_err(|problem| Incomplete::new(format!("directory `{}`", request.name), problem))?;
        Ok(Self {
            wanted: Wanted::new(&request.asked.groups, request.group_prefix),
            select: query::selected(request.attributes.iter().map(|it| it.source.as_str())),
            asked: UserSearch::default(),
            found: BTreeMap::new(),
            request,
            session,
        })
    }

    /// Looks for users who were not asked for yet. Gives all who were found until now, without groups.
    ///
    /// # Errors
    /// When anything failed, or is no question for Graph.
    pub async fn find(&mut self, asked: &UserSearch) -> Result<Excerpt<DirectorySnapshot>, Unfound> {
        let read: Vec<&str> = self.request.attributes.iter().map(|it| it.name.as_str()).collect();
        let page = self.request.page_size;
        let questions = sought(asked, &self.asked, &read, &self.select, page).map_err(Unfound)?;
        let mut reader = Reader::new(&self.request, &mut self.session, &self.wanted, None);
        for questions in questions.chunks(BATCH) {
            reader.sought(questions, &mut self.found).await?;
        }
        self.asked = asked.clone();
        reader.add(&self.found)?;
        excerpt(reader.builder)
    }

    /// The users who were found, with their groups and roles, and of other groups what policies may name them by.
    ///
    /// # Errors
    /// When anything failed, or shows only in the whole tenant.
    pub async fn finish(mut self) -> Result<Excerpt<DirectorySnapshot>, Unfound> {
        let mut reader = Reader::new(&self.request, &mut self.session, &self.wanted, None);
        reader.add(&self.found)?;
        reader.prove_enabled_is_shown(&self.found)?;
        let linked = reader.groups().await?;
        shown(&linked)?;
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
    /// Asks a few questions, and takes the users of all pages.
    async fn sought(
        &mut self,
        questions: &[String],
        found: &mut BTreeMap<String, Vec<u8>>,
    ) -> Result<(), Fault> {
        let parts = self.session.batch(USERS, questions).await.map_err(Fault::Error)?;
        for (question, part) in questions.iter().zip(parts) {
            // Nobody has the id.
            let Part::Body(body) = part else { continue };
            let take = &mut |reader: &mut Self, json: &[u8]| {
                let user = reader.decoder.decode(json).map_err(|error| reader.undecodable(USERS, &error))?;
                if found.insert(user.id.into_owned(), json.to_vec()).is_none() {
                    count();
                }
                Ok(())
            };
            match question.contains("$filter=") {
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

    /// What came of nobody may be hidden from this application (MG15).
    fn prove_enabled_is_shown(&self, found: &BTreeMap<String, Vec<u8>>) -> Result<(), Fault> {
        let at = self.request.attributes.iter().position(|it| it.source == "accountEnabled");
        let Some(at) = at.filter(|_| !found.is_empty()) else { return Ok(()) };
        let empty =
            |json: &Vec<u8>| self.decoder.decode(json).is_ok_and(|user| user.fields[at] == Field::Empty);
        match found.values().all(empty) {
            true => Err(Fault::Error("`accountEnabled` came of nobody found".to_owned())),
            false => Ok(()),
        }
    }

    /// The groups of these users. Both questions about each of them go together, where nesting counts.
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

    /// The groups of a list whose first page is here.
    async fn groups_of(
        &mut self,
        route: &'static str,
        user: &str,
        part: Part,
    ) -> Result<BTreeSet<String>, Fault> {
        let Part::Body(page) = part else {
            return Err(Fault::Drift(format!("the user `{user}` was found, and is not there")));
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

    /// Puts a user into the groups that are read. Through which groups somebody is in another is not asked for: one
    /// without a name stands for them all, with nobody else in it.
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

/// Who is in a group with hidden members shows only where the whole group does.
fn shown(linked: &[Open]) -> Result<(), Unfound> {
    match linked.iter().find(|group| group.hidden) {
        Some(group) => Err(Unfound(format!("the membership of the group `{}` is hidden", group.name))),
        None => Ok(()),
    }
}

fn excerpt(builder: DirectoryBuilder) -> Result<Excerpt<DirectorySnapshot>, Unfound> {
    builder.excerpt().map_err(|error| Unfound(error.problem))
}

impl From<Fault> for Unfound {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Drift(problem) | Fault::Error(problem) => Self(problem),
            Fault::Stale => Self("its answers contradict each other".to_owned()),
        }
    }
}
