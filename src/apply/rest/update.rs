//! Writes over accounts: attributes, and whether they may sign in.

use super::calls::{Filling, Shown, unreadable};
use super::{
    READ_BACK_PAUSES, Record, RestWriter, Sending, WriteError, after_write, gone, no_call, pause_before_look,
};
use crate::execution::{AccountWrite, HeldValue, Written};
use crate::http::HttpError;
use crate::model::{AccountCalls, CallTemplate, Field, Sends, Value};
use crate::wire::rest::{AccountRow, Names, decode_account, replaced};
use crate::wire::scim::same;
use serde_json::{Map, Value as Json};

/// What is still to be written.
struct Left<'w> {
    changes: Vec<(&'w str, Option<&'w Value>)>,
    active: Option<bool>,
}

impl RestWriter {
    /// Changes attributes (none clears one) and whether the account may sign in, if the account still has the expected
    /// values. A value that an interrupted earlier run has already changed counts as expected. `archives`: by the
    /// connector's call for that.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account has another value or does not exist any more; [`WriteError::NotKept`] if the
    /// API reports success without keeping any value.
    pub(super) async fn update(
        &self,
        account: &str,
        write: &AccountWrite,
        archives: bool,
    ) -> Result<Written, WriteError> {
        let of = self.record(account)?;
        let shown = self.read(of).await?.ok_or_else(|| gone(account))?;
        let left = self.left(of.kind, &shown, write)?;
        let own = match left.active {
            Some(false) => of.kind.deactivate.as_ref(),
            Some(true) => of.kind.reactivate.as_ref(),
            None => None,
        };
        let archive = of.kind.archive.as_ref().filter(|_| archives);
        let nothing = left.changes.is_empty() && (left.active.is_none() || own.is_some());
        let written = match (own, left.active) {
            (None, None) if nothing => match archive {
                None => return Ok(Written::default()),
                Some(_) => None,
            },
            (None, active) => self.write(of, shown, &left.changes, active).await?,
            // Sign-in is barred first, and allowed last: in between the account can do less.
            (Some(call), Some(true)) => {
                let first = match nothing {
                    true => None,
                    false => self.write(of, shown, &left.changes, None).await?,
                };
                first.or(self.own(of, "accounts.reactivate", call).await?)
            }
            (Some(call), Some(false) | None) => {
                let first = self.own(of, "accounts.deactivate", call).await?;
                let shown = self.read(of).await.map_err(after_write)?;
                match (nothing, shown) {
                    (true, _) => first,
                    (false, None) => return Err(gone(account)),
                    (false, Some(shown)) => first.or(self.write(of, shown, &left.changes, None).await?),
                }
            }
        };
        // Last, since an archived record may take no further writes.
        let lost = match archive {
            None => written,
            Some(call) => {
                let archived = self.own(of, "accounts.archive", call).await?;
                // Some APIs show no archived records.
                if self.read(of).await.map_err(after_write)?.is_none() {
                    return Ok(Written::default());
                }
                written.or(archived)
            }
        };
        let not_kept = self.read_back(of, &left, lost).await.map_err(after_write)?;
        // Without its link the account is not under management.
        if not_kept.contains(&self.link.name) {
            return Err(WriteError::NotKept(not_kept));
        }
        Ok(Written { account: None, not_kept })
    }

    /// Bars an account's sign-in. One that does not exist any more counts as barred.
    ///
    /// # Errors
    /// The API refuses, or a fresh read shows the account active.
    pub(super) async fn deactivate(&self, account: &str) -> Result<Written, WriteError> {
        let write = AccountWrite { active: Some(false), ..AccountWrite::default() };
        match self.update(account, &write, false).await {
            Err(WriteError::Stale { what, .. }) if what == "`id`" => Ok(Written::default()),
            other => other,
        }
    }

