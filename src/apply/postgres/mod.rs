//! Writes to an account store in PostgreSQL: each change is one transaction, and is read back before it is committed.

mod attempt;
mod fault;
mod make;
mod rows;
mod writer;

pub use writer::PostgresApplication;
