//! JSON Schemas of the documents: made from the document types, published for editors, and used to validate.
//!
//! Takes a document's tree, gives a finding for every place that does not match the schema of its kind, with the most
//! similar correct word. Never uses `oneOf` or `anyOf`, because their messages have no exact place. Does not check
//! names that another document declares.

mod collapse;
mod dispatch;
mod editors;
mod generate;
mod offer;
mod report;
mod suppress;
mod validate;
mod words;

pub use dispatch::kind_of;
pub use generate::{all, of_kind, published, umbrella};
pub use offer::offer;
pub use validate::validate;

use crate::model::Span;
use crate::yaml::{Kind, Node};

/// The place of an object's first key, where errors about the whole object are shown; the whole node if there is none.
fn opening(node: &Node) -> Span {
    match &node.kind {
        Kind::Mapping(entries) => entries.first().map_or(node.span, |(key, _)| key.span),
        _ => node.span,
    }
}
