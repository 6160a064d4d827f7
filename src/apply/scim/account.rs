//! Creating, changing, deactivating and deleting accounts.

use super::{
    ATTEMPTS, Created, Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, WriteOutcome, etag, json,
};
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::{AttributePath, Field, Value};
use crate::wire::scim::{AccountDecoder, AccountRecord, ScimPath, account_patch, create_body, same};
use tokio::time::sleep;

/// An attribute and its value before or after a change; none: empty.
type AttributeValue = (AttributePath, Option<Value>);

/// Attributes with their paths and values, and a decoder for them.
struct AttributeValues<'w> {
    names: Vec<&'w str>,
    paths: Vec<ScimPath>,
    values: Vec<Option<&'w Value>>,
    active: Option<bool>,
    decoder: AccountDecoder,
}

impl ScimWriter {
    /// Creates an account with these attributes, linked to a user's id, unless an account with the link exists (threat E11).
    ///
    /// # Errors
    /// The service refuses, several accounts have the link, or the answer was lost and no account with the link
    /// appears.
    pub async fn create(
        &self,
        attributes: &[(AttributePath, Value)],
        link: &AttributePath,
        user: &str,
        active: bool,
    ) -> Result<Created, WriteError> {
        let link_value = Value::Text(user.to_owned());
        let all = attributes.iter().map(|(path, value)| (path, Some(value)));
        let wanted = AttributeValues::new(all.chain([(link, Some(&link_value))]), Some(active))?;
        let body = wanted.body(active)?;
        let link_path = ScimPath::parse(&link.path)?;
        let call = Call::new(Method::Post, Kind::User.list(), Kind::User.list()).body(&body);
        let mut attempts = 1;
        loop {
            if let Some(id) = self.linked(&link_path, user).await? {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
            match self.service.send(&call).await {
                Ok(answer) => return self.confirm_created(&wanted, &answer, &link_path, user).await,
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => attempts += 1,
                Err(error) => return self.find_created(error, &link_path, user).await,
            }
        }
    }

    /// Changes attributes (none clears one) and whether the account is active, if the account still has the expected
    /// values.
    ///
    /// A value that an interrupted earlier run has already changed counts as expected.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account has another value or does not exist any more; [`Failure::NotStored`] if the
    /// service reports success without storing the values.
    pub async fn update(
        &self,
        id: &str,
        expected: &[AttributeValue],
        changes: &[AttributeValue],
        active: Option<bool>,
    ) -> Result<WriteOutcome, WriteError> {
        let wanted =
            AttributeValues::new(changes.iter().map(|(path, value)| (path, value.as_ref())), active)?;
        let before = AttributeValues::new(expected.iter().map(|(path, value)| (path, value.as_ref())), None)?;
        let mut attempts = 1;
        loop {
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            before.check(&answer, &wanted)?;
            let Some(call) = self.patch_call(id, &answer, &wanted)? else {
                return Ok(WriteOutcome::Unchanged);
            };
            match self.service.send(&call).await {
                Ok(_) => return self.read_back(id, &wanted, None).await,
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => attempts += 1,
                Err(error) if error.outcome_unknown() => {
                    return self.read_back(id, &wanted, Some(error)).await;
                }
                Err(error) if error.status() == Some(404) => return Err(gone(id)),
                Err(error) if error.status() == Some(412) => return Err(modified()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Deactivates an account. An account that does not exist any more counts as deactivated (S36).
    ///
    /// # Errors
    /// The service refuses, or a fresh read shows the account active (threat F7).
    pub async fn deactivate(&self, id: &str) -> Result<WriteOutcome, WriteError> {
        match self.update(id, &[], &[], Some(false)).await {
            Err(WriteError::Stale { attribute, .. }) if attribute == "id" => Ok(WriteOutcome::Unchanged),
            other => other,
        }
    }

    /// Deletes an account. An account that does not exist any more counts as deleted (S36); some services keep it,
    /// inactive (S49).
    ///
    /// # Errors
    /// The service refuses, or a fresh read shows the account active.
    pub async fn delete(&self, id: &str) -> Result<WriteOutcome, WriteError> {
        let error = match self.service.send(&self.call(Method::Delete, Kind::User, id)?).await {
            Ok(_) => None,
            Err(error) if matches!(error.status(), Some(404 | 410)) => return Ok(WriteOutcome::Unchanged),
            Err(error) if error.outcome_unknown() => Some(error),
            Err(error) => return Err(error.into()),
        };
        let decoder = AccountDecoder::from_paths(None, &[]);
        for pause in READ_BACK_PAUSES {
            let Some(answer) = self.get(Kind::User, id).await? else { return Ok(WriteOutcome::Changed) };
            if decoder.decode(&answer.body)?.active == Some(false) && error.is_none() {
                return Ok(WriteOutcome::Changed);
            }
            sleep(pause).await;
        }
        Err(error.map_or_else(|| Failure::NotStored(vec!["id".to_owned()]).into(), WriteError::Unknown))
    }

    /// The account in a successful answer, and the attributes that the application did not store.
    async fn confirm_created(
        &self,
        wanted: &AttributeValues<'_>,
        answer: &Answer,
        link: &ScimPath,
        value: &str,
    ) -> Result<Created, WriteError> {
        let id = match wanted.decoder.decode(&answer.body) {
            Ok(record) => record.id.into_owned(),
            Err(error) => self.linked(link, value).await?.ok_or(error)?,
        };
        // The account exists, even if it cannot be read back right now.
        let shown = self.get(Kind::User, &id).await.ok().flatten();
        let record = wanted.decoder.decode(&shown.as_ref().unwrap_or(answer).body)?;
        Ok(Created { dropped: wanted.missing(&record), id, found: false })
    }

    /// After a create without a success answer: the account with the link, if there is one (S20). The create is never
    /// repeated.
    async fn find_created(
        &self,
        error: HttpError,
        link: &ScimPath,
        value: &str,
    ) -> Result<Created, WriteError> {
        if error.status() != Some(409) && !error.outcome_unknown() {
            return Err(error.into());
        }
        for pause in READ_BACK_PAUSES {
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

    /// The PATCH for the values that differ; none if no value differs.
    fn patch_call(
        &self,
        id: &str,
        answer: &Answer,
        wanted: &AttributeValues<'_>,
    ) -> Result<Option<Call>, WriteError> {
        let account = json(answer, "a user")?;
        let record = wanted.decoder.decode(&answer.body)?;
        let differing: Vec<_> =
            wanted.differing(&record).map(|at| (&wanted.paths[at], wanted.values[at])).collect();
        let active = wanted.active.filter(|active| record.active != Some(*active));
        let Some(body) = account_patch(&account, &differing, active)? else { return Ok(None) };
        let call = self.call(Method::Patch, Kind::User, id)?;
        Ok(Some(call.body(&body).if_match(etag(answer, &account))))
    }

    /// Whether a fresh read shows what was written (S29). `lost` is the error, if the answer to the write was lost.
    async fn read_back(
        &self,
        id: &str,
        wanted: &AttributeValues<'_>,
        lost: Option<HttpError>,
    ) -> Result<WriteOutcome, WriteError> {
        let mut missing = Vec::new();
        for pause in READ_BACK_PAUSES {
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            missing = wanted.missing(&wanted.decoder.decode(&answer.body)?);
            if missing.is_empty() {
                return Ok(WriteOutcome::Changed);
            }
            sleep(pause).await;
        }
        Err(lost.map_or_else(|| Failure::NotStored(missing).into(), WriteError::Unknown))
    }
}

impl<'w> AttributeValues<'w> {
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

    /// The indices of the values that differ from a record.
    fn differing(&self, record: &AccountRecord<'_>) -> impl Iterator<Item = usize> {
        (0..self.names.len()).filter(|&at| !same(&record.fields[at], self.values[at]))
    }

    /// The names of the values that differ from a record. If an application does not say whether an account is active,
    /// the account counts as active (S13).
    fn missing(&self, record: &AccountRecord<'_>) -> Vec<String> {
        let active = self.active.is_none_or(|active| record.active.unwrap_or(true) == active);
        let mut names: Vec<_> = self.differing(record).map(|at| self.names[at].to_owned()).collect();
        names.extend((!active).then(|| "active".to_owned()));
        names
    }

    /// Checks that an account has the expected values, or already the new ones.
    fn check(&self, answer: &Answer, wanted: &AttributeValues<'_>) -> Result<(), WriteError> {
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

/// `If-Match` failed: the object was changed between our read and our write.
fn modified() -> WriteError {
    WriteError::Stale { attribute: "meta.version".to_owned(), expected: None, found: None }
}
