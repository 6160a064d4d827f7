//! Rights that are elements of a multi-valued attribute, such as `roles`.

use super::update::refuses_patch;
use super::{
    ATTEMPTS, Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, WriteOutcome, etag, json,
    pause_before_look,
};
use crate::http::{Answer, HttpError, Method};
use crate::model::{AttributePath, Field, Value};
use crate::wire::scim::{AccountDecoder, ScimPath, add_value, remove_value, replaced_values};

impl ScimWriter {
    /// Adds an element to a multi-valued attribute of an account.
    ///
    /// # Errors
    /// The account does not exist any more, the service refuses, or a fresh read does not show the element.
    pub async fn grant_value(
        &self,
        account: &str,
        attribute: &AttributePath,
        value: &str,
    ) -> Result<WriteOutcome, WriteError> {
        self.set_value(account, attribute, value, true).await
    }

    /// Removes an element from a multi-valued attribute. An account that does not exist any more has none (S36).
    ///
    /// # Errors
    /// The service refuses, or a fresh read still shows the element.
    pub async fn revoke_value(
        &self,
        account: &str,
        attribute: &AttributePath,
        value: &str,
    ) -> Result<WriteOutcome, WriteError> {
        self.set_value(account, attribute, value, false).await
    }

    /// Makes a value the one of a single-valued attribute, or empties the attribute if it holds this value. An account that does
    /// not exist any more has none (S36).
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub async fn set_only_value(
        &self,
        account: &str,
        attribute: &AttributePath,
        value: &str,
        wanted: bool,
    ) -> Result<WriteOutcome, WriteError> {
        let path = ScimPath::parse(&attribute.path)?;
        if !wanted {
            let Some(answer) = self.get(Kind::User, account).await? else { return absent(account, wanted) };
            if !holds(&answer, &path, value)? {
                return Ok(WriteOutcome::Unchanged);
            }
        }
        let after = wanted.then(|| Value::Text(value.to_owned()));
        self.update(account, &[], &[(attribute.clone(), after)], None).await
    }

    async fn set_value(
        &self,
        id: &str,
        attribute: &AttributePath,
        value: &str,
        wanted: bool,
    ) -> Result<WriteOutcome, WriteError> {
        let path = ScimPath::parse(&attribute.path)?;
        let mut attempts = 1;
        loop {
            let answer = match self.get(Kind::User, id).await? {
                // Who was just made may not be shown yet (threat F8).
                None if wanted => self.appeared(Kind::User, id).await,
                answer => answer,
            };
            let Some(answer) = answer else { return absent(id, wanted) };
            if holds(&answer, &path, value)? == wanted {
                return Ok(WriteOutcome::Unchanged);
            }
            let user = json(&answer, "a user")?;
            let call = match self.manners.puts(Kind::User) {
                true => {
                    let body = replaced_values(&user, &path, value, wanted);
                    self.call(Method::Put, Kind::User, id)?.body(&body)
                }
                false if wanted => self.call(Method::Patch, Kind::User, id)?.body(&add_value(&path, value)),
                false => self.call(Method::Patch, Kind::User, id)?.body(&remove_value(&user, &path, value)?),
            };
            let call = call.if_match(etag(&answer, &user));
            let lost = match self.service.send(&call).await {
                Ok(_) => None,
                Err(error) if refuses_patch(&call, &error) => {
                    self.manners.met_no_patch(Kind::User);
                    continue;
                }
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => {
                    attempts += 1;
                    continue;
                }
                Err(error) if error.outcome_unknown() => Some(error),
                Err(error) => return Err(error.into()),
            };
            let confirmed = self.confirm_value(id, attribute, &path, value, wanted, lost).await;
            return confirmed.map_err(WriteError::after_write);
        }
    }

    /// Whether a fresh read shows the element, or, if `wanted` is false, does not show it (S29).
    async fn confirm_value(
        &self,
        id: &str,
        attribute: &AttributePath,
        path: &ScimPath,
        value: &str,
        wanted: bool,
        lost: Option<HttpError>,
    ) -> Result<WriteOutcome, WriteError> {
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            match self.get(Kind::User, id).await? {
                Some(answer) if holds(&answer, path, value)? == wanted => return Ok(WriteOutcome::Changed),
                Some(_) => {}
                None => return absent(id, wanted),
            }
        }
        let not_stored = || Failure::NotStored(vec![attribute.name.clone()]).into();
        Err(lost.map_or_else(not_stored, WriteError::Unknown))
    }
}

fn holds(answer: &Answer, path: &ScimPath, value: &str) -> Result<bool, WriteError> {
    let record = AccountDecoder::from_paths(None, std::slice::from_ref(path)).decode(&answer.body)?;
    Ok(match record.fields.first() {
        Some(Field::Text(text)) => text == value,
        Some(Field::List(texts)) => texts.iter().any(|text| text == value),
        _ => false,
    })
}

fn absent(id: &str, wanted: bool) -> Result<WriteOutcome, WriteError> {
    if !wanted {
        return Ok(WriteOutcome::Unchanged);
    }
    Err(WriteError::Stale { attribute: "id".to_owned(), expected: Some(id.to_owned()), found: None })
}
