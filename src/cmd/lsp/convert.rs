//! Values of `editor` in the form of the protocol, and back.

use crate::editor::{Completion, CompletionKind, Edit, LineColumn, LineRange};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, Position, Range, TextEdit,
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

/// Something that may be written; `number` keeps the order, `snippets` says whether the editor can set the cursor into it.
pub(super) fn completion(completion: Completion, number: usize, snippets: bool) -> CompletionItem {
    let kind = match completion.kind {
        CompletionKind::Key => CompletionItemKind::PROPERTY,
        CompletionKind::Word => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Name => CompletionItemKind::REFERENCE,
        CompletionKind::Group => CompletionItemKind::VALUE,
    };
    let Completion { label, insert, cursor, .. } = completion;
    // Editors compare what is replaced, quotes included, with this text.
    let filter = match insert.chars().next() {
        Some('\'' | '"') => Some(insert.clone()),
        Some('{') => Some(label.trim_matches(['{', '}', ' ']).to_owned()),
        _ => None,
    };
    let snippet = cursor.filter(|_| snippets).and_then(|at| Some((insert.get(..at)?, insert.get(at..)?)));
    let snippet = snippet.map(|(before, after)| format!("{}$0{}", escaped(before), escaped(after)));
    let format = snippet.is_some().then_some(InsertTextFormat::SNIPPET);
    let edit = TextEdit { range: range(completion.range), new_text: snippet.unwrap_or(insert) };
    CompletionItem {
        label,
        kind: Some(kind),
        detail: completion.detail,
        documentation: completion.documentation.map(|text| Documentation::MarkupContent(markdown(text))),
        sort_text: Some(format!("{number:05}")),
        filter_text: filter,
        insert_text_format: format,
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

/// A text that means itself in a snippet.
fn escaped(text: &str) -> String {
    let special = |letter: char| matches!(letter, '\\' | '$' | '}');
    text.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect()
}
