//! Makes and removes accounts.

use super::calls::{Filling, id_at, unreadable};
use super::{
    READ_BACK_PAUSES, Record, RestWriter, Sending, WriteError, after_write, no_call, pause_before_look,
};
use crate::execution::Written;
use crate::model::{AccountCalls, Field, ListCall, Value};
use crate::wire::rest::{created, decode_account};
use crate::wire::scim::same;
use serde_json::Value as Json;

/// The attribute that holds the type of an account.
const ACCOUNT_TYPE: &str = "userType";

/// An attribute by its short name, and its value.
pub(super) type Initial<'v> = (&'v str, &'v Value);

/// What a new record is known by.
#[derive(Clone, Copy)]
struct Sought<'s> {
    /// Its link; none: the ledger remembers it, and the record is known by all that was sent.
    link: Option<&'s str>,
    attributes: &'s [Initial<'s>],
}

impl RestWriter {
    /// Makes an active account with these attributes, the link among them. A link that the ledger remembers is not written;
    /// such an account is known by what was sent.
    ///
    /// # Errors
    /// The API refuses, several accounts have the link, or the answer was lost and no account with the link appears.
    pub(super) async fn create(&self, attributes: &[Initial<'_>]) -> Result<Written, WriteError> {
        let value = |name: &str| attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let account_type = value(ACCOUNT_TYPE).map(ToString::to_string);
        let kind = self.kinds().of_type(account_type.as_deref());
        let kind = kind.ok_or_else(|| no_call("create an account of this type"))?;
        let create = kind.create.as_ref().ok_or_else(|| no_call("create an account"))?;
        let in_ledger = self.link.is_in_ledger();
        let link = value(&self.link.name).map(ToString::to_string).filter(|_| !in_ledger);
        let of_record = |name: &str| {
            (kind.account_type.is_none() || name != ACCOUNT_TYPE) && !(in_ledger && name == self.link.name)
        };
        let attributes: Vec<Initial<'_>> =
            attributes.iter().copied().filter(|(name, _)| of_record(name)).collect();
        let sought = Sought { link: link.as_deref(), attributes: &attributes };
        if let (Some(find), Some(_)) = (&kind.find, &link)
            && let Some(id) = self.sought(kind, find, sought).await?
        {
            return Ok(Written { account: Some(self.kinds().account_id(kind, &id)), not_kept: Vec::new() });
        }
        let record = created(kind, attributes.iter().copied()).map_err(Sending::Unsayable)?;
        let names =
            self.with_fields(self.settings.clone(), kind, &record).with("record", Some(record.clone()));
        let filling = Filling { names: &names, body: Some(record), etag: None };
        let id = match self.send("accounts.create", &create.call, filling).await {
            Ok(answer) => match id_at(answer.as_ref(), &create.id) {
                Some(id) => id,
                None => self.appeared(kind, sought).await?.ok_or_else(|| {
                    WriteError::Unknown(format!(
                        "the answer has no id at `{}`, and no account has the link",
                        create.id
                    ))
                })?,
            },
            Err(Sending::Http(error)) if error.outcome_unknown() => {
                let found = self.appeared(kind, sought).await?;
                found.ok_or_else(|| WriteError::Unknown(error.to_string()))?
            }
            // Somebody with the link may be there already, made by a run whose answer was lost.
            Err(Sending::Http(error)) if error.status() == Some(409) && link.is_some() => {
                let find = kind.find.as_ref().unwrap_or(&kind.list);
                self.sought(kind, find, sought).await?.ok_or(Sending::Http(error))?
            }
            Err(error) => return Err(error.into()),
        };
        let made = self.kinds().account_id(kind, &id);
        let not_kept = self.not_kept(Record { kind, id: &id }, &attributes).await.map_err(after_write)?;
        Ok(Written { account: Some(made), not_kept })
    }

    /// Removes an account for good. One that does not exist any more counts as removed.
    ///
    /// # Errors
    /// The API refuses, or a fresh read shows the account active.
    pub(super) async fn delete(&self, account: &str) -> Result<Written, WriteError> {
        let of = self.record(account)?;
        let delete = of.kind.delete.as_ref().ok_or_else(|| no_call("delete an account"))?;
        let Some(shown) = self.read(of).await? else { return Ok(Written::default()) };
        let names = self.with_fields(self.names(of), of.kind, &shown.record);
        let lost = match self.send("accounts.delete", delete, Filling::of(&names)).await {
            Ok(_) => None,
            Err(Sending::Http(error)) if self.says_gone(&error) => return Ok(Written::default()),
            Err(Sending::Http(error)) if error.outcome_unknown() => Some(error),
            Err(error) => return Err(error.into()),
        };
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let Some(shown) = self.read(of).await.map_err(after_write)? else {
                return Ok(Written::default());
            };
            let row = decode_account(of.kind, &shown.record, &[]);
            let row = row.map_err(|error| after_write(unreadable("accounts.read", &error)))?;
            if row.active == Some(false) && lost.is_none() {
                return Ok(Written::default());
            }
        }
        Err(lost.map_or_else(
            || WriteError::NotKept(vec!["id".to_owned()]),
            |error| WriteError::Unknown(error.to_string()),
        ))
    }

