//! How an approved plan is carried out: which steps it has, which of them may begin, and what a failure means for the
//! others.
//!
//! Takes an approved plan and what came of each step, gives the next steps and the outcome of each change. Never: a
//! clock, a call, anything that is not approved.

mod account_write;
mod failures;
mod outcome;
mod rings;
mod steps;
mod walk;

pub use account_write::{AccountWrite, HeldValue};
pub use outcome::{ChangeOutcome, Halt, Tally, WriteError, Written};
pub use walk::{Task, Walk, Work};
