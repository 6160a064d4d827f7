//! An account store as a [`Writer`]: one change after the other, each a transaction.

use super::SqliteWriter;
use crate::apply::{Permit, Results, Writer, Writing};
use crate::execution::{AccountWrite, Work, WriteError, Written};
use crate::model::{AttributePath, Value};
use crate::plan::{Action, Change};
use std::cell::RefCell;
use std::time::Duration;

/// Writes to one store.
pub struct SqliteApplication(RefCell<SqliteWriter>);

impl SqliteApplication {
    /// By a writer of single changes.
    pub fn new(writer: SqliteWriter) -> Self {
        Self(RefCell::new(writer))
    }

    fn write_now(&self, work: &Work<'_>, permit: &Permit) -> Results {
        let mut writer = self.0.borrow_mut();
        match work {
            Work::Park { account, change, name } => {
                vec![update(&mut writer, account, &AccountWrite::parks(change, name))]
            }
            Work::One { account, change, parked } => {
                vec![one(&mut writer, account.as_deref(), change, parked.as_ref())]
            }
            Work::Members { right, gives, accounts } => accounts
                .iter()
                .map(|account| {
                    if !permit.holds() {
                        return Err(WriteError::NotBegun);
                    }
                    let written =
                        if *gives { writer.grant(account, right) } else { writer.revoke(account, right) };
                    written.map(|()| Written::default())
                })
                .collect(),
        }
    }
}

fn one(
    writer: &mut SqliteWriter,
    account: Option<&str>,
    change: &Change,
    parked: Option<&Value>,
) -> Result<Written, WriteError> {
    let id = || account.ok_or_else(|| WriteError::Failed("the account is not there yet".to_owned()));
    match &change.action {
        Action::Create { link, attributes } => {
            let attributes: Vec<(AttributePath, Value)> = attributes
                .iter()
                .map(|attribute| (AttributePath::clone(&attribute.path), attribute.value.clone()))
                .collect();
            let account = Some(writer.create(&attributes, &link.value.to_string(), true)?);
            return Ok(Written { account, not_kept: Vec::new() });
        }
        Action::Adopt { .. } | Action::Reactivate { .. } | Action::Update { .. } | Action::Archive { .. } => {
            return update(writer, id()?, &AccountWrite::of(change, parked));
        }
        Action::Deactivate => writer.deactivate(id()?)?,
        Action::Delete => writer.delete(id()?)?,
        Action::Grant(right) => writer.grant(id()?, right)?,
        Action::Revoke(right) => writer.revoke(id()?, right)?,
    }
    Ok(Written::default())
}

fn update(writer: &mut SqliteWriter, id: &str, write: &AccountWrite) -> Result<Written, WriteError> {
    let AccountWrite { expected, changes, active } = write;
    writer.update(id, expected, changes, *active, None).map(|()| Written::default())
}

impl Writer for SqliteApplication {
    fn call_timeout(&self) -> Duration {
        self.0.borrow().call_timeout()
    }

    /// A store takes one writer at a time.
    fn concurrency(&self) -> usize {
        1
    }

    fn write<'w>(&'w self, work: &'w Work<'w>, permit: &'w Permit) -> Writing<'w> {
        Box::pin(async { self.write_now(work, permit) })
    }
}