    /// What of a write is not there yet; an error where the account has another value than expected.
    fn left<'w>(
        &self,
        kind: &AccountCalls,
        shown: &Shown,
        write: &'w AccountWrite,
    ) -> Result<Left<'w>, WriteError> {
        let of = |held: &'w [HeldValue]| {
            let names: Vec<&str> = held.iter().map(|(path, _)| path.name.as_str()).collect();
            let row = decode_account(kind, &shown.record, &names);
            row.map_err(|error| unreadable("accounts.read", &error))
        };
        let (expected, changes) = (of(&write.expected)?, of(&write.changes)?);
        let changed = |name: &str| write.changes.iter().find(|(path, _)| path.name == name);
        for ((path, value), found) in write.expected.iter().zip(&expected.fields) {
            let done = changed(&path.name).is_some_and(|(_, wanted)| same(found, wanted.as_ref()));
            if !done && !same(found, value.as_ref()) {
                let shown = |text: Option<String>| {
                    text.map_or_else(|| "empty".to_owned(), |text| format!("`{text}`"))
                };
                return Err(WriteError::Stale {
                    what: format!("`{}`", path.name),
                    expected: shown(value.as_ref().map(ToString::to_string)),
                    found: shown(text(found)),
                });
            }
        }
        let differing = write.changes.iter().zip(&changes.fields);
        let differing = differing.filter(|((_, wanted), found)| !same(found, wanted.as_ref()));
        Ok(Left {
            changes: differing.map(|((path, value), _)| (path.name.as_str(), value.as_ref())).collect(),
            active: write.active.filter(|active| changes.active.unwrap_or(true) != *active),
        })
    }

    /// Sends an update; gives the error, if its outcome is unknown.
    async fn write(
        &self,
        of: Record<'_>,
        shown: Shown,
        changes: &[(&str, Option<&Value>)],
        active: Option<bool>,
    ) -> Result<Option<HttpError>, WriteError> {
        let kind = of.kind;
        if active.is_some() && kind.active.is_none() {
            return Err(no_call("deactivate or reactivate an account"));
        }
        let update = kind.update.as_ref().ok_or_else(|| no_call("change an account"))?;
        let Shown { record, etag } = shown;
        let after = |record| {
            replaced(kind, record, changes.iter().copied(), active)
                .map_err(|error| WriteError::from(Sending::Unsayable(error)))
        };
        let sent = match update.sends {
            Sends::Changes => after(Json::Object(Map::new()))?,
            Sends::Whole => after(record.clone())?,
        };
        let names =
            self.with_fields(self.names(of), kind, &after(record)?).with("record", Some(sent.clone()));
        let etag = etag.filter(|_| self.connection.connector.etags);
        let filling = Filling { names: &names, body: Some(sent), etag };
        match self.send("accounts.update", &update.call, filling).await {
            Ok(_) => Ok(None),
            Err(Sending::Http(error)) if error.outcome_unknown() => Ok(Some(error)),
            Err(Sending::Http(error)) if self.says_gone(&error) => Err(gone(of.id)),
            Err(Sending::Http(error)) if error.status() == Some(412) => Err(WriteError::Stale {
                what: "the account".to_owned(),
                expected: "its version as it was read".to_owned(),
                found: "another".to_owned(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a call of its own that changes whether the account may sign in; gives the error, if its outcome is unknown.
    async fn own(
        &self,
        of: Record<'_>,
        route: &'static str,
        call: &CallTemplate,
    ) -> Result<Option<HttpError>, WriteError> {
        let shown = self.read(of).await?.ok_or_else(|| gone(of.id))?;
        let names = self.with_fields(self.names(of), of.kind, &shown.record);
        match self.send(route, call, Filling::of(&names)).await {
            Ok(_) => Ok(None),
            Err(Sending::Http(error)) if error.outcome_unknown() => Ok(Some(error)),
            Err(Sending::Http(error)) if self.says_gone(&error) => Err(gone(of.id)),
            Err(error) => Err(error.into()),
        }
    }

    /// What a fresh read does not show of what was written (S29). `lost` is the error, if the answer to a write was lost. A
    /// read that shows one new value is no old one, so that values which it lacks are not waited for (threat F8).
    async fn read_back(
        &self,
        of: Record<'_>,
        left: &Left<'_>,
        lost: Option<HttpError>,
    ) -> Result<Vec<String>, WriteError> {
        let wanted: Vec<&str> = left.changes.iter().map(|(name, _)| *name).collect();
        let mut missing = Vec::new();
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let shown = self.read(of).await?.ok_or_else(|| gone(of.id))?;
            let row = decode_account(of.kind, &shown.record, &wanted)
                .map_err(|error| unreadable("accounts.read", &error))?;
            missing = left.missing(&row);
            if missing.is_empty() {
                return Ok(missing);
            }
            let count = left.changes.len() + usize::from(left.active.is_some());
            let is_new = missing.len() < count && !missing.iter().any(|name| name == "active");
            if is_new && lost.is_none() {
                return Ok(missing);
            }
        }
        Err(lost.map_or_else(|| WriteError::NotKept(missing), |error| WriteError::Unknown(error.to_string())))
    }

    /// The names of a record's fields, with what stands there.
    pub(super) fn with_fields(&self, names: Names, kind: &AccountCalls, record: &Json) -> Names {
        let value = |at: &str| record.pointer(at).cloned();
        let fields = kind.fields.iter().map(|field| (field.name.as_str(), field.at.as_str()));
        let active = kind.active.iter().map(|active| ("active", active.at.as_str()));
        fields.chain(active).fold(names, |names, (name, at)| names.with(name, value(at)))
    }
}

impl Left<'_> {
    /// The names of what a record does not show. One that does not say whether its account is active counts as active
    /// (S13).
    fn missing(&self, row: &AccountRow<'_>) -> Vec<String> {
        let shown = self.changes.iter().zip(&row.fields);
        let missing = shown.filter(|((_, wanted), found)| !same(found, *wanted));
        let mut names: Vec<String> = missing.map(|((name, _), _)| (*name).to_owned()).collect();
        let active = self.active.is_none_or(|active| row.active.unwrap_or(true) == active);
        names.extend((!active).then(|| "active".to_owned()));
        names
    }
}

/// The text of a field.
pub(super) fn text(field: &Field<'_>) -> Option<String> {
    match field {
        Field::Empty => None,
        Field::Text(text) => Some(text.clone().into_owned()),
        Field::Boolean(value) => Some(value.to_string()),
        Field::List(texts) => Some(texts.join(", ")),
    }
}
