//! Remembers what was done: one git ref for each application and environment, one commit a run.
//!
//! Takes states and run records, keeps them by compare-and-swap, on the remote where there is one. Never: personal data,
//! deciding.

mod error;
mod past;
mod read;
mod remote;
mod store;
mod tree;

pub use error::LedgerError;
pub use past::{Around, Kept};
pub use remote::{Remote, RemoteError};
pub use store::{Head, Ledger, Loaded, Pushed};
