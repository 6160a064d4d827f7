//! What may be applied: guards, one file a brake, the approval that only they give, and what the ledger remembers.
//!
//! Takes plans and the ledger's state; gives refusals or an [`Approved`] plan, and the next state. Never: the forge, git,
//! a clock.

mod allowances;
mod approved;
mod classify;
mod evidence;
mod holders;
mod identity;
mod impact;
mod item;
mod lease;
mod limits;
mod listed;
mod record;
mod source;
mod split;
mod state;
mod window;

pub use allowances::{Allowed, Used};
pub use approved::{Approved, Refused, Review, approve, guards};
pub use classify::{Classes, Reviewed, classify};
pub use evidence::{Asked, Check, Evidence, Pull, Wanted, evidence};
pub use holders::holders;
pub use identity::{Identity, identities};
pub use impact::{Impact, impact, unsettled};
pub use item::ItemKey;
pub use lease::{DEAD_AFTER, Lease, POLL_EVERY, RENEW_EVERY, Watch, Watched};
pub use limits::{Past, Refusal, Verdict, charged, counted, limits, remembered};
pub use listed::Listed;
pub use record::{NoRecord, Record};
pub use split::split;
pub use state::{Charge, FORMAT, Open, RunRecord, Seen, Settled, State};
pub use window::{Closure, Standing, standing};
