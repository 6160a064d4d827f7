//! Values of `editor` in the form of the protocol, and back.

use crate::editor::{Completion, CompletionKind, Edit, LineColumn, LineRange};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    Position, Range, TextEdit,
};

/// A place of the protocol.
pub(super) fn position(place: LineColumn) -> Position {
    Position { line: place.line, character: place.column }
}

/// A place of `editor`.
pub(super) fn place(position: Position) -> LineColumn {
    LineColumn { line: position.line, column: position.character }
}

/// A range of the protocol.
pub(super) fn range(range: LineRange) -> Range {
    Range { start: position(range.start), end: position(range.end) }
}

/// A change of one file.
pub(super) fn edit(edit: &Edit) -> TextEdit {
    TextEdit { range: range(edit.range), new_text: edit.text.clone() }
}

/// Text in Markdown.
pub(super) fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// Something that may be written; `number` keeps the order.
pub(super) fn completion(completion: Completion, number: usize) -> CompletionItem {
    let kind = match completion.kind {
        CompletionKind::Key => CompletionItemKind::PROPERTY,
        CompletionKind::Word => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Name => CompletionItemKind::REFERENCE,
        CompletionKind::Group => CompletionItemKind::VALUE,
    };
    let edit = TextEdit { range: range(completion.range), new_text: completion.insert };
    // Editors compare what is replaced, quotes included, with this text.
    let filter = edit.new_text.starts_with(['\'', '"']).then(|| edit.new_text.clone());
    CompletionItem {
        label: completion.label,
        kind: Some(kind),
        detail: completion.detail,
        documentation: completion.documentation.map(|text| Documentation::MarkupContent(markdown(text))),
        sort_text: Some(format!("{number:05}")),
        filter_text: filter,
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}
