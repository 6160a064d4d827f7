//! Writes to applications: one engine, many calls at a time, one outcome a change.
//!
//! Takes an approved plan, gives the outcome of each change after reading back what was written. Never: reading
//! snapshots, deciding, leaving a change half done.

mod looks;
mod permit;
pub mod postgres;
pub mod rest;
mod run;
pub mod scim;
pub mod sqlite;
mod store;
mod wire_of_right;
mod writer;

pub use permit::Permit;
pub use run::{Control, run};
pub use wire_of_right::WireOfRight;
pub use writer::{Results, Writer, Writing};
