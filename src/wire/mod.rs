//! Decodes and encodes protocols and file formats, one a module, without IO: requests go out as values, responses come
//! in as bytes.
//!
//! Takes text and rows that a verb room read, gives records and located problems; or takes values and gives what to
//! send or store. Never: sockets, files, async.

pub mod github;
pub mod gitlab;
pub mod graph;
pub mod ldap;
pub mod oauth;
pub mod people;
pub mod postgres;
mod problem;
mod reading;
pub mod rest;
pub mod saved;
pub mod scim;
mod spelling;
pub mod sqlite;
pub mod start;
pub mod store;
pub mod webhook;

pub use problem::Problem;
pub use reading::BUDGET as HANDWRITTEN_BUDGET;
