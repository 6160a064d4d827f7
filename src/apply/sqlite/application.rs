//! An account store as a [`Writer`]: one change after the other, each a transaction.

use super::SqliteWriter;
use crate::apply::{Permit, Results, Writer, Writing};
use crate::execution::{Work, WriteError, Written};
use crate::model::{AttributePath, Value};
use crate::plan::{Action, AttributeChange, Change};
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
            Work::Park { account, change, name } => vec![park(&mut writer, account, change, name)],
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
            update(writer, id()?, change, parked)?
        }
        Action::Deactivate => writer.deactivate(id()?)?,
        Action::Delete => writer.delete(id()?)?,
        Action::Grant(right) => writer.grant(id()?, right)?,
        Action::Revoke(right) => writer.revoke(id()?, right)?,
    }
    Ok(Written::default())
}

fn update(
    writer: &mut SqliteWriter,
    id: &str,
    change: &Change,
    parked: Option<&Value>,
) -> Result<(), WriteError> {
    let attributes = change.attribute_changes();
    // `active` is a separate argument.
    let attributes: Vec<&AttributeChange<'_>> = attributes.iter().filter(|it| it.path.is_some()).collect();
    let before = |change: &AttributeChange<'_>| match parked {
        Some(parked) if change.attribute == "userName" => Some(parked.clone()),
        _ => change.before.cloned(),
    };
    let path = |it: &AttributeChange<'_>| it.path.cloned();
    let expected: Vec<_> = attributes.iter().filter_map(|it| Some((path(it)?, before(it)))).collect();
    let changes: Vec<_> = attributes.iter().filter_map(|it| Some((path(it)?, it.after.cloned()))).collect();
    writer.update(id, &expected, &changes, change.sets_active(), None)
}

fn park(writer: &mut SqliteWriter, id: &str, change: &Change, name: &Value) -> Result<Written, WriteError> {
    if let Some(user_name) = change.attribute_change("userName")
        && let Some(path) = user_name.path
    {
        let expected = [(path.clone(), user_name.before.cloned())];
        writer.update(id, &expected, &[(path.clone(), Some(name.clone()))], None, None)?;
    }
    Ok(Written::default())
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
