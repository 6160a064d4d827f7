//! The rows in one transaction: reads values, writes them, and checks that they were stored.

use super::file::problem;
use crate::execution::WriteError;
use crate::model::{Right, Value};
use crate::wire::sqlite::{StoredValue, account_id};
use rusqlite::{OptionalExtension, Params, Row, Transaction};

/// The store within one transaction.
pub(super) struct Rows<'t> {
    pub(super) transaction: &'t Transaction<'t>,
    /// The link's name in policies.
    pub(super) link: &'t str,
}

impl Rows<'_> {
    /// The account with this link.
    pub(super) fn linked(&self, link: &str) -> Result<Option<String>, WriteError> {
        self.find("SELECT id FROM accounts WHERE link = ?", [link], |row| row.get(0))
    }

    /// Checks that the account exists.
    pub(super) fn present(&self, id: &str) -> Result<(), WriteError> {
        if self.exists("SELECT 1 FROM accounts WHERE id = ?", [id])? {
            return Ok(());
        }
        Err(WriteError::Stale {
            what: format!("account `{id}`"),
            expected: "that it exists".to_owned(),
            found: "none with this id".to_owned(),
        })
    }

    /// Checks that the account has this value.
    pub(super) fn expect(&self, id: &str, name: &str, expected: Option<&Value>) -> Result<(), WriteError> {
        let found = self.held(id, name)?;
        if text(expected) == text(found.as_ref()) {
            return Ok(());
        }
        Err(WriteError::Stale {
            what: format!("`{name}` of account `{id}`"),
            expected: shown(expected),
            found: shown(found.as_ref()),
        })
    }

    /// Inserts an account without attributes, with an id that was never used before.
    pub(super) fn insert(&self, link: &str, active: bool) -> Result<String, WriteError> {
        let id = loop {
            let next = "UPDATE next_account SET number = number + 1 RETURNING number - 1";
            let number = self.find(next, [], |row| row.get(0))?;
            let id = account_id(number.ok_or_else(|| refused("the table `next_account` has no row"))?);
            if !self.exists("SELECT 1 FROM accounts WHERE id = ?", [&id])? {
                break id;
            }
        };
        self.run("INSERT INTO accounts (id, link, active) VALUES (?, ?, ?)", (&id, link, active))?;
        self.verify(&id, self.link, Some(&Value::Text(link.to_owned())))?;
        self.verify(&id, "active", Some(&Value::Boolean(active)))?;
        Ok(id)
    }

    /// Writes one value, and reads it back.
    pub(super) fn put(&self, id: &str, name: &str, value: Option<&Value>) -> Result<(), WriteError> {
        if name == self.link {
            self.put_link(id, text(value))?;
        } else if name == "active" {
            let Some(Value::Boolean(active)) = value else {
                return Err(refused(format!("`active` of account `{id}` can only be `true` or `false`")));
            };
            self.run("UPDATE accounts SET active = ? WHERE id = ?", (active, id))?;
        } else {
            self.put_attribute(id, name, value.and_then(StoredValue::of))?;
        }
        self.verify(id, name, value)
    }

    /// Deletes the account with everything that belongs to it.
    pub(super) fn delete(&self, id: &str) -> Result<(), WriteError> {
        self.run("DELETE FROM accounts WHERE id = ?", [id])?;
        if self.exists("SELECT 1 FROM accounts WHERE id = ?", [id])? {
            return Err(without_effect(&format!("deleting account `{id}`")));
        }
        Ok(())
    }

    /// Grants a right that the application has.
    pub(super) fn grant(&self, id: &str, right: &Right) -> Result<(), WriteError> {
        let known = "SELECT 1 FROM entitlements WHERE entitlement = ? AND value = ? AND scope = ?";
        if !self.exists(known, (&right.entitlement, &right.value, scope(right)))? {
            return Err(refused(format!(
                "the application does not know the right `{right}`; add it to the table `entitlements` first"
            )));
        }
        self.run(
            "INSERT INTO grants (account, entitlement, value, scope) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (id, &right.entitlement, &right.value, scope(right)),
        )?;
        if self.holds(id, right)? {
            Ok(())
        } else {
            Err(without_effect(&format!("granting `{right}` to account `{id}`")))
        }
    }

    /// Revokes a right.
    pub(super) fn revoke(&self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.run(
            "DELETE FROM grants WHERE account = ? AND entitlement = ? AND value = ? AND scope = ?",
            (id, &right.entitlement, &right.value, scope(right)),
        )?;
        if self.holds(id, right)? {
            return Err(without_effect(&format!("revoking `{right}` from account `{id}`")));
        }
        Ok(())
    }

    fn put_link(&self, id: &str, link: Option<String>) -> Result<(), WriteError> {
        if let Some(link) = &link
            && let Some(other) = self.linked(link)?
            && other != id
        {
            return Err(refused(format!(
                "account `{other}` has the link `{link}` already, so `{id}` cannot have it"
            )));
        }
        self.run("UPDATE accounts SET link = ? WHERE id = ?", (link, id))
    }

    fn put_attribute(&self, id: &str, name: &str, value: Option<StoredValue>) -> Result<(), WriteError> {
        match value {
            None => self.run("DELETE FROM attributes WHERE account = ? AND name = ?", (id, name)),
            Some(StoredValue { kind, text }) => self.run(
                "INSERT INTO attributes (account, name, value, type) VALUES (?, ?, ?, ?)
                 ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, type = excluded.type",
                (id, name, text, kind),
            ),
        }
    }

    fn held(&self, id: &str, name: &str) -> Result<Option<Value>, WriteError> {
        if name == self.link {
            let link: Option<Option<String>> =
                self.find("SELECT link FROM accounts WHERE id = ?", [id], |row| row.get(0))?;
            return Ok(link.flatten().map(Value::Text));
        }
        if name == "active" {
            let active = self.find("SELECT active FROM accounts WHERE id = ?", [id], |row| row.get(0))?;
            return Ok(active.map(Value::Boolean));
        }
        let sql = "SELECT type, value FROM attributes WHERE account = ? AND name = ?";
        let row: Option<(String, String)> =
            self.find(sql, (id, name), |row| Ok((row.get(0)?, row.get(1)?)))?;
        row.map(|(kind, text)| StoredValue::read(&kind, text))
            .transpose()
            .map_err(|problem| refused(format!("`{name}` of account `{id}` cannot be read: {problem}")))
    }

    fn holds(&self, id: &str, right: &Right) -> Result<bool, WriteError> {
        self.exists(
            "SELECT 1 FROM grants WHERE account = ? AND entitlement = ? AND value = ? AND scope = ?",
            (id, &right.entitlement, &right.value, scope(right)),
        )
    }

    /// Checks that a value was stored. A write without effect, for example because of a trigger, is a failure (threat
    /// F7).
    fn verify(&self, id: &str, name: &str, wanted: Option<&Value>) -> Result<(), WriteError> {
        if text(self.held(id, name)?.as_ref()) == text(wanted) {
            return Ok(());
        }
        Err(without_effect(&format!("writing `{name}` of account `{id}`")))
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
        let mut statement = self.transaction.prepare_cached(sql).map_err(sqlite)?;
        statement.query_row(values, take).optional().map_err(sqlite)
    }

    fn run(&self, sql: &str, values: impl Params) -> Result<(), WriteError> {
        let mut statement = self.transaction.prepare_cached(sql).map_err(sqlite)?;
        statement.execute(values).map(drop).map_err(sqlite)
    }
}

/// A value's text; none for an empty value.
fn text(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string).filter(|text| !text.is_empty())
}

fn shown(value: Option<&Value>) -> String {
    text(value).map_or_else(|| "nothing".to_owned(), |text| format!("`{text}`"))
}

fn scope(right: &Right) -> &str {
    right.scope.as_deref().unwrap_or_default()
}

fn refused(message: impl Into<String>) -> WriteError {
    WriteError::Failed(message.into())
}

fn without_effect(what: &str) -> WriteError {
    WriteError::Failed(format!("{what} had no effect; look for a trigger in the store"))
}

fn sqlite(error: rusqlite::Error) -> WriteError {
    WriteError::Failed(format!("the account store refused it: {}", problem(error)))
}
