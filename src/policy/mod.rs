//! Text to policies: read YAML with spans, validate against the schemas, check across documents, compile.
//!
//! Takes a [`SourceSet`](crate::model::SourceSet), gives findings and a compiled [`PolicySet`](set::PolicySet). Never:
//! paths on disk, the network, a directory's data.

mod check;
mod compile;
pub mod document;
mod documents;
mod finding;
mod load;
mod read;
pub mod schema;
pub mod set;
mod spelling;
pub mod yaml;

pub use documents::{Documents, Placed};
pub use finding::{Finding, Label, Severity};
pub use load::{Checked, load};
