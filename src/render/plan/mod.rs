//! Plans for people and programs.

mod items;
mod lists;
mod markdown;
mod sorted;
mod standing;
mod summary;
mod terminal;
mod tsv;

pub use lists::lists;
pub use markdown::markdown;
pub use standing::{Standing, standing, standing_markdown};
pub use summary::summary;
pub use terminal::{Style, terminal};
pub use tsv::tsv;

pub(in crate::render) use items::{because, place};
pub(in crate::render) use lists::is_error;
pub(in crate::render) use markdown::{given, left_alone, taken_away, taken_from};
pub(in crate::render) use sorted::{Entry, Sorted};
pub(in crate::render) use summary::read;

use crate::gate::Refusal;
use crate::plan::Plan;

/// A plan, and what the guards say about it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Exceeded limits; empty if the plan could be applied.
    pub refusals: &'p [Refusal],
}
