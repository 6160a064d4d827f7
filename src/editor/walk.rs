//! Every text of a document, with the shape of its place.

use super::documents::Document;
use super::shape::Shape;
use crate::model::Span;
use crate::yaml::{Kind, Node};

/// A key or a text value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'n> {
    /// The name of its shape; of a key, the name of the object's.
    pub(super) shape: &'n str,
    /// Whether it is a key.
    pub(super) is_key: bool,
    /// Of a value in an object, its key.
    pub(super) key: Option<&'n str>,
    /// The keys of the objects around it, the outermost first.
    pub(super) around: &'n [&'n str],
    /// What it says.
    pub(super) text: &'n str,
    /// Its place, quotes included.
    pub(super) span: Span,
}

/// Shows every text of a document whose place the schema of its kind knows.
pub(super) fn walk(document: &Document, visit: &mut impl FnMut(Site<'_>)) {
    if let Some(kind) = document.kind {
        below(&Shape::of(kind), &document.node, None, &[], visit);
    }
}

fn below(shape: &Shape, node: &Node, key: Option<&str>, around: &[&str], visit: &mut impl FnMut(Site<'_>)) {
    match &node.kind {
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let (name, span) = (&*key.name, key.span);
                visit(Site { shape: &shape.name, is_key: true, key: None, around, text: name, span });
                let Some(inner) = shape.key(name) else { continue };
                let around: Vec<&str> = around.iter().copied().chain([name]).collect();
                below(&inner, value, Some(name), &around, visit);
            }
        }
        Kind::Sequence(items) => {
            let Some(item) = shape.item() else { return };
            items.iter().for_each(|node| below(&item, node, key, around, visit));
        }
        Kind::Text(text) => {
            visit(Site { shape: &shape.name, is_key: false, key, around, text, span: node.span });
        }
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => {}
    }
}
