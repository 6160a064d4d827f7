//! The documents of a file, each read for itself, so that one which is being typed does not hide the others.

use crate::language::document::Kind;
use crate::model::{FileId, Span};
use crate::yaml::{self, Budget, Node};

/// A document that is well-formed YAML.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its file.
    pub(super) file: FileId,
    /// Its bytes in the file.
    pub(super) slice: Span,
    /// What it says it is; none: it says nothing known, as files of data do.
    pub(super) kind: Option<Kind>,
    /// Its tree; places are those of the file.
    pub(super) node: Node,
}

/// The bytes of each document of a text: what stands between lines that begin with `---`.
pub(super) fn slices(text: &str) -> Vec<Span> {
    let mut slices = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let marks = line.starts_with("---") && line[3..].chars().next().is_none_or(char::is_whitespace);
        if marks && at > start {
            slices.push(Span::new(start, at));
            start = at;
        }
        at += line.len();
    }
    slices.push(Span::new(start, at));
    slices
}

/// The documents of a text that can be read.
pub(super) fn documents(file: FileId, text: &str) -> Vec<Document> {
    let mut found = Vec::new();
    for slice in slices(text) {
        let own = &text[slice.start as usize..slice.end as usize];
        let Ok(nodes) = yaml::read(file, own, &Budget::default()) else { continue };
        found.extend(nodes.into_iter().map(|mut node| {
            shift(&mut node, slice.start);
            Document { file, slice, kind: kind_of(&node), node }
        }));
    }
    found
}

/// Whether a text is YAML as a whole.
pub(super) fn can_be_read(text: &str) -> bool {
    yaml::read(FileId(0), text, &Budget::default()).is_ok()
}

/// The kind that a document names.
pub(super) fn kind_of(node: &Node) -> Option<Kind> {
    Kind::of(node.get("kind")?.as_text()?)
}

/// Moves every place of a tree by so many bytes.
fn shift(node: &mut Node, by: u32) {
    let moved = |span: Span| Span { start: span.start.saturating_add(by), end: span.end.saturating_add(by) };
    node.span = moved(node.span);
    match &mut node.kind {
        yaml::Kind::Sequence(items) => items.iter_mut().for_each(|item| shift(item, by)),
        yaml::Kind::Mapping(entries) => {
            for (key, value) in entries {
                key.span = moved(key.span);
                shift(value, by);
            }
        }
        yaml::Kind::Null
        | yaml::Kind::Boolean(_)
        | yaml::Kind::Integer(_)
        | yaml::Kind::Float(_)
        | yaml::Kind::Text(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_being_typed_does_not_hide_the_others() {
        let text = "kind: Profile\n---\nkind: [\n--- # third\nkind: Connector\n";
        let found = documents(FileId(0), text);
        let kinds: Vec<Option<Kind>> = found.iter().map(|document| document.kind).collect();
        assert_eq!(kinds, [Some(Kind::Profile), Some(Kind::Connector)]);
        let place = found[1].node.get("kind").map(|kind| kind.span);
        let place = place.and_then(|place| text.get(place.start as usize..place.end as usize));
        assert_eq!(place, Some("Connector"));
    }
}
