//! Writes to applications: one change, one call, and what came of it.
//!
//! Takes single changes of an approved plan, gives their outcome after reading back what was written. Never: reading
//! snapshots; deciding; a change that is half done.

mod outcome;
mod run;
pub mod scim;
pub mod sqlite;
mod writer;

pub use outcome::WriteError;
pub use run::{ChangeOutcome, Tally, run};
pub use writer::{Values, Writer};
