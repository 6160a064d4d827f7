<<<<<<< HEAD
//! Reads the world: git, files, SCIM services, the embedded store. A read is complete or an error.
//!
//! Takes connections and what the policies need, gives sources and snapshots. Never: any write, any decision.

pub mod ndjson;
=======
//! Reads the world into snapshots: files, directories, applications.
//!
//! Takes where something is and which attributes are wanted, gives a [`Complete`](crate::snapshot::Complete) snapshot or
//! an error that says what was missing. Never: any write; a shorter snapshot in place of an error; deciding.

pub mod sqlite;
>>>>>>> sqlite
