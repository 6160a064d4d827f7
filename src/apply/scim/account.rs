//! Creating, changing, deactivating and deleting accounts.

use super::{Created, Failure, Kind, PATIENCE, STARTS, ScimWriter, WriteError, Written, etag, json};
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::{AttributePath, Field, Value};
use crate::wire::scim::{AccountDecoder, AccountRecord, ScimPath, account_patch, create_body, same};
use tokio::time::sleep;

/// An attribute and the value that it has or shall have; none: empty.
type Expectation = (AttributePath, Option<Value>);

/// What an account shall hold after a change, compiled.
struct Wanted<'w> {
    names: Vec<&'w str>,
    paths: Vec<ScimPath>,
    values: Vec<Option<&'w Value>>,
    active: Option<bool>,
    decoder: AccountDecoder,
}

impl ScimWriter {
    /// Creates an account with these attributes and the link, unless one with the link is there (threat E11).
    ///
    /// # Errors
    /// When the service refuses, several accounts have the link, or the answer was lost and no account with the link
    /// shows.
    pub async fn create(
        &self,
        attributes: &[(AttributePath, Value)],
        link: (&AttributePath, &str),
        active: bool,
    ) -> Result<Created, WriteError> {
        let link_value = Value::Text(link.1.to_owned());
        let all = attributes.iter().map(|(path, value)| (path, Some(value)));
        let wanted = Wanted::new(all.chain([(link.0, Some(&link_value))]), Some(active))?;
        let body = wanted.body(active)?;
        let link_path = ScimPath::parse(&link.0.path)?;
        let call = Call::new(Method::Post, Kind::User.list(), Kind::User.list()).body(&body);
        let mut starts = 1;
        loop {
            if let Some(id) = self.linked(&link_path, link.1).await? {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
            match self.service.send(&call).await {
                Ok(answer) => return self.created(&wanted, &answer, &link_path, link.1).await,
                Err(error) if error.wants_pause() && starts < STARTS => starts += 1,
                Err(error) => return self.perhaps_created(error, &link_path, link.1).await,
            }
        }
    }

    /// Changes attributes (none: clears one) and whether the account is active, if it still holds what the plan
    /// expected.
    ///
    /// What an earlier, interrupted run has changed already counts as expected.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account holds something else or is gone; [`Failure::NotKept`] when the service
    /// does not do as it says.
    pub async fn update(
        &self,
        id: &str,
        expected: &[Expectation],
        changes: &[Expectation],
        active: Option<bool>,
    ) -> Result<Written, WriteError> {
        let wanted = Wanted::new(changes.iter().map(|(path, value)| (path, value.as_ref())), active)?;
        let before = Wanted::new(expected.iter().map(|(path, value)| (path, value.as_ref())), None)?;
        let mut starts = 1;
        loop {
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            before.check(&answer, &wanted)?;
            let Some(call) = self.patch_call(id, &answer, &wanted)? else { return Ok(Written::AlreadySo) };
            match self.service.send(&call).await {
                Ok(_) => return self.kept(id, &wanted, None).await,
                Err(error) if error.wants_pause() && starts < STARTS => starts += 1,
                Err(error) if error.outcome_unknown() => return self.kept(id, &wanted, Some(error)).await,
                Err(error) if error.status() == Some(404) => return Err(gone(id)),
                Err(error) if error.status() == Some(412) => return Err(modified()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Bars an account's sign-in. One that is gone is barred (S36).
    ///
    /// # Errors
    /// When the service refuses, or a fresh read shows the account active (threat F7).
    pub async fn deactivate(&self, id: &str) -> Result<Written, WriteError> {
        match self.update(id, &[], &[], Some(false)).await {
            Err(WriteError::Stale { attribute, .. }) if attribute == "id" => Ok(Written::AlreadySo),
            other => other,
        }
    }

    /// Deletes an account. One that is gone is deleted (S36); some services keep it, inactive (S49).
    ///
    /// # Errors
    /// When the service refuses, or a fresh read shows the account active.
    pub async fn delete(&self, id: &str) -> Result<Written, WriteError> {
        let error = match self.service.send(&self.call(Method::Delete, Kind::User, id)?).await {
            Ok(_) => None,
            Err(error) if matches!(error.status(), Some(404 | 410)) => return Ok(Written::AlreadySo),
            Err(error) if error.outcome_unknown() => Some(error),
            Err(error) => return Err(error.into()),
        };
        let decoder = AccountDecoder::from_paths(None, &[]);
        for pause in PATIENCE {
            let Some(answer) = self.get(Kind::User, id).await? else { return Ok(Written::Changed) };
            if decoder.decode(&answer.body)?.active == Some(false) && error.is_none() {
                return Ok(Written::Changed);
            }
            sleep(pause).await;
        }
        Err(error.map_or_else(|| Failure::NotKept(vec!["id".to_owned()]).into(), WriteError::Unknown))
    }

    /// The account that a successful answer speaks of, and what it did not keep.
    async fn created(
        &self,
        wanted: &Wanted<'_>,
        answer: &Answer,
        link: &ScimPath,
        value: &str,
    ) -> Result<Created, WriteError> {
        let id = match wanted.decoder.decode(&answer.body) {
            Ok(record) => record.id.into_owned(),
            Err(error) => self.linked(link, value).await?.ok_or(error)?,
        };
        // The account is there; that it cannot be read back right now does not undo that.
        let shown = self.get(Kind::User, &id).await.ok().flatten();
        let record = wanted.decoder.decode(&shown.as_ref().unwrap_or(answer).body)?;
        Ok(Created { dropped: wanted.missing(&record), id, found: false })
    }

    /// After a create that was not answered with success: ours, if an account with the link is there (S20). Never
    /// repeated.
    async fn perhaps_created(
        &self,
        error: HttpError,
        link: &ScimPath,
        value: &str,
    ) -> Result<Created, WriteError> {
        if error.status() != Some(409) && !error.outcome_unknown() {
            return Err(error.into());
        }
        for pause in PATIENCE {
            if let Some(id) = self.linked(link, value).await? {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
            if !error.outcome_unknown() {
                return Err(error.into());
            }
            sleep(pause).await;
        }
        Err(WriteError::Unknown(error))
    }

    /// The PATCH that changes what differs; none when nothing does.
    fn patch_call(&self, id: &str, answer: &Answer, wanted: &Wanted<'_>) -> Result<Option<Call>, WriteError> {
        let account = json(answer, "a user")?;
        let record = wanted.decoder.decode(&answer.body)?;
        let differing: Vec<_> =
            wanted.differing(&record).map(|at| (&wanted.paths[at], wanted.values[at])).collect();
        let active = wanted.active.filter(|active| record.active != Some(*active));
        let Some(body) = account_patch(&account, &differing, active)? else { return Ok(None) };
        let call = self.call(Method::Patch, Kind::User, id)?;
        Ok(Some(call.body(&body).if_match(etag(answer, &account))))
    }

    /// Whether a fresh read shows what was written (S29). `lost` is what became of the answer, where there was none.
    async fn kept(
        &self,
        id: &str,
        wanted: &Wanted<'_>,
        lost: Option<HttpError>,
    ) -> Result<Written, WriteError> {
        let mut missing = Vec::new();
        for pause in PATIENCE {
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            missing = wanted.missing(&wanted.decoder.decode(&answer.body)?);
            if missing.is_empty() {
                return Ok(Written::Changed);
            }
            sleep(pause).await;
        }
        Err(lost.map_or_else(|| Failure::NotKept(missing).into(), WriteError::Unknown))
    }
}

impl<'w> Wanted<'w> {
    fn new(
        attributes: impl Iterator<Item = (&'w AttributePath, Option<&'w Value>)>,
        active: Option<bool>,
    ) -> Result<Self, WriteError> {
        let (mut names, mut paths, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (attribute, value) in attributes {
            names.push(attribute.name.as_str());
            paths.push(ScimPath::parse(&attribute.path)?);
            values.push(value);
        }
        let decoder = AccountDecoder::from_paths(None, &paths);
        Ok(Self { names, paths, values, active, decoder })
    }

    fn body(&self, active: bool) -> Result<serde_json::Value, WriteError> {
        let pairs = self.paths.iter().zip(&self.values);
        let given: Vec<_> = pairs.filter_map(|(path, value)| value.map(|value| (path, value))).collect();
        Ok(create_body(&given, active)?)
    }

    /// The places of what a record holds otherwise.
    fn differing(&self, record: &AccountRecord<'_>) -> impl Iterator<Item = usize> {
        (0..self.names.len()).filter(|&at| !same(&record.fields[at], self.values[at]))
    }

    /// The names of what a record lacks. An application that does not say whether an account is active has it active
    /// (S13).
    fn missing(&self, record: &AccountRecord<'_>) -> Vec<String> {
        let active = self.active.is_none_or(|active| record.active.unwrap_or(true) == active);
        let mut names: Vec<_> = self.differing(record).map(|at| self.names[at].to_owned()).collect();
        names.extend((!active).then(|| "active".to_owned()));
        names
    }

    /// Whether an account holds what is expected, or already what is wanted instead.
    fn check(&self, answer: &Answer, wanted: &Wanted<'_>) -> Result<(), WriteError> {
        let found = self.decoder.decode(&answer.body)?;
        let stale = self.differing(&found).find(|&at| {
            let planned = wanted.paths.iter().position(|path| *path == self.paths[at]);
            !planned.is_some_and(|planned| same(&found.fields[at], wanted.values[planned]))
        });
        stale.map_or(Ok(()), |at| {
            Err(WriteError::Stale {
                attribute: self.names[at].to_owned(),
                expected: self.values[at].map(ToString::to_string),
                found: text(&found.fields[at]),
            })
        })
    }
}

fn text(field: &Field<'_>) -> Option<String> {
    match field {
        Field::Empty => None,
        Field::Text(text) => Some(text.clone().into_owned()),
        Field::Boolean(value) => Some(value.to_string()),
        Field::List(texts) => Some(texts.join(", ")),
    }
}

fn gone(id: &str) -> WriteError {
    WriteError::Stale { attribute: "id".to_owned(), expected: Some(id.to_owned()), found: None }
}

/// `If-Match` failed: someone wrote between our read and our write.
fn modified() -> WriteError {
    WriteError::Stale { attribute: "meta.version".to_owned(), expected: None, found: None }
}
