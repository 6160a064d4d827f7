//! What may be applied: guards, one file a brake, the approval that only they give, and what the ledger remembers.
//!
//! Takes plans and the ledger's state; gives refusals or an [`Approved`] plan, and the next state. Never: the forge, git,
//! a clock.

mod allowances;
mod approved;
mod holders;
mod item;
mod lease;
mod limits;
mod source;
mod state;
mod window;

pub use allowances::{Allowed, Used};
pub use approved::{Approved, Refused, approve, guards};
pub use holders::holders;
pub use item::{ItemKey, sensitive};
pub use lease::{DEAD_AFTER, Lease, POLL_EVERY, RENEW_EVERY, Watch, Watched};
pub use limits::{Past, Refusal, Verdict, charged, counted, limits, remembered};
pub use state::{Charge, FORMAT, Open, RunRecord, Seen, Settled, State};
pub use window::{Closure, Standing, standing};
