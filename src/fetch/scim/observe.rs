//! Looks what a SCIM service can do, by reading alone: what it says of itself, filters, paging.

use crate::http::{Call, HttpError, Method, Service};
use crate::model::{FilterTrial, Hits, IdPage, PagingTrial, ScimReads, Tried};
use crate::wire::scim::{Equality, cursor_query, described_attributes, list_query, service_claims};
use serde_json::Value as Json;

/// A value that nobody has. Services that put filters into SQL fail at the apostrophe.
const NOBODY: &str = "rolewright-doctor o'nobody";

/// Looks what a service can do.
///
/// # Errors
/// When not even one user can be listed: the service cannot be read.
pub(in crate::fetch) async fn observe(service: &Service) -> Result<ScimReads, HttpError> {
    let (look, first) = Look::at(service).await?;
    let claims = look.document("/ServiceProviderConfig").await.and_then(|body| service_claims(&body));
    let described = look.document("/Schemas").await.and_then(|body| described_attributes(&body));
    let user = first.resources.first().cloned().unwrap_or_default();
    let group = look.first("/Groups").await;
    let cursor = match claims.and_then(|claims| claims.cursor) {
        Some(true) => Some(look.by_cursor().await),
        Some(false) | None => None,
    };
    let second = look.page(2).await.map(|page| page.ids());
    let paging = PagingTrial { first: first.ids(), second: second.map_err(|error| brief(&error)), cursor };
    Ok(ScimReads {
        claims,
        described,
        filters: vec![
            look.filter("/Users", "userName", &user).await,
            look.filter("/Users", "externalId", &user).await,
            look.filter("/Groups", "displayName", &group).await,
        ],
        paging: Some(paging),
    })
}

struct Look<'s> {
    service: &'s Service,
    /// Whether the service takes `count` (S26).
    counts: bool,
}

/// One page of any list, tolerantly read.
#[derive(Default)]
struct Listed {
    resources: Vec<Json>,
    total: Option<u64>,
    next: Option<String>,
}

impl Listed {
    fn of(body: &[u8]) -> Self {
        let page: Json = serde_json::from_slice(body).unwrap_or_default();
        Self {
            resources: page.get("Resources").and_then(Json::as_array).cloned().unwrap_or_default(),
            total: page.get("totalResults").and_then(Json::as_u64),
            next: page.get("nextCursor").and_then(Json::as_str).map(ToOwned::to_owned),
        }
    }

    fn ids(&self) -> IdPage {
        let ids = self.resources.iter().filter_map(|resource| text(resource, "id").map(ToOwned::to_owned));
        IdPage { ids: ids.collect(), total: self.total }
    }
}

impl<'s> Look<'s> {
    /// The first user; all of them, where the service refuses to list one.
    async fn at(service: &'s Service) -> Result<(Self, Listed), HttpError> {
        let look = Self { service, counts: true };
        match look.page(1).await {
            Err(HttpError::Status { status: 400 | 500, .. }) => {
                let look = Self { service, counts: false };
                let first = look.page(1).await?;
                Ok((look, first))
            }
            first => Ok((look, first?)),
        }
    }
}

impl Look<'_> {
    /// A document of the service about itself; none where it has none.
    async fn document(&self, route: &'static str) -> Option<Vec<u8>> {
        self.service.send(&Call::new(Method::Get, route, route)).await.ok().map(|answer| answer.body)
    }

    async fn list(&self, list: &'static str, query: &str) -> Result<Listed, HttpError> {
        let answer = self.service.send(&Call::new(Method::Get, list, format!("{list}?{query}"))).await?;
        Ok(Listed::of(&answer.body))
    }

    /// Users from this one on: one, where the service takes `count`.
    async fn page(&self, start: u64) -> Result<Listed, HttpError> {
        self.list("/Users", &self.query(start)).await
    }

    fn query(&self, start: u64) -> String {
        list_query(Some(start), self.counts.then_some(1), None)
    }

    async fn first(&self, list: &'static str) -> Json {
        let listed = self.list(list, &self.query(1)).await.unwrap_or_default();
        listed.resources.first().cloned().unwrap_or_default()
    }

    /// The first page and the one that its cursor leads to (RFC 9865, 2).
    async fn by_cursor(&self) -> Tried<(IdPage, IdPage)> {
        let page = async |cursor: Option<&str>| {
            self.list("/Users", &cursor_query(cursor, Some(1))).await.map_err(|error| brief(&error))
        };
        let first = page(None).await?;
        let next = first.next.as_deref().ok_or("the first page has no `nextCursor`")?;
        let second = page(Some(next)).await?;
        Ok((first.ids(), second.ids()))
    }

    async fn filter(&self, list: &'static str, attribute: &'static str, example: &Json) -> FilterTrial {
        let known = match (text(example, attribute), text(example, "id")) {
            (Some(value), Some(id)) => Some(self.hits(list, attribute, value, id).await),
            _ => None,
        };
        FilterTrial { attribute, known, nobody: self.hits(list, attribute, NOBODY, "").await }
    }

    async fn hits(&self, list: &'static str, attribute: &str, value: &str, id: &str) -> Tried<Hits> {
        let filter = Equality::new(attribute, value).map_err(|error| error.to_string())?;
        let query = list_query(None, None, Some(&filter));
        let found = self.list(list, &query).await.map_err(|error| brief(&error))?.ids().ids;
        Ok(Hits { count: found.len(), it: found.iter().any(|found| found == id) })
    }
}

/// An error without the service's words: these may name the people who were asked for, and a profile is committed.
fn brief(error: &HttpError) -> String {
    match error.status() {
        Some(status) => format!("the service returns {status}"),
        None => "the service does not answer".to_owned(),
    }
}

/// A text of a resource, by name ignoring case; none where it is empty.
fn text<'j>(resource: &'j Json, name: &str) -> Option<&'j str> {
    let mut members = resource.as_object()?.iter();
    let (_, value) = members.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.as_str().filter(|text| !text.is_empty())
}
