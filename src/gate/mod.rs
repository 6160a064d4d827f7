//! What may be applied: guards, one file a brake, the approval that only they give, and what the ledger remembers.
//!
//! Takes plans and the ledger's state; gives refusals or an [`Approved`] plan, and the next state. Never: the forge, git,
//! a clock.

mod approved;
mod item;
mod lease;
mod limits;
mod state;

pub use approved::{Approved, Refused, approve};
pub use item::{ItemKey, sensitive};
pub use lease::{DEAD_AFTER, Lease, POLL_EVERY, RENEW_EVERY, Watch, Watched};
pub use limits::{Refusal, limits};
pub use state::{Charge, FORMAT, Open, RunRecord, Seen, Settled, State};
