//! Account stores, whatever database holds them: what a change looks at, what it writes, and how it is read back.
//!
//! A change is made in one transaction: the database is asked for a [`View`], the change decides what to write, the
//! database writes that, and a second view shows whether it had an effect.

mod change;
mod statement;
mod view;
mod work;

pub(super) use change::{Decision, StoreChange};
pub(super) use statement::{Parameter, Statement};
pub(super) use view::{HeldAccount, Look, View};
pub(super) use work::changes;
