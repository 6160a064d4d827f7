//! Checks whether a run would succeed: what is in the way, and what to do about it.
//!
//! Takes the results of probes, calendars, a branch's rules, workflows and the text of CODEOWNERS, gives lines. Never: a socket, a
//! clock, a secret.

mod calendar;
mod connection;
mod line;
mod owners;
mod profile;
mod review;
mod stores;
mod workflows;

pub use calendar::calendar;
pub use connection::{ProbeReport, connection, expiry};
pub use line::{Line, Outcome, Step, exit_code};
pub use owners::{Owners, owners};
pub use profile::{FoundProfile, TriedService, found_profile};
pub use review::review;
pub use stores::lost_store;
pub use workflows::{WorkflowFile, workflows};
