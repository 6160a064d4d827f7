//! The rights that accounts hold, and those that there are.

use super::{Fault, Keys, Reader, identity};
use crate::model::{AccountCalls, AllRows, HeldRights, ListCall, RightCalls};
use crate::snapshot::ApplicationBuilder;
use crate::wire::rest::{AccountKinds, KnownKeys, TypedId, account_of, known_of, right_of, rows_of};
use serde_json::Value as Json;
use std::collections::BTreeSet;

impl<'r> Reader<'r> {
    /// The rights that there are, as the API lists them or as policies name them.
    pub(super) async fn known(
        &self,
        kind: &'r AccountCalls,
        builder: &mut ApplicationBuilder,
    ) -> Result<Keys<'r>, Fault> {
        const LIST: &str = "rights.known";
        let mut all = Keys::new();
        for rights in &kind.rights {
            let Some(wanted) = self.wanted(&rights.entitlement) else { continue };
            let mut keys = KnownKeys::default();
            match &rights.known {
                None => wanted.named.iter().for_each(|right| builder.known(right.clone())),
                Some(known) => {
                    let mut seen = BTreeSet::new();
                    self.walk(LIST, &known.list, &self.settings, |entry| {
                        let right = known_of(&rights.entitlement, known, entry, &mut keys)
                            .map_err(|error| self.undecodable(LIST, seen.len(), &error))?;
                        builder.known(right);
                        Ok(seen.insert(identity(entry)))
                    })
                    .await?;
                }
            }
            all.insert(&rights.entitlement, keys);
        }
        Ok(all)
    }

    /// The rights that stand in an account's record.
    pub(super) fn in_record(
        &self,
        kind: &AccountCalls,
        keys: &Keys<'r>,
        account: &str,
        record: &Json,
        builder: &mut ApplicationBuilder,
    ) -> Result<(), Fault> {
        for rights in &kind.rights {
            let (HeldRights::Record(at), Some(keys)) = (&rights.held, keys.get(rights.entitlement.as_str()))
            else {
                continue;
            };
            let problem = |error| self.undecodable("the rights of accounts", 0, &error);
            for row in rows_of(record, at).map_err(problem)? {
                builder.grant(account, right_of(rights, row, keys).map_err(problem)?)?;
            }
        }
        Ok(())
    }

    /// The rights that are rows of their own.
    pub(super) async fn rows(
        &self,
        kind: &'r AccountCalls,
        keys: &Keys<'r>,
        ids: &[String],
        builder: &mut ApplicationBuilder,
    ) -> Result<(), Fault> {
        for rights in &kind.rights {
            let Some(keys) = keys.get(rights.entitlement.as_str()) else { continue };
            match &rights.held {
                HeldRights::Record(_) => {}
                HeldRights::Rows { all: Some(all), .. } => {
                    self.rows_of_all(kind, rights, all, keys, builder).await?;
                }
                HeldRights::Rows { all: None, of_account: Some(list) } => {
                    let of = Asked { kind, rights, list, ids };
                    self.rows_of_each(of, keys, builder).await?;
                }
                HeldRights::Rows { all: None, of_account: None } => {}
            }
        }
        Ok(())
    }

    async fn rows_of_all(
        &self,
        kind: &AccountCalls,
        rights: &RightCalls,
        all: &AllRows,
        keys: &KnownKeys,
        builder: &mut ApplicationBuilder,
    ) -> Result<(), Fault> {
        const LIST: &str = "rights.rows";
        let kinds = AccountKinds::of(&self.request.connection.connector);
        let mut seen = BTreeSet::new();
        self.walk(LIST, &all.list, &self.settings, |row| {
            let problem = |error| self.undecodable(LIST, seen.len(), &error);
            let account = account_of(&all.account, row).map_err(problem)?;
            let right = right_of(rights, row, keys).map_err(problem)?;
            builder.grant(&kinds.account_id(kind, &account), right)?;
            Ok(seen.insert(identity(row)))
        })
        .await
    }

    /// Asks for the rows of each account in turn.
    async fn rows_of_each(
        &self,
        asked: Asked<'_>,
        keys: &KnownKeys,
        builder: &mut ApplicationBuilder,
    ) -> Result<(), Fault> {
        const LIST: &str = "rights.ofAccount";
        let Asked { kind, rights, list, ids } = asked;
        let kinds = AccountKinds::of(&self.request.connection.connector);
        for id in ids {
            let names = self.settings.clone().with("id", kind.id.kind.json(id));
            let mut seen = BTreeSet::new();
            self.walk(LIST, list, &names, |row| {
                let right = right_of(rights, row, keys)
                    .map_err(|error| self.undecodable(LIST, seen.len(), &error))?;
                builder.grant(&kinds.account_id(kind, id), right)?;
                Ok(seen.insert(identity(row)))
            })
            .await?;
        }
        Ok(())
    }
}

/// Rights that are asked for of each account.
struct Asked<'a> {
    kind: &'a AccountCalls,
    rights: &'a RightCalls,
    list: &'a ListCall,
    ids: &'a [String],
}
