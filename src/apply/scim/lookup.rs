//! Finds accounts and groups by a value. Only objects that have the value are accepted from a filter's answer (S14).

use super::{Failure, Kind, ScimWriter, WriteError};
use crate::http::{Call, Method};
use crate::model::Field;
use crate::wire::scim::{
    AccountDecoder, Equality, Pick, ScimPath, Step, Walk, decode_group, decode_page, list_query,
};
use std::collections::BTreeSet;

/// Resources a page, when a whole list is read.
const PAGE: u32 = 100;

impl ScimWriter {
    /// The account with this link.
    pub(super) async fn linked(&self, link: &ScimPath, value: &str) -> Result<Option<String>, WriteError> {
        let decoder = AccountDecoder::from_paths(Some(link), &[]);
        let fits = |json: &[u8]| -> Result<Option<String>, WriteError> {
            let record = decoder.decode(json)?;
            let ours = matches!(&record.link, Field::Text(text) if text == value);
            Ok(ours.then(|| record.id.into_owned()))
        };
        let filter = filter_name(link).and_then(|name| Equality::new(&name, value).ok());
        let found = self.find(Kind::User, filter.as_ref(), fits).await?;
        only_one(found, || format!("accounts with the link `{value}`"))
    }

    /// The group with this name.
    pub(super) async fn group_named(&self, name: &str) -> Result<Option<String>, WriteError> {
        let fits = |json: &[u8]| -> Result<Option<String>, WriteError> {
            let group = decode_group(json)?;
            Ok((group.display_name == name).then(|| group.id.into_owned()))
        };
        let filter = Equality::new("displayName", name).ok();
        let found = self.find(Kind::Group, filter.as_ref(), fits).await?;
        only_one(found, || format!("groups named `{name}`"))
    }

    /// The ids of all objects with a value: found by a filter, or by reading the whole list if the service refuses or
    /// ignores the filter (S15).
    async fn find(
        &self,
        kind: Kind,
        filter: Option<&Equality>,
        fits: impl Fn(&[u8]) -> Result<Option<String>, WriteError>,
    ) -> Result<Vec<String>, WriteError> {
        if let Some(filter) = filter
            && let Some(found) = self.filtered(kind, filter, &fits).await?
        {
            return Ok(found);
        }
        self.read_whole_list(kind, &fits).await
    }

    /// The ids that a filter finds; none if the service does not filter.
    async fn filtered(
        &self,
        kind: Kind,
        filter: &Equality,
        fits: &impl Fn(&[u8]) -> Result<Option<String>, WriteError>,
    ) -> Result<Option<Vec<String>>, WriteError> {
        let target = address(kind, &list_query(None, None, Some(filter)));
        let answer = match self.service.send(&Call::new(Method::Get, kind.list(), target)).await {
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

    async fn read_whole_list(
        &self,
        kind: Kind,
        fits: &impl Fn(&[u8]) -> Result<Option<String>, WriteError>,
    ) -> Result<Vec<String>, WriteError> {
        let list = kind.list();
        let (mut walk, mut found) = (Walk::default(), Vec::new());
        let (decoder, mut seen) = (AccountDecoder::from_paths(None, &[]), BTreeSet::new());
        loop {
            let target = address(kind, &list_query(Some(walk.start_index()), Some(PAGE), None));
            let answer = self.service.send(&Call::new(Method::Get, list, target)).await?;
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
            let step = walk.accept(page.resources.len() as u64, new, page.total_results);
            match step.map_err(|broken| Failure::Incomplete(list, broken.to_string()))? {
                Step::Done => return Ok(found),
                Step::Next(_) => {}
            }
        }
    }
}

/// The URL of a list. Of groups, only names are requested, because a group may have very many members (S40).
fn address(kind: Kind, query: &str) -> String {
    match kind {
        Kind::User => format!("/Users?{query}"),
        Kind::Group => format!("/Groups?{query}&excludedAttributes=members"),
    }
}

/// A path's name in a filter: plain names only, no URN (S15).
fn filter_name(path: &ScimPath) -> Option<String> {
    let plain = path.schema.is_none() && path.pick == Pick::All;
    plain.then(|| path.to_string())
}

fn only_one(mut found: Vec<String>, what: impl FnOnce() -> String) -> Result<Option<String>, WriteError> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        count => Err(Failure::Several { count, what: what() }.into()),
    }
}
