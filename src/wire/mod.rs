//! Bytes to words and back, one protocol or file format a file, without touching the world.
//!
//! Takes text and rows that a verb room read, gives records and located problems; or words, and gives what to send or
//! store. Never: sockets, files, async.

pub mod sqlite;
pub mod start;
