//! What the four systems do, number by number (PA, PD, PM, PU, DS), asserted on plans and on applied state.
//!
//! The first sentence of a test's comment is its behaviour's statement in `docs/behaviours.md`; a line that begins with
//! `Open:` says what is not there yet.

mod dstny;
mod listed;
mod reports;
pub(crate) mod system;
