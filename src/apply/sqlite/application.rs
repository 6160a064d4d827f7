//! An account store as a [`Writer`]: one change after the other, each a transaction.

use super::SqliteWriter;
use crate::apply::store::changes;
use crate::apply::{Permit, Results, Writer, Writing};
use crate::execution::{Work, WriteError, Written};
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
        let one = |change| {
            if !permit.holds() {
                return Err(WriteError::NotBegun);
            }
            let account = writer.change(&change?)?;
            Ok(Written { account, not_kept: Vec::new() })
        };
        changes(work).into_iter().map(one).collect()
    }
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
