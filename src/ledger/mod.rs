//! Stores what was done: for each application and environment its state, and a record of each run.
//!
//! Takes states and run records, stores them by compare-and-swap: in a git ref, on the remote if there is one, or in a row of a
//! PostgreSQL database. Never: personal data, decisions.

mod contents;
mod error;
mod instance;
mod place;
mod postgres;
mod refs;
mod texts;

pub use contents::{Head, Loaded, Pushed, SettledAround, SettledPolicies};
pub use error::LedgerError;
pub use instance::Ledger;
pub use place::LedgerPlace;
pub use postgres::{DatabaseSecrets, LedgerDatabase, Turns};
pub use refs::{Remote, RemoteError};
