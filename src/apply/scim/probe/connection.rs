//! Calls about the throw-away user.

use super::attributes::{DISPLAY_NAME, Tested};
use super::change::Change;
use super::request::ProbeRequest;
use crate::http::{Answer, Call, HttpError, Method, Service};
use crate::model::{DescribedAttribute, Field, UpdateMethod, Value};
use crate::wire::scim::{
    AccountDecoder, Equality, MEDIA_TYPE, ScimPath, account_patch, create_body, described_attributes,
    list_query, segment,
};
use serde_json::{Value as Json, json};

/// A service, by which only the throw-away user and group are written.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) service: Service,
}

/// What a user shows of the tested attributes, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown(Vec<Option<String>>);

impl Shown {
    /// The value at a place.
    pub(super) fn value(&self, place: usize) -> Option<String> {
        self.0.get(place).cloned().flatten()
    }
}

impl Connection {
    pub(super) fn new(request: &ProbeRequest<'_>) -> Result<Self, HttpError> {
        let ProbeRequest { url, sign_in, addresses, limits, .. } = request;
        Ok(Self { service: Service::signed_in(url, sign_in, MEDIA_TYPE, *limits, addresses)? })
    }

    /// The attributes that the service describes; none where it does not.
    pub(super) async fn described(&self) -> Vec<DescribedAttribute> {
        let answer = self.service.send(&Call::new(Method::Get, "/Schemas", "/Schemas")).await.ok();
        answer.and_then(|answer| described_attributes(&answer.body)).unwrap_or_default()
    }

    /// Creates the user.
    pub(super) async fn create(&self, tested: &[Tested], essential_only: bool) -> Result<Answer, HttpError> {
        let these = tested.iter().filter(|one| one.essential || !essential_only);
        let values: Vec<(&ScimPath, &Value)> = these.map(|one| (&one.path, &one.first)).collect();
        let body = whole(&values, true)?;
        self.service.send(&Call::new(Method::Post, "/Users", "/Users").body(&body)).await
    }

    /// The id of the one user with this name. A service that ignores the filter finds nobody.
    pub(super) async fn find(&self, name: &str) -> Option<String> {
        let query = list_query(None, None, Some(&Equality::new("userName", name).ok()?));
        let answer = self.service.send(&Call::new(Method::Get, "/Users", format!("/Users?{query}"))).await;
        let page: Json = serde_json::from_slice(&answer.ok()?.body).ok()?;
        match page.get("Resources")?.as_array()?.as_slice() {
            [user] if user.get("userName")?.as_str()?.eq_ignore_ascii_case(name) => {
                Some(user.get("id")?.as_str()?.to_owned())
            }
            _ => None,
        }
    }

    /// The id in an answer.
    pub(super) fn id(&self, body: &[u8]) -> Option<String> {
        let decoder = AccountDecoder::from_paths(None, &[]);
        decoder.decode(body).ok().map(|record| record.id.into_owned())
    }

    /// The user as it is now.
    pub(super) async fn user(&self, id: &str) -> Result<Answer, HttpError> {
        self.service.send(&Call::new(Method::Get, "/Users/{id}", target("/Users", id)?)).await
    }

    /// What a user shows of the tested attributes.
    pub(super) fn shown(&self, body: &[u8], tested: &[Tested]) -> Shown {
        let paths: Vec<ScimPath> = tested.iter().map(|one| one.path.clone()).collect();
        let decoder = AccountDecoder::from_paths(None, &paths);
        let Ok(record) = decoder.decode(body) else { return Shown(vec![None; tested.len()]) };
        let shown = record.fields.iter().map(|field| match field {
            Field::Empty => None,
            Field::Text(text) => Some(text.clone().into_owned()),
            Field::Boolean(value) => Some(value.to_string()),
            Field::List(texts) => Some(texts.join(", ")),
        });
        Shown(shown.collect())
    }

    /// Whether the user may sign in; none: it does not say.
    pub(super) async fn active(&self, id: &str) -> Result<Option<bool>, HttpError> {
        let answer = self.user(id).await?;
        let record = AccountDecoder::from_paths(None, &[]).decode(&answer.body).map(|record| record.active);
        Ok(record.unwrap_or_default())
    }

    /// The user's ETag, by the header or `meta.version` (RFC 7644, 3.14).
    pub(super) async fn etag(&self, id: &str) -> Result<Option<String>, HttpError> {
        let answer = self.user(id).await?;
        let user: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
        let version = user.pointer("/meta/version").and_then(Json::as_str).map(ToOwned::to_owned);
        Ok(answer.etag.or(version))
    }

    /// The body that makes a change.
    pub(super) async fn body(
        &self,
        method: UpdateMethod,
        id: &str,
        tested: &[Tested],
        change: Change,
    ) -> Result<Json, HttpError> {
        let active = if let Change::Active(active) = change { Some(active) } else { None };
        match method {
            UpdateMethod::Patch => {
                let user: Json = serde_json::from_slice(&self.user(id).await?.body).unwrap_or_default();
                let places = tested.iter().enumerate().filter(|(place, one)| change.is_of(*place, one));
                let values: Vec<(&ScimPath, Option<&Value>)> = places
                    .map(|(_, one)| {
                        (&one.path, Some(if change.is_back() { &one.first } else { &one.second }))
                    })
                    .collect();
                let patch = account_patch(&user, &values, active);
                Ok(patch.map_err(|error| unsent(&error))?.unwrap_or_else(|| json!({})))
            }
            UpdateMethod::Put => {
                let left = tested.iter().enumerate();
                let left = left.filter(|(_, one)| one.essential || !matches!(change, Change::Essential));
                let values: Vec<(&ScimPath, &Value)> = left
                    .map(|(place, one)| {
                        let back = change.is_back() && place == DISPLAY_NAME;
                        (&one.path, if back { &one.first } else { &one.second })
                    })
                    .collect();
                let mut body = whole(&values, active.unwrap_or(true))?;
                body["id"] = id.into();
                Ok(body)
            }
        }
    }

    /// Makes a change.
    pub(super) async fn update(
        &self,
        method: UpdateMethod,
        id: &str,
        tested: &[Tested],
        change: Change,
        etag: Option<String>,
    ) -> Result<Answer, HttpError> {
        let body = self.body(method, id, tested, change).await?;
        let verb = match method {
            UpdateMethod::Patch => Method::Patch,
            UpdateMethod::Put => Method::Put,
        };
        let call = Call::new(verb, "/Users/{id}", target("/Users", id)?).body(&body);
        self.service.send(&call.if_match(etag)).await
    }
}

/// An object below a list.
pub(super) fn target(list: &str, id: &str) -> Result<String, HttpError> {
    Ok(format!("{list}/{}", segment(id).map_err(|error| unsent(&error))?))
}

fn whole(values: &[(&ScimPath, &Value)], active: bool) -> Result<Json, HttpError> {
    create_body(values, active).map_err(|error| unsent(&error))
}

/// A request that cannot be made.
fn unsent(error: &dyn std::error::Error) -> HttpError {
    HttpError::Client(error.to_string())
}
