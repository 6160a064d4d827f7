//! Changing accounts: by PATCH, or by PUT where an application takes no PATCH.

use super::attribute_values::AttributeValues;
use super::{
    ATTEMPTS, Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, WriteOutcome, etag, json,
    pause_before_look,
};
use crate::execution::HeldValue;
use crate::http::{Answer, Call, HttpError, Method};
use crate::wire::scim::{account_patch, replaced_account};

impl ScimWriter {
    /// Changes attributes (none clears one) and whether the account is active, if the account still has the expected
    /// values.
    ///
    /// A value that an interrupted earlier run has already changed counts as expected.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account has another value or does not exist any more; [`Failure::NotStored`] if the
    /// service reports success without storing any value, or without changing whether the account is active.
    pub async fn update(
        &self,
        id: &str,
        expected: &[HeldValue],
        changes: &[HeldValue],
        active: Option<bool>,
    ) -> Result<WriteOutcome, WriteError> {
        let wanted =
            AttributeValues::new(changes.iter().map(|(path, value)| (path, value.as_ref())), active)?;
        let before = AttributeValues::new(expected.iter().map(|(path, value)| (path, value.as_ref())), None)?;
        if let Some(written) = self.update_unread(id, &before, &wanted).await? {
            return Ok(written);
        }
        let mut attempts = 1;
        loop {
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            before.check(&answer, &wanted)?;
            let Some(call) = self.update_call(id, &answer, &wanted)? else {
                return Ok(WriteOutcome::Unchanged);
            };
            match self.service.send(&call).await {
                Ok(answer) => {
                    return self.updated(id, &wanted, &answer).await.map_err(WriteError::after_write);
                }
                Err(error) if refuses_patch(&call, &error) => self.manners.met_no_patch(Kind::User),
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => attempts += 1,
                Err(error) if error.outcome_unknown() => {
                    return self.read_back(id, &wanted, Some(error)).await.map_err(WriteError::after_write);
                }
                Err(error) if error.status() == Some(404) => return Err(gone(id)),
                Err(error) if error.status() == Some(412) => return Err(modified()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Writes without reading first, where the version is known with which the account was planned: a service that honours
    /// it refuses the write once the account has changed. None: the account has to be read.
    async fn update_unread(
        &self,
        id: &str,
        before: &AttributeValues<'_>,
        wanted: &AttributeValues<'_>,
    ) -> Result<Option<WriteOutcome>, WriteError> {
        if self.manners.puts(Kind::User) {
            return Ok(None);
        }
        let Some(version) = self.take_version(id) else { return Ok(None) };
        let Some(account) = before.account()? else { return Ok(None) };
        let differing: Vec<_> = wanted.paths.iter().zip(wanted.values.iter().copied()).collect();
        let Some(patch) = account_patch(&account, &differing, wanted.active)? else { return Ok(None) };
        let call = self.call(Method::Patch, Kind::User, id)?.body(&patch).if_match(Some(version));
        match self.service.send(&call).await {
            Ok(answer) => self.updated(id, wanted, &answer).await.map(Some).map_err(WriteError::after_write),
            Err(error) if error.outcome_unknown() => {
                self.read_back(id, wanted, Some(error)).await.map(Some).map_err(WriteError::after_write)
            }
            // Whatever is wrong shows when the account is read.
            Err(error) if error.is_unreachable() => Err(error.into()),
            Err(_) => Ok(None),
        }
    }

    /// The call for the values that differ; none if no value differs.
    fn update_call(
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
        let Some(patch) = account_patch(&account, &differing, active)? else { return Ok(None) };
        let call = match self.manners.puts(Kind::User) {
            true => {
                let body = replaced_account(&account, &differing, active)?;
                self.call(Method::Put, Kind::User, id)?.body(&body)
            }
            false => self.call(Method::Patch, Kind::User, id)?.body(&patch),
        };
        Ok(Some(call.if_match(etag(answer, &account))))
    }

    /// After a success: what the answer shows, where it can be trusted; otherwise what a fresh read shows.
    async fn updated(
        &self,
        id: &str,
        wanted: &AttributeValues<'_>,
        answer: &Answer,
    ) -> Result<WriteOutcome, WriteError> {
        if !self.manners.reads_back() {
            return Ok(WriteOutcome::Changed);
        }
        let shown = self.manners.updated_whole().then(|| wanted.decoder.decode(&answer.body).ok()).flatten();
        match shown.map(|record| wanted.missing(&record)) {
            Some(missing) if missing.is_empty() => Ok(WriteOutcome::Changed),
            Some(_) | None => self.read_back(id, wanted, None).await,
        }
    }

    /// Whether a fresh read shows what was written (S29). `lost` is the error, if the answer to the write was lost. A read
    /// that shows one new value is no old one, so that values which it lacks are not waited for (threat F8).
    async fn read_back(
        &self,
        id: &str,
        wanted: &AttributeValues<'_>,
        lost: Option<HttpError>,
    ) -> Result<WriteOutcome, WriteError> {
        let mut missing = Vec::new();
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let answer = self.get(Kind::User, id).await?.ok_or_else(|| gone(id))?;
            missing = wanted.missing(&wanted.decoder.decode(&answer.body)?);
            if missing.is_empty() {
                return Ok(WriteOutcome::Changed);
            }
            let is_new = missing.len() < wanted.count() && !missing.iter().any(|name| name == "active");
            if is_new && lost.is_none() {
                return Ok(WriteOutcome::ChangedWithout(missing));
            }
            if self.manners.never_kept(&missing) {
                break;
            }
        }
        if lost.is_none() {
            self.manners.met_not_kept(&missing);
        }
        Err(lost.map_or_else(|| Failure::NotStored(missing).into(), WriteError::Unknown))
    }
}

/// Whether a service refuses PATCH as such, or a PATCH of this form: then the whole object is sent.
pub(super) fn refuses_patch(call: &Call, error: &HttpError) -> bool {
    call.method == Method::Patch && matches!(error.status(), Some(405 | 501))
}

pub(super) fn gone(id: &str) -> WriteError {
    WriteError::Stale { attribute: "id".to_owned(), expected: Some(id.to_owned()), found: None }
}

/// `If-Match` failed: the object was changed between our read and our write.
fn modified() -> WriteError {
    WriteError::Stale { attribute: "meta.version".to_owned(), expected: None, found: None }
}
