//! Text to policies: documents as people write them, their schemas, checks across documents, compiling.
//!
//! Takes a [`SourceSet`](crate::model::SourceSet), gives findings and a compiled [`PolicySet`](crate::policy::PolicySet).
//! Never: reading paths on disk, the network or a directory's data.

mod bounds;
mod check;
mod compile;
pub mod document;
mod documents;
mod layout;
mod load;
mod read;
mod rule_text;
pub mod schema;
mod spelling;
mod walk;

pub use layout::{LaidOut, lay_out, lay_out_every};
pub use load::{Checked, load};
pub use rule_text::rule_texts;
