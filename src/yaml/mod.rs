//! Strict YAML 1.2 with the place of every key and value, within limits.
//!
//! Takes text, gives a tree of [`Node`]s or the first error. Never: tags, merge keys, duplicate keys,
//! guessed types, unbounded work. Why this reader exists: `docs/decisions/0001-yaml-reader.md`.

mod compose;
mod deserialize;
mod layout;
mod node;
mod scalar;
mod spanned;

pub use compose::{Budget, read};
pub use deserialize::{TypeError, from_node};
pub use layout::format;
pub use node::{Key, Kind, Node};
pub use spanned::Spanned;
