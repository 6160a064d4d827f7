//! Gives and takes rights: rows of their own, or values of an attribute.

use super::calls::{Filling, unreadable};
use super::{
    READ_BACK_PAUSES, Record, RestWriter, RightsPlace, Sending, WriteError, after_write, gone, no_call,
    pause_before_look,
};
use crate::apply::WireOfRight;
use crate::execution::{AccountWrite, Written};
use crate::http::HttpError;
use crate::model::{AttributePath, EntitlementWire, Field, HeldRights, Right, RightCalls, Value};
use crate::wire::rest::{KnownKeys, decode_account, known_of, right_of, row_id, rows_of};
use serde_json::Value as Json;
use std::sync::Arc;

/// A row by which an account holds a right.
struct Row {
    right: Right,
    id: Option<Json>,
}

impl RestWriter {
    /// Gives a right to an account, or takes it.
    ///
    /// # Errors
    /// The account does not exist any more, the API refuses, or a fresh read does not show the change.
    pub(super) async fn give(
        &self,
        account: &str,
        wire: Option<&WireOfRight>,
        right: &Right,
        gives: bool,
    ) -> Result<Written, WriteError> {
        let attribute = wire.and_then(|wire| Some((wire, wire.attribute.as_ref()?)));
        match attribute {
            Some((wire, attribute)) => self.give_value(account, wire, attribute, right, gives).await,
            None => self.give_row(account, right, gives).await,
        }
    }

    async fn give_value(
        &self,
        account: &str,
        wire: &WireOfRight,
        attribute: &AttributePath,
        right: &Right,
        gives: bool,
    ) -> Result<Written, WriteError> {
        let of = self.record(account)?;
        let Some(shown) = self.read(of).await? else { return absent(account, gives) };
        let row = decode_account(of.kind, &shown.record, &[&attribute.name]);
        let row = row.map_err(|error| unreadable("accounts.read", &error))?;
        let mut held: Vec<String> = match row.fields.into_iter().next() {
            None | Some(Field::Empty) => Vec::new(),
            Some(Field::Text(text)) => vec![text.into_owned()],
            Some(Field::Boolean(value)) => vec![value.to_string()],
            Some(Field::List(texts)) => texts.into_iter().map(|text| text.into_owned()).collect(),
        };
        let text = wire.text(right);
        if held.contains(&text) == gives {
            return Ok(Written::default());
        }
        let is_single = matches!(wire.wire, EntitlementWire::Attribute { .. });
        held.retain(|other| *other != text && !is_single);
        held.extend(gives.then_some(text));
        let value = match is_single {
            true => held.pop().map(Value::Text),
            false => Some(Value::List(held)).filter(|value| !value.to_string().is_empty()),
        };
        let changes = vec![(attribute.clone(), value)];
        let write = AccountWrite { changes, ..AccountWrite::default() };
        let written = self.update(account, &write, false).await?;
        match written.not_kept.is_empty() {
            true => Ok(written),
            false => Err(WriteError::NotKept(written.not_kept)),
        }
    }

