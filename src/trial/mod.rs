//! Policy tests: what policies make of people and accounts that are made up (the policy language, 11).
//!
//! Takes compiled policies with their tests, gives what came of each test, which rules none of them touched, and which
//! rules none of them would miss. Never: a real directory or application, files, clock.

mod compare;
mod coverage;
mod item;
mod mutate;
mod relax;
mod run;
mod world;

pub use compare::Difference;
pub use coverage::{Coverage, coverage};
pub use item::{Item, ItemKind};
pub use mutate::{Mutation, mutate};
pub use run::{Trial, run};
