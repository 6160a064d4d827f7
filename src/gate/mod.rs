//! What may be applied: guards, one file a brake, and the approval that only they give.
//!
//! Takes plans, and what the ledger remembers; gives refusals or an [`Approved`] plan. Never: the forge, git, a clock.

mod approved;
mod limits;

pub use approved::{Approved, Refused, approve};
pub use limits::{Refusal, limits};
