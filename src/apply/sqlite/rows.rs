//! The rows of a store within one transaction.

use super::file::problem;
use crate::apply::store::{Decision, HeldAccount, Look, Parameter, Statement, StoreChange, View};
use crate::execution::WriteError;
use crate::wire::store::{StoredValue, account_id};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{OptionalExtension, Params, Row, ToSql, Transaction, params_from_iter};

/// The store within one transaction.
pub(super) struct Rows<'t>(pub(super) &'t Transaction<'t>);

impl Rows<'_> {
    /// Makes a change and reads it back. For a new account, its id.
    pub(super) fn make(&self, change: &StoreChange, link: &str) -> Result<Option<String>, WriteError> {
        let view = self.view(change.look(link))?;
        let (statements, made) = match change.decide(&view, link)? {
            Decision::Done(account) => return Ok(account),
            Decision::Write(statements) => (statements, None),
            Decision::Create => (Vec::new(), Some(self.unused_id()?)),
        };
        let statements = match &made {
            Some(id) => change.creation(id, link)?,
            None => statements,
        };
        statements.iter().try_for_each(|statement| self.run(statement))?;
        if let Some(id) = made.as_deref().or(change.account()) {
            change.verify(id, &self.view(change.look_back(id))?, link)?;
        }
        Ok(made)
    }

    fn view(&self, look: Look<'_>) -> Result<View, WriteError> {
        let linked = look.link.map(|link| {
            self.find("SELECT id FROM accounts WHERE link = $1", [link], |row| row.get::<_, String>(0))
        });
        let linked = linked.transpose()?.flatten();
        let account = match look.id.or(linked.as_deref()) {
            Some(id) => self.account(id)?,
            None => None,
        };
        let (mut knows, mut holds) = (false, false);
        if let Some(right) = look.right {
            let (kind, value, scope) =
                (&right.entitlement, &right.value, right.scope.as_deref().unwrap_or_default());
            let known = "SELECT 1 FROM entitlements WHERE entitlement = $1 AND value = $2 AND scope = $3";
            knows = self.exists(known, (kind, value, scope))?;
            let held =
                "SELECT 1 FROM grants WHERE account = $1 AND entitlement = $2 AND value = $3 AND scope = $4";
            holds = self.exists(held, (look.id, kind, value, scope))?;
        }
        Ok(View { account, linked, knows, holds })
    }

    fn account(&self, id: &str) -> Result<Option<HeldAccount>, WriteError> {
        let sql = "SELECT link, active FROM accounts WHERE id = $1";
        let found = self.find(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((link, active)) = found else { return Ok(None) };
        let sql = "SELECT name, type, value FROM attributes WHERE account = $1";
        let mut statement = self.0.prepare_cached(sql).map_err(sqlite)?;
        let values = statement
            .query_map([id], |row| Ok((row.get(0)?, StoredValue { kind: row.get(1)?, text: row.get(2)? })));
        let attributes = values.and_then(Iterator::collect).map_err(sqlite)?;
        Ok(Some(HeldAccount { id: id.to_owned(), link, active, attributes }))
    }

    /// An id that was never used before.
    fn unused_id(&self) -> Result<String, WriteError> {
        loop {
            let next = "UPDATE next_account SET number = number + 1 RETURNING number - 1";
            let number = self.find(next, [], |row| row.get(0))?;
            let without = || WriteError::Failed("the table `next_account` has no row".to_owned());
            let id = account_id(number.ok_or_else(without)?);
            if !self.exists("SELECT 1 FROM accounts WHERE id = $1", [&id])? {
                return Ok(id);
            }
        }
    }

    fn run(&self, statement: &Statement<'_>) -> Result<(), WriteError> {
        let mut prepared = self.0.prepare_cached(statement.sql()).map_err(sqlite)?;
        prepared.execute(params_from_iter(statement.parameters())).map(drop).map_err(sqlite)
    }

    fn exists(&self, sql: &str, values: impl Params) -> Result<bool, WriteError> {
        self.find(sql, values, |_| Ok(())).map(|found| found.is_some())
    }

    fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        take: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, WriteError> {
        let mut statement = self.0.prepare_cached(sql).map_err(sqlite)?;
        statement.query_row(values, take).optional().map_err(sqlite)
    }
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(Some(text)) => ToSqlOutput::from(*text),
            Self::Text(None) => ToSqlOutput::Owned(Value::Null),
            Self::Boolean(value) => ToSqlOutput::from(*value),
        })
    }
}

fn sqlite(error: rusqlite::Error) -> WriteError {
    WriteError::Failed(format!("the account store refused it: {}", problem(error)))
}
