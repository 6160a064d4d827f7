//! Reads the world: git, files, SCIM services, the embedded store. A read is complete or an error.
//!
//! Takes connections and what the policies need, gives sources and snapshots. Never: any write, any decision.

mod handwritten;
pub mod ndjson;
pub mod people;
pub mod sqlite;
pub mod start;
