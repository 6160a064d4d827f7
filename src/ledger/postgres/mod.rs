//! Ledgers in a PostgreSQL database: one row for each instance, one for each run, replaced by compare-and-swap.

mod address;
mod database;
mod pack;
mod row;
mod rows;
mod schema;
mod turns;

pub(super) use address::is_address;
pub use database::{DatabaseSecrets, LedgerDatabase};
pub(super) use row::RowLedger;
pub use turns::Turns;
