//! Who should have what, and why: policies applied to what the directories hold.
//!
//! Takes an application's policies and its directories' snapshots, gives a [`DesiredState`]. Never: the state of an
//! account, YAML, clock.

mod attributes;
mod comparison;
mod computed;
mod condition;
mod constraint;
mod groups;
mod linking;
mod members;
mod person;
mod population;
mod problem;
mod rights;
mod state;
mod transform;
mod value;
mod winning;

pub use crate::policy::{Captures, Fit, fit};
pub use attributes::{Blocking, ManagedAttribute, Reasoned, WantedValue};
pub use comparison::satisfies;
pub use computed::{Computed, LONGEST_LIST, LONGEST_TEXT, Unusable};
pub use condition::{Binder, BoundCondition, BoundTest, Facts};
pub use constraint::Walk;
pub use groups::{GroupResolver, LinkedGroup, is_read, role_id};
pub use linking::Source;
pub use members::Members;
pub use person::Persons;
pub use population::Population;
pub use problem::{DataErrors, DataProblem};
pub use rights::{Catalogue, RightId, RightsByRow};
pub use state::{DesiredState, Ending, desire, suppose};
pub use value::evaluate;
pub use winning::{LinkingFault, Winners};
