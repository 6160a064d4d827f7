//! Finds accounts and groups by a value. Only objects that have the value are accepted from a filter's answer (S14).

use super::{Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, pause_before_look};
use crate::http::{Call, HttpError, Method};
use crate::model::Field;
use crate::wire::scim::{
    AccountDecoder, Equality, ListWalk, Pick, ScimPath, decode_group, decode_page, list_query,
};
use std::collections::BTreeSet;

/// Resources a page, when a whole list is read.
const PAGE: u32 = 100;

/// What a filter that finds nothing means: some find nothing although there is something (S14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    /// It is believed: a plan was made from a complete read, or whatever comes next shows it.
    Believed,
    /// It is believed of a filter that the profile trusts; otherwise the whole list is read.
    Proven,
}

/// The attribute that links accounts to users, and a user's value of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'l> {
    pub(super) path: &'l ScimPath,
    pub(super) value: &'l str,
}

/// An account that was found by its user name or link.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) active: bool,
}

impl ScimWriter {
    /// The account with this user name, in any case (RFC 7643, 4.1.1), active or not.
    pub(super) async fn named(&self, name: &str) -> Result<Option<Named>, WriteError> {
        let path = ScimPath::parse("userName")?;
        let decoder = AccountDecoder::from_paths(None, std::slice::from_ref(&path));
        let fits = |json: &[u8]| -> Result<Option<Named>, WriteError> {
            let record = decoder.decode(json)?;
            let ours = matches!(record.fields.first(), Some(Field::Text(text)) if text.to_lowercase() == name.to_lowercase());
            let active = record.active.unwrap_or(true);
            Ok(ours.then(|| Named { id: record.id.into_owned(), active }))
        };
        let filter = Equality::new("userName", name).ok();
        let mut found = self.find(List::Users, filter.as_ref(), Nothing::Proven, fits).await?;
        Ok(found.pop())
    }

    /// The account with this link.
    pub(super) async fn linked(&self, link: Link<'_>, nothing: Nothing) -> Result<Option<Named>, WriteError> {
        let Link { path, value } = link;
        let decoder = AccountDecoder::from_paths(Some(path), &[]);
        let fits = |json: &[u8]| -> Result<Option<Named>, WriteError> {
            let record = decoder.decode(json)?;
            let ours = matches!(&record.link, Field::Text(text) if text == value);
            let active = record.active.unwrap_or(true);
            Ok(ours.then(|| Named { id: record.id.into_owned(), active }))
        };
        let filter = filter_name(path).and_then(|name| Equality::new(&name, value).ok());
        let found = self.find(List::Users, filter.as_ref(), nothing, fits).await?;
        only_one(found, || format!("accounts with the link `{value}`"))
    }

    /// The group with this name.
    pub(super) async fn group_named(&self, name: &str) -> Result<Option<String>, WriteError> {
        let fits = |json: &[u8]| -> Result<Option<String>, WriteError> {
            let group = decode_group(json)?;
            Ok((group.display_name == name).then(|| group.id.into_owned()))
        };
        let filter = Equality::new("displayName", name).ok();
        let found = self.find(List::Groups, filter.as_ref(), Nothing::Proven, fits).await?;
        only_one(found, || format!("groups named `{name}`"))
    }

    /// The group with this name, in any case, found by reading the whole list: a filter did not find it, but the service
    /// says that it is there.
    pub(super) async fn group_in_list(&self, name: &str) -> Result<Option<String>, WriteError> {
        let fits = |json: &[u8]| -> Result<Option<String>, WriteError> {
            let group = decode_group(json)?;
            let ours = group.display_name.to_lowercase() == name.to_lowercase();
            Ok(ours.then(|| group.id.into_owned()))
        };
        let found = self.read_whole_list(List::Groups, &fits).await?;
        only_one(found, || format!("groups named `{name}`"))
    }

    /// The members of a group as the list of groups shows them; none if it shows none either.
    pub(super) async fn listed_members(&self, group: &str) -> Result<Option<BTreeSet<String>>, WriteError> {
        let fits = |json: &[u8]| -> Result<Option<BTreeSet<String>>, WriteError> {
            let record = decode_group(json)?;
            let ours = record.id == group && record.shows_members;
            Ok(ours.then(|| record.members.into_iter().map(|id| id.into_owned()).collect()))
        };
        Ok(self.read_whole_list(List::GroupsWithMembers, &fits).await?.pop())
    }

