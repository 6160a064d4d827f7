//! Bytes to records and back, one protocol a folder, without IO: requests go out as values, responses come in as bytes.
//!
//! Takes bytes, gives records of [`model`](crate::model) types. Never: sockets, files, async.

pub mod graph;
