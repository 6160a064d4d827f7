//! Creating, deactivating and deleting accounts.

use super::attribute_values::AttributeValues;
use super::lookup::{Link, Named, Nothing};
use super::{
    ATTEMPTS, Created, Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, WriteOutcome,
    pause_before_look,
};
use crate::execution::HeldValue;
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::{AttributePath, Value};
use crate::wire::scim::{AccountDecoder, ScimPath};

impl ScimWriter {
    /// Creates an account with these attributes, linked to a user's id, unless an account with the link exists (threat E11).
    /// A link that the ledger remembers is not written; such an account is known by what was sent.
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
        let link = Some(link).filter(|link| !link.is_in_ledger());
        let all = attributes.iter().map(|(path, value)| (path, Some(value)));
        let wanted =
            AttributeValues::new(all.chain(link.map(|link| (link, Some(&link_value)))), Some(active))?;
        let body = wanted.body(active)?;
        let path = link.map(|link| ScimPath::parse(&link.path)).transpose()?;
        let link = path.as_ref().map(|path| Link { path, value: user });
        let call = Call::new(Method::Post, Kind::User.list(), Kind::User.list()).body(&body);
        let mut attempts = 1;
        loop {
            // A plan is made from a complete read, so that only a service of which nothing is known is asked again.
            if !self.manners.created_whole()
                && self.manners.reads_back()
                && let Some(link) = link
                && let Some(Named { id, .. }) = self.linked(link, Nothing::Believed).await?
            {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
            match self.service.send(&call).await {
                Ok(answer) => {
                    let created = self.confirm_created(&wanted, &answer, link).await;
                    return created.map_err(WriteError::after_write);
                }
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => attempts += 1,
                Err(error) if error.status() == Some(409) => {
                    return self.find_rival(error, &wanted, attributes, link).await;
                }
                Err(error) if !error.outcome_unknown() => return Err(error.into()),
                Err(error) => {
                    let found = self.find_created(error, &wanted, link).await;
                    return found.map_err(WriteError::after_write);
                }
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
        if error.is_none() && (self.manners.delete_removes() || !self.manners.reads_back()) {
            return Ok(WriteOutcome::Changed);
        }
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let shown = self.get(Kind::User, id).await.map_err(WriteError::after_write)?;
            let Some(answer) = shown else { return Ok(WriteOutcome::Changed) };
            let record =
                decoder.decode(&answer.body).map_err(|error| WriteError::from(error).after_write())?;
            if record.active == Some(false) && error.is_none() {
                return Ok(WriteOutcome::Changed);
            }
        }
        Err(error.map_or_else(|| Failure::NotStored(vec!["id".to_owned()]).into(), WriteError::Unknown))
    }

    /// The account in a successful answer, and the attributes that the application did not store.
    async fn confirm_created(
        &self,
        wanted: &AttributeValues<'_>,
        answer: &Answer,
        link: Option<Link<'_>>,
    ) -> Result<Created, WriteError> {
        let id = match wanted.decoder.decode(&answer.body) {
            Ok(record) => record.id.into_owned(),
            Err(error) => self.made(wanted, link).await?.ok_or(error)?,
        };
        if !self.manners.reads_back() {
            return Ok(Created { id, found: false, dropped: Vec::new() });
        }
        if self.manners.created_whole() {
            let missing = wanted.missing(&wanted.decoder.decode(&answer.body)?);
            if missing.is_empty() {
                return Ok(Created { id, found: false, dropped: missing });
            }
        }
        // The account exists, even if it cannot be read back right now. Its rights come next, so it is waited for.
        let shown = self.appeared(Kind::User, &id).await;
        let record = wanted.decoder.decode(&shown.as_ref().unwrap_or(answer).body)?;
        Ok(Created { dropped: wanted.missing(&record), id, found: false })
    }

    /// The account that a create made: the one with the link or, where only the ledger remembers links, the one that has the
    /// user name and everything else that was sent.
    async fn made(
        &self,
        wanted: &AttributeValues<'_>,
        link: Option<Link<'_>>,
    ) -> Result<Option<String>, WriteError> {
        if let Some(link) = link {
            return Ok(self.linked(link, Nothing::Proven).await?.map(|found| found.id));
        }
        let name = wanted.text_of("userName");
        let Some(Named { id, .. }) = self.named(name.as_deref().unwrap_or_default()).await? else {
            return Ok(None);
        };
        let Some(answer) = self.get(Kind::User, &id).await? else { return Ok(None) };
        Ok(wanted.missing(&wanted.decoder.decode(&answer.body)?).is_empty().then_some(id))
    }

    /// After a create without a success answer: the account that it made, if there is one (S20). The create is never
    /// repeated.
    async fn find_created(
        &self,
        error: HttpError,
        wanted: &AttributeValues<'_>,
        link: Option<Link<'_>>,
    ) -> Result<Created, WriteError> {
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            if let Some(id) = self.made(wanted, link).await? {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
        }
        Err(WriteError::Unknown(error))
    }

    /// After a conflict: the account with the link, if there is one, otherwise an error that names the account with the
    /// user name. An account of the user's that lists did not show, because it is inactive, returns as policies say.
    async fn find_rival(
        &self,
        error: HttpError,
        wanted: &AttributeValues<'_>,
        attributes: &[(AttributePath, Value)],
        link: Option<Link<'_>>,
    ) -> Result<Created, WriteError> {
        let own = match link {
            Some(link) => self.linked(link, Nothing::Proven).await?,
            None => None,
        };
        match own {
            Some(Named { id, active }) if active || wanted.active != Some(true) => {
                return Ok(Created { id, found: true, dropped: Vec::new() });
            }
            Some(Named { id, .. }) if self.manners.reactivates() => {
                let changes: Vec<HeldValue> =
                    attributes.iter().map(|(path, value)| (path.clone(), Some(value.clone()))).collect();
                let dropped = match self.update(&id, &[], &changes, Some(true)).await? {
                    WriteOutcome::Changed | WriteOutcome::Unchanged => Vec::new(),
                    WriteOutcome::ChangedWithout(names) => names,
                };
                return Ok(Created { id, found: true, dropped });
            }
            Some(Named { id, .. }) => return Err(Failure::Inactive { error, id }.into()),
            None => {}
        }
        let name = wanted.text_of("userName");
        match self.named(name.as_deref().unwrap_or_default()).await? {
            Some(Named { id, active }) => Err(Failure::NameTaken { error, id, active }.into()),
            None => Err(error.into()),
        }
    }
}
