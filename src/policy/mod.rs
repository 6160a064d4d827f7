//! Text to policies: read YAML with spans, validate against the schemas, check across documents, compile.
//!
//! Takes a [`SourceSet`](crate::model::SourceSet), gives findings and a compiled [`PolicySet`](set::PolicySet). Never:
//! paths on disk, the network, a directory's data.

mod finding;
pub mod set;
pub mod yaml;

pub use finding::{Finding, Label, Severity};
