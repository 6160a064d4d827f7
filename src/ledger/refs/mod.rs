//! Ledgers in git: one ref for each instance, one commit for each run, on the remote if there is one.

mod names;
mod read;
mod remote;
mod settled_around;
mod store;
mod tree;
mod whole;

pub(super) use names::{instances, prefix};
pub use remote::{Remote, RemoteError};
pub(super) use store::RefLedger;
