//! JSON Schemas of the documents: made from the document types, published for editors, and used to validate.
//!
//! Takes a document's tree, gives every place where it is not what its kind's schema says, with the nearest spelling.
//! Never: `oneOf` or `anyOf`, whose messages name no place; names that another document declares.

mod collapse;
mod dispatch;
mod generate;
mod offer;
mod report;
mod suppress;
mod validate;
mod words;

pub use dispatch::kind_of;
pub use generate::{all, of_kind, umbrella};
pub use offer::offer;
pub use validate::validate;

use crate::model::Span;
use crate::yaml::{Kind, Node};

/// The first key of an object, where an error about the object as a whole is shown; else all of it.
fn opening(node: &Node) -> Span {
    match &node.kind {
        Kind::Mapping(entries) => entries.first().map_or(node.span, |(key, _)| key.span),
        _ => node.span,
    }
}
