//! The rows of a store within one transaction.

use super::fault::Fault;
use crate::apply::store::{Decision, HeldAccount, Look, Parameter, Statement, StoreChange, View};
use crate::postgres::{PostgresError, Session, Value};
use crate::wire::store::{StoredValue, account_id};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;
use tokio_postgres::types::{ToSql, Type};

/// How many statements are sent before the first is answered.
const PIPELINE: usize = 16;

/// The store within one transaction.
pub(super) struct Rows<'s>(pub(super) &'s Session);

impl Rows<'_> {
    /// Makes a change and reads it back. For a new account, its id.
    pub(super) async fn make(&self, change: &StoreChange, link: &str) -> Result<Made, Fault> {
        let view = self.view(change.look(link)).await?;
        let (statements, made) = match change.decide(&view, link)? {
            Decision::Done(account) => return Ok(Made { account, is_written: false }),
            Decision::Write(statements) => (statements, None),
            Decision::Create => (Vec::new(), Some(self.unused_id().await?)),
        };
        let statements = match &made {
            Some(id) => change.creation(id, link)?,
            None => statements,
        };
        // They are answered in the order in which they are sent.
        for some in statements.chunks(PIPELINE) {
            try_join_all(some.iter().map(|statement| self.run(statement))).await?;
        }
        if let Some(id) = made.as_deref().or(change.account()) {
            change.verify(id, &self.view(change.look_back(id)).await?, link)?;
        }
        Ok(Made { account: made, is_written: true })
    }

    /// Locks what it looks at, so that nobody changes it before the transaction ends.
    async fn view(&self, look: Look<'_>) -> Result<View, PostgresError> {
        let Self(session) = self;
        let linked = match look.link {
            None => None,
            Some(link) => {
                let sql = "SELECT id FROM accounts WHERE link = $1 FOR UPDATE";
                let row = session.row(sql, &[(&link, Type::TEXT)]).await?;
                row.map(|row| session.column::<String>(&row, 0)).transpose()?
            }
        };
        let account = match look.id.or(linked.as_deref()) {
            Some(id) => self.account(id).await?,
            None => None,
        };
        let (mut knows, mut holds) = (false, false);
        if let Some(right) = look.right {
            let id = look.id.unwrap_or_default();
            let scope = right.scope.as_deref().unwrap_or_default();
            let values: [Value<'_>; 4] = [
                (&right.entitlement, Type::TEXT),
                (&right.value, Type::TEXT),
                (&scope, Type::TEXT),
                (&id, Type::TEXT),
            ];
            let known = "SELECT 1 FROM entitlements WHERE entitlement = $1 AND value = $2 AND scope = $3";
            knows = session.row(known, &values[..3]).await?.is_some();
            let held =
                "SELECT 1 FROM grants WHERE entitlement = $1 AND value = $2 AND scope = $3 AND account = $4";
            holds = session.row(held, &values).await?.is_some();
        }
        Ok(View { account, linked, knows, holds })
    }

    async fn account(&self, id: &str) -> Result<Option<HeldAccount>, PostgresError> {
        let Self(session) = self;
        let sql = "SELECT link, active FROM accounts WHERE id = $1 FOR UPDATE";
        let Some(row) = session.row(sql, &[(&id, Type::TEXT)]).await? else { return Ok(None) };
        let sql = "SELECT name, type, value FROM attributes WHERE account = $1 FOR UPDATE";
        let mut attributes = BTreeMap::new();
        for row in session.rows(sql, &[(&id, Type::TEXT)]).await? {
            let value = StoredValue { kind: session.column(&row, 1)?, text: session.column(&row, 2)? };
            attributes.insert(session.column(&row, 0)?, value);
        }
        let (link, active) = (session.column(&row, 0)?, session.column(&row, 1)?);
        Ok(Some(HeldAccount { id: id.to_owned(), link, active, attributes }))
    }

    /// An id that was never used before: a sequence gives no number twice, even to transactions that are rolled back.
    async fn unused_id(&self) -> Result<String, PostgresError> {
        let Self(session) = self;
        loop {
            let row = session.row("SELECT nextval('account_number')", &[]).await?;
            let number = row.map(|row| session.column(&row, 0)).transpose()?.unwrap_or_default();
            let id = account_id(number);
            let taken = "SELECT 1 FROM accounts WHERE id = $1";
            if session.row(taken, &[(&id, Type::TEXT)]).await?.is_none() {
                return Ok(id);
            }
        }
    }

    async fn run(&self, statement: &Statement<'_>) -> Result<(), PostgresError> {
        let parameters = statement.parameters();
        let values: Vec<Value<'_>> = parameters.iter().map(value).collect();
        self.0.execute(statement.sql(), &values).await.map(drop)
    }
}

/// What came of a change.
pub(super) struct Made {
    /// For a new account, its id.
    pub(super) account: Option<String>,
    /// Whether anything was written.
    pub(super) is_written: bool,
}

pub(super) fn value<'p>(parameter: &'p Parameter<'_>) -> Value<'p> {
    match parameter {
        Parameter::Text(text) => (text as &(dyn ToSql + Sync), Type::TEXT),
        Parameter::Boolean(value) => (value as &(dyn ToSql + Sync), Type::BOOL),
    }
}
