//! The door: joins the rooms, one file a command, and says how it ended.
//!
//! Takes arguments, gives an exit code. Never: decisions about who gets what.

pub mod args;
mod clock;
mod exit;
mod out;