    /// The short names of the attributes that a new account does not show. It exists, even if it cannot be read back right
    /// now; its rights come next, so it is waited for.
    async fn not_kept(&self, of: Record<'_>, attributes: &[Initial<'_>]) -> Result<Vec<String>, WriteError> {
        let wanted: Vec<&str> = attributes.iter().map(|(name, _)| *name).collect();
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let Some(shown) = self.read(of).await? else { continue };
            let row = decode_account(of.kind, &shown.record, &wanted)
                .map_err(|error| unreadable("accounts.read", &error))?;
            let shown = attributes.iter().zip(&row.fields);
            let mut missing: Vec<String> = shown
                .filter(|((_, value), found)| !same(found, Some(value)))
                .map(|((name, _), _)| (*name).to_owned())
                .collect();
            if row.active == Some(false) {
                missing.push("active".to_owned());
            }
            return Ok(missing);
        }
        Err(WriteError::Unknown("the account was created, but no read shows it".to_owned()))
    }

    /// The id of a new record, looked for several times after an answer was lost (S20).
    async fn appeared(&self, kind: &AccountCalls, sought: Sought<'_>) -> Result<Option<String>, WriteError> {
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let find = kind.find.as_ref().filter(|_| sought.link.is_some()).unwrap_or(&kind.list);
            if let Some(id) = self.sought(kind, find, sought).await.map_err(after_write)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The id of a record by its link, or by all that was sent. Only records that have it are accepted, whatever an API finds.
    async fn sought(
        &self,
        kind: &AccountCalls,
        list: &ListCall,
        sought: Sought<'_>,
    ) -> Result<Option<String>, WriteError> {
        const ROUTE: &str = "accounts.find";
        let names = self.settings.clone().with("link", sought.link.map(Into::into));
        let wanted: Vec<&str> = match sought.link {
            Some(_) => vec![&self.link.name],
            None => sought.attributes.iter().map(|(name, _)| *name).collect(),
        };
        let mut found: Vec<String> = Vec::new();
        self.each(ROUTE, list, &names, |record: Json| {
            let row = decode_account(kind, &record, &wanted).map_err(|error| unreadable(ROUTE, &error))?;
            let fits = match sought.link {
                Some(link) => matches!(row.fields.first(), Some(Field::Text(text)) if text == link),
                None => {
                    let sent = sought.attributes.iter().zip(&row.fields);
                    sent.clone().count() > 0
                        && sent.into_iter().all(|((_, value), found)| same(found, Some(value)))
                }
            };
            if fits {
                found.push(row.id.into_owned());
            }
            Ok(())
        })
        .await?;
        match found.len() {
            0 | 1 => Ok(found.pop()),
            count => {
                let what =
                    sought.link.map_or("what was sent".to_owned(), |link| format!("the link `{link}`"));
                Err(WriteError::Failed(format!(
                    "{count} accounts with {what} where one was expected: remove the others by hand"
                )))
            }
        }
    }
}
