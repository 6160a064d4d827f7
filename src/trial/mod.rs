//! Policy tests: the effect of policies on made-up people and accounts (the policy language, 11).
//!
//! Takes compiled policies with their tests, gives the result of each test, the rules that no test touches, and the
//! rules whose removal no test notices. Never: a real directory or application, files, a clock.

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
