//! The behaviours of the four systems, by number (PA, PD, PM, PU, DS), asserted on plans and on the state after a run.
//!
//! The first sentence of a test's comment is the behaviour's statement in `docs/behaviours.md`; a line that begins with
//! `Open:` names what is missing.

mod active_directory;
mod dstny;
mod dstny_random;
mod listed;
mod promapp;
mod pronestor;
mod pronestor_random;
mod pulseway;
mod pulseway_random;
mod pulseway_sync;
mod reports;
mod schedule;
pub(crate) mod tenants;
