//! Variants that are broken on purpose: the oracle has to notice each of them.

use rolewright::apply::{Permit, Writer, Writing};
use rolewright::execution::Work;
use rolewright::gate::Approved;
use rolewright::model::Operation;
use std::cell::Cell;
use std::time::Duration;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A create whose outcome is unknown is sent again.
    RepeatsCreates,
    /// A plan is made from half of the people.
    ReadsInPart,
    /// Accounts are removed before anything else is written.
    RemovesFirst,
}

/// A writer that removes accounts first.
pub(crate) struct RemovesFirst<'w> {
    inner: &'w dyn Writer,
    approved: &'w Approved,
    did: Cell<bool>,
}

impl<'w> RemovesFirst<'w> {
    pub(crate) fn new(inner: &'w dyn Writer, approved: &'w Approved) -> Self {
        Self { inner, approved, did: Cell::new(false) }
    }
}

impl Writer for RemovesFirst<'_> {
    fn call_timeout(&self) -> Duration {
        self.inner.call_timeout()
    }

    fn concurrency(&self) -> usize {
        self.inner.concurrency()
    }

    fn write<'w>(&'w self, work: &'w Work<'w>, permit: &'w Permit) -> Writing<'w> {
        Box::pin(async move {
            if !self.did.replace(true) {
                for change in self.approved.changes() {
                    if matches!(change.operation(), Operation::Deactivate | Operation::Delete) {
                        let account = change.subject.account.clone();
                        drop(self.inner.write(&Work::One { account, change, parked: None }, permit).await);
                    }
                }
            }
            self.inner.write(work, permit).await
        })
    }
}