    /// The ids of all objects with a value: found by a filter, or by reading the whole list if the service refuses or
    /// ignores the filter (S15), or it finds nothing and that has to be proven (S14).
    async fn find<T>(
        &self,
        list: List,
        filter: Option<&Equality>,
        nothing: Nothing,
        fits: impl Fn(&[u8]) -> Result<Option<T>, WriteError>,
    ) -> Result<Vec<T>, WriteError> {
        if let Some(filter) = filter
            && let Some(found) = self.filtered(list, filter, &fits).await?
            && (!found.is_empty()
                || nothing == Nothing::Believed
                || self.manners.trusts_filter(filter.attribute()))
        {
            return Ok(found);
        }
        self.read_whole_list(list, &fits).await
    }

    /// The ids that a filter finds; none if the service does not filter.
    async fn filtered<T>(
        &self,
        list: List,
        filter: &Equality,
        fits: &impl Fn(&[u8]) -> Result<Option<T>, WriteError>,
    ) -> Result<Option<Vec<T>>, WriteError> {
        let target = list.address(&list_query(None, None, Some(filter)));
        let answer = match self.service.send(&Call::new(Method::Get, list.kind().list(), target)).await {
            Ok(answer) => answer,
            Err(error) if matches!(error.status(), Some(400 | 403 | 404 | 500 | 501)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let page = decode_page(&answer.body)?;
        let mut found = Vec::new();
        for resource in &page.resources {
            found.extend(fits(resource.get().as_bytes())?);
        }
        let received = page.resources.len() as u64;
        let more = page.total_results.is_some_and(|total| total > received);
        let ignored = more || (found.is_empty() && received > 0);
        Ok((!ignored).then_some(found))
    }

    /// All that fit. A list that changes while it is read is read again: this run may change it itself (S28).
    async fn read_whole_list<T>(
        &self,
        list: List,
        fits: &impl Fn(&[u8]) -> Result<Option<T>, WriteError>,
    ) -> Result<Vec<T>, WriteError> {
        let mut pauses = READ_BACK_PAUSES.into_iter();
        loop {
            match (self.read_list_once(list, fits).await, pauses.next()) {
                (Err(WriteError::Failed(Failure::Incomplete(..))), Some(pause)) => {
                    pause_before_look(pause).await
                }
                (read, _) => return read,
            }
        }
    }

    async fn read_list_once<T>(
        &self,
        list: List,
        fits: &impl Fn(&[u8]) -> Result<Option<T>, WriteError>,
    ) -> Result<Vec<T>, WriteError> {
        let route = list.kind().list();
        let (mut walk, mut found) = (ListWalk::new(self.manners.paging()), Vec::new());
        let (mut size, decoder) = (Some(PAGE), AccountDecoder::from_paths(None, &[]));
        let mut seen = BTreeSet::new();
        loop {
            let target = list.address(&walk.query(size));
            let answer = match self.service.send(&Call::new(Method::Get, route, target)).await {
                // The service takes no `count` (S26).
                Err(error) if walk.is_first() && refuses_count(&error, size) => {
                    size = None;
                    continue;
                }
                answer => answer?,
            };
            let page = decode_page(&answer.body)?;
            let mut new = 0;
            for resource in &page.resources {
                let json = resource.get().as_bytes();
                let id = decoder.decode(json)?.id.into_owned();
                if seen.insert(id) {
                    new += 1;
                    found.extend(fits(json)?);
                }
            }
            let is_last = walk.accept(&page, new);
            if is_last.map_err(|broken| Failure::Incomplete(route, broken.to_string()))? {
                return Ok(found);
            }
        }
    }
}

/// A list, and how much of it is asked for.
#[derive(Clone, Copy, Debug)]
enum List {
    Users,
    /// Without their members, since a group may have very many (S40).
    Groups,
    GroupsWithMembers,
}

impl List {
    fn kind(self) -> Kind {
        match self {
            Self::Users => Kind::User,
            Self::Groups | Self::GroupsWithMembers => Kind::Group,
        }
    }

    fn address(self, query: &str) -> String {
        match self {
            Self::Users => format!("/Users?{query}"),
            Self::Groups => format!("/Groups?{query}&excludedAttributes=members"),
            Self::GroupsWithMembers => format!("/Groups?{query}"),
        }
    }
}

/// Whether a service may refuse the size of a page in this way.
fn refuses_count(error: &HttpError, size: Option<u32>) -> bool {
    size.is_some() && matches!(error.status(), Some(400 | 500))
}

/// A path's name in a filter: plain names only, no URN (S15).
fn filter_name(path: &ScimPath) -> Option<String> {
    let plain = path.schema.is_none() && path.pick == Pick::All;
    plain.then(|| path.to_string())
}

fn only_one<T>(mut found: Vec<T>, what: impl FnOnce() -> String) -> Result<Option<T>, WriteError> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        count => Err(Failure::Several { count, what: what() }.into()),
    }
}
