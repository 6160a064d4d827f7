//! Decides what may be applied: guards, one file each, the approval, and the ledger's state.
//!
//! Takes plans and the ledger's state; gives refusals or an [`Approved`] plan, and the next state. Never: the forge, git,
//! a clock.

mod allowances;
mod approved;
mod classify;
mod connections;
mod evidence;
mod guard;
mod guards;
mod holders;
mod identity;
mod impact;
mod item;
mod judgement;
mod known;
mod lease;
mod limits;
mod listed;
mod loosened;
mod marks;
mod memory;
mod next;
mod own_effects;
mod plausible;
mod policy_plan;
mod quarantine;
mod record;
mod run;
mod setback;
mod source;
mod split;
mod state;
mod trail;
mod window;

pub use allowances::{Allowed, Used};
pub use approved::{Approved, Refused, approve};
pub use classify::{Classes, Reviewed, classify};
pub use connections::{Unread, Unshown, is_mail_unseen, may_call, may_read, same_connections};
pub use evidence::{Check, CommitPulls, Evidence, EvidenceCriteria, Mends, Pull, evidence};
pub use guard::Guard;
pub use guards::guards;
pub use holders::holders;
pub use identity::{Identity, identities};
pub use impact::{Impact, impact, unsettled};
pub use item::ItemKey;
pub use judgement::{Judgement, Review, judge};
pub use known::{Known, Version};
pub use lease::{DEAD_AFTER, Lease, POLL_EVERY, RENEW_EVERY, Watch, Watched};
pub use limits::{LimitCheck, Past, Refusal, charged, counted, limits, remembered};
pub use listed::Listed;
pub use loosened::{Guarded, loosened};
pub use marks::Marks;
pub use memory::{remember, remember_accounts};
pub use next::Beginning;
pub use own_effects::OwnEffects;
pub use plausible::Ahead;
pub use policy_plan::PolicyPlan;
pub use record::{LaterDay, NoRecord, PullRequestPlan, Record};
pub use run::{RunRecord, RunResult, by_operation};
pub use setback::{Ended, Quarantine, Setback};
pub use split::split;
pub use state::{Charge, FORMAT, Later, Open, Seen, Settled, State};
pub use trail::{Deed, Traces, Trail};
pub use window::{Closure, Standing, standing};
