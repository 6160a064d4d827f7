//! The one PostgreSQL client: TLS, permitted addresses, deadlines, caps.
//!
//! Takes where a database is and who signs in, gives sessions. Never: SQL of others, retries, decisions.

mod error;
mod metered;
mod session;
mod tls;
mod transaction;

pub use error::{Again, PostgresError};
pub use session::{Caps, Server, Session, Value};
pub use transaction::{Mode, Transaction};
