//! Writes to applications: one change, one call, and what came of it.
//!
//! Takes single changes of an approved plan, gives their outcome after reading back what was written. Never: reading
//! snapshots; deciding; a change that is half done.

mod outcome;
pub mod sqlite;

pub use outcome::WriteError;
