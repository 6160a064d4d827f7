//! Whether a run would get as far as it should: what was met on the way, and what to do where something is in it.
//!
//! Takes what probes met, calendars, a branch's rules and the text of CODEOWNERS, gives lines. Never: a socket, a clock, a secret.

mod calendar;
mod connection;
mod line;
mod owners;
mod review;

pub use calendar::calendar;
pub use connection::{Met, connection, expiry};
pub use line::{Line, Outcome, Step, worst};
pub use owners::{Owners, owners};
pub use review::review;