    async fn give_row(&self, account: &str, right: &Right, gives: bool) -> Result<Written, WriteError> {
        let of = self.record(account)?;
        let calls = of.kind.rights.iter().find(|calls| calls.entitlement == right.entitlement);
        let calls = calls.ok_or_else(|| no_call(&format!("grant or revoke `{right}`")))?;
        let keys = self.keys(of, calls).await?;
        let Some(rows) = self.rows(of, calls, &keys).await? else { return absent(account, gives) };
        let mut held = rows.into_iter().filter(|row| row.right == *right).peekable();
        if held.peek().is_some() == gives {
            return Ok(Written::default());
        }
        let names = self
            .names(of)
            .with("value", Some(right.value.as_str().into()))
            .with("scope", right.scope.as_deref().map(Into::into))
            .with("key", keys.key(&right.value).cloned());
        let mut lost: Option<HttpError> = None;
        if gives {
            let grant = calls.grant.as_ref().ok_or_else(|| no_call(&format!("grant `{right}`")))?;
            match self.send("rights.grant", grant, Filling::of(&names)).await {
                Ok(_) => {}
                Err(Sending::Http(error)) if error.outcome_unknown() => lost = Some(error),
                Err(error) => return Err(error.into()),
            }
        } else {
            let revoke = calls.revoke.as_ref().ok_or_else(|| no_call(&format!("revoke `{right}`")))?;
            // Each row of the right: one that is left would still give it.
            for row in held {
                let names = names.clone().with("row", row.id);
                match self.send("rights.revoke", revoke, Filling::of(&names)).await {
                    Ok(_) => {}
                    Err(Sending::Http(error)) if self.says_gone(&error) => {}
                    Err(Sending::Http(error)) if error.outcome_unknown() => lost = Some(error),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        self.confirm(of, calls, &keys, right, gives, lost).await.map_err(after_write)
    }

    /// Whether a fresh read shows the right, or, if it was taken, does not show it (S29).
    async fn confirm(
        &self,
        of: Record<'_>,
        calls: &RightCalls,
        keys: &KnownKeys,
        right: &Right,
        gives: bool,
        lost: Option<HttpError>,
    ) -> Result<Written, WriteError> {
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let Some(rows) = self.rows(of, calls, keys).await? else { return absent(of.id, gives) };
            if rows.iter().any(|row| row.right == *right) == gives {
                return Ok(Written::default());
            }
        }
        let not_kept = || WriteError::NotKept(vec![right.entitlement.clone()]);
        Err(lost.map_or_else(not_kept, |error| WriteError::Unknown(error.to_string())))
    }

    /// The rows of an account; none: the account is not there.
    async fn rows(
        &self,
        of: Record<'_>,
        calls: &RightCalls,
        keys: &KnownKeys,
    ) -> Result<Option<Vec<Row>>, WriteError> {
        const ROUTE: &str = "rights.ofAccount";
        let row = |json: &Json| -> Result<Row, WriteError> {
            let right = right_of(calls, json, keys).map_err(|error| unreadable(ROUTE, &error))?;
            let id = row_id(calls, json).map_err(|error| unreadable(ROUTE, &error))?;
            Ok(Row { right, id })
        };
        match &calls.held {
            HeldRights::Record(at) => {
                let Some(shown) = self.read(of).await? else { return Ok(None) };
                let rows = rows_of(&shown.record, at).map_err(|error| unreadable("accounts.read", &error))?;
                rows.iter().map(row).collect::<Result<_, _>>().map(Some)
            }
            HeldRights::Rows { of_account: Some(list), .. } => {
                let mut rows = Vec::new();
                self.each(ROUTE, list, &self.names(of), |json| {
                    rows.push(row(&json)?);
                    Ok(())
                })
                .await?;
                Ok(Some(rows))
            }
            HeldRights::Rows { of_account: None, .. } => Err(no_call("read the rights of one account")),
        }
    }

    /// The keys of the rights of a type, read once.
    async fn keys(&self, of: Record<'_>, calls: &RightCalls) -> Result<Arc<KnownKeys>, WriteError> {
        const ROUTE: &str = "rights.known";
        let (account_type, entitlement) = (of.kind.account_type.clone(), calls.entitlement.clone());
        let place = RightsPlace { account_type, entitlement };
        let mut all = self.keys.lock().await;
        if let Some(keys) = all.get(&place) {
            return Ok(Arc::clone(keys));
        }
        let mut keys = KnownKeys::default();
        if let Some(known) = calls.known.as_ref().filter(|known| known.key.is_some()) {
            self.each(ROUTE, &known.list, &self.settings, |entry| {
                let right = known_of(&calls.entitlement, known, &entry, &mut keys);
                right.map(drop).map_err(|error| unreadable(ROUTE, &error))
            })
            .await?;
        }
        let keys = Arc::new(keys);
        all.insert(place, Arc::clone(&keys));
        Ok(keys)
    }
}

/// An account that is not there holds no right.
fn absent(account: &str, gives: bool) -> Result<Written, WriteError> {
    if gives { Err(gone(account)) } else { Ok(Written::default()) }
}
