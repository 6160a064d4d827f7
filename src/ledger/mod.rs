//! Stores what was done: one git ref for each application and environment, one commit for each run.
//!
//! Takes states and run records, stores them by compare-and-swap, on the remote if there is one. Never: personal data,
//! decisions.

mod error;
mod names;
mod read;
mod remote;
mod settled_around;
mod store;
mod tree;

pub use error::LedgerError;
pub use names::{instances, prefix};
pub use remote::{Remote, RemoteError};
pub use settled_around::{SettledAround, SettledPolicies};
pub use store::{Head, Ledger, Loaded, Pushed};
