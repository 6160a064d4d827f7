//! Writes to applications: one change, one call, one outcome.
//!
//! Takes single changes of an approved plan, gives their outcomes after reading back what was written. Never: reading
//! snapshots, deciding, leaving a change half done.

mod outcome;
mod run;
pub mod scim;
pub mod sqlite;
mod writer;

pub use outcome::WriteError;
pub use run::{ChangeOutcome, Tally, run};
pub use writer::{Values, Writer};
