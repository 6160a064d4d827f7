//! Answers to what an editor asks.

use super::convert::{completion, edit, markdown, place, range};
use super::session::Session;
use crate::editor::{
    Edit, LineRange, Lines, complete, definitions, hover, mends, names_given, references, rename,
    renamed_place,
};
use crate::model::{FileId, Location};
use lsp_server::{ErrorCode, Request, ResponseError};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, GotoDefinition, HoverRequest, PrepareRenameRequest,
    References, Rename, Request as Asked,
};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CompletionList, CompletionParams, DocumentChanges,
    DocumentSymbolParams, GotoDefinitionParams, Hover, HoverContents, HoverParams, OneOf,
    OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, ReferenceParams, RenameParams,
    SymbolKind, TextDocumentEdit, TextDocumentPositionParams, WorkspaceEdit,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Answer = Result<Value, ResponseError>;

/// What the server can do.
pub(super) fn capabilities() -> Value {
    json!({
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": { "openClose": true, "change": 1, "save": true },
            "completionProvider": { "triggerCharacters": [":", " ", "{", "[", "'"] },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "documentSymbolProvider": true,
            "renameProvider": { "prepareProvider": true },
            "codeActionProvider": { "codeActionKinds": ["quickfix"] },
        },
        "serverInfo": { "name": "rolewright", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// The answer to what is asked after the session was shut down.
pub(super) fn ended() -> ResponseError {
    error(ErrorCode::InvalidRequest, "the session is shut down")
}

/// Answers a request.
pub(super) fn answer(session: &mut Session<'_>, request: &Request) -> Answer {
    match request.method.as_str() {
        Completion::METHOD => completions(session, &parameters(request)?),
        HoverRequest::METHOD => hovers(session, &parameters(request)?),
        GotoDefinition::METHOD => definition(session, &parameters(request)?),
        References::METHOD => reference(session, &parameters(request)?),
        DocumentSymbolRequest::METHOD => outline(session, &parameters(request)?),
        PrepareRenameRequest::METHOD => prepare_rename(session, &parameters(request)?),
        Rename::METHOD => renames(session, &parameters(request)?),
        CodeActionRequest::METHOD => actions(session, &parameters(request)?),
        other => Err(error(ErrorCode::MethodNotFound, &format!("`{other}` is not supported"))),
    }
}

fn error(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}

fn parameters<'p, T: Deserialize<'p>>(request: &'p Request) -> Result<T, ResponseError> {
    T::deserialize(&request.params)
        .map_err(|problem| error(ErrorCode::InvalidParams, &format!("{}: {problem}", request.method)))
}

fn value<T: serde::Serialize>(answer: T) -> Answer {
    serde_json::to_value(answer).map_err(|problem| error(ErrorCode::InternalError, &problem.to_string()))
}

/// A byte of a file.
#[derive(Clone, Copy)]
struct At {
    file: FileId,
    byte: usize,
}

/// The place that an editor asks about; none: not in a policy file.
fn at(session: &mut Session<'_>, asked: &TextDocumentPositionParams) -> Option<At> {
    let file = session.file(&asked.text_document.uri)?;
    let text = &session.workspace().sources().file(file).text;
    Some(At { file, byte: Lines::new(text).byte(place(asked.position)) })
}

fn completions(session: &mut Session<'_>, asked: &CompletionParams) -> Answer {
    let Some(At { file, byte }) = at(session, &asked.text_document_position) else { return Ok(Value::Null) };
    let snippets = session.takes_snippets;
    let (workspace, known) = session.workspace_and_groups();
    let (found, is_incomplete) = complete(workspace, known, file, byte);
    let items =
        found.into_iter().enumerate().map(|(number, found)| completion(found, number, snippets)).collect();
    value(CompletionList { is_incomplete, items })
}

fn hovers(session: &mut Session<'_>, asked: &HoverParams) -> Answer {
    let Some(At { file, byte }) = at(session, &asked.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let (workspace, known, problems) = session.everything();
    let found = hover(workspace, known, problems, file, byte);
    value(found.map(|found| Hover {
        contents: HoverContents::Markup(markdown(found.markdown)),
        range: Some(range(found.range)),
    }))
}

fn definition(session: &mut Session<'_>, asked: &GotoDefinitionParams) -> Answer {
    let Some(At { file, byte }) = at(session, &asked.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let places = definitions(session.workspace(), file, byte);
    value(locations(session, &places))
}

fn reference(session: &mut Session<'_>, asked: &ReferenceParams) -> Answer {
    let Some(At { file, byte }) = at(session, &asked.text_document_position) else { return Ok(Value::Null) };
    let places = references(session.workspace(), file, byte, asked.context.include_declaration);
    value(locations(session, &places))
}

fn locations(session: &mut Session<'_>, places: &[Location]) -> Vec<lsp_types::Location> {
    let sources = session.workspace().sources();
    let found: Vec<(String, LineRange)> = places
        .iter()
        .map(|at| {
            let file = sources.file(at.file);
            (file.path.clone(), Lines::new(&file.text).range(at.span))
        })
        .collect();
    let location = |(path, at): (String, LineRange)| {
        Some(lsp_types::Location { uri: session.uri(&path)?, range: range(at) })
    };
    found.into_iter().filter_map(location).collect()
}

fn outline(session: &mut Session<'_>, asked: &DocumentSymbolParams) -> Answer {
    let Some(file) = session.file(&asked.text_document.uri) else { return Ok(Value::Null) };
    let uri = asked.text_document.uri.clone();
    let workspace = session.workspace();
    let lines = Lines::new(&workspace.sources().file(file).text);
    let named = names_given(workspace, file).into_iter();
    // The type has a field that may not be left out and is obsolete, so the object is written as it is sent.
    let symbols = named.map(|given| {
        let location = lsp_types::Location { uri: uri.clone(), range: range(lines.range(given.at.span)) };
        json!({ "name": given.name, "kind": SymbolKind::KEY, "containerName": given.what, "location": location })
    });
    value(symbols.collect::<Vec<Value>>())
}

fn prepare_rename(session: &mut Session<'_>, asked: &TextDocumentPositionParams) -> Answer {
    let Some(At { file, byte }) = at(session, asked) else { return Ok(Value::Null) };
    let found = renamed_place(session.workspace(), file, byte);
    let found = found.map_err(|why| error(ErrorCode::RequestFailed, &why))?;
    value(PrepareRenameResponse::RangeWithPlaceholder { range: range(found.range), placeholder: found.name })
}

fn renames(session: &mut Session<'_>, asked: &RenameParams) -> Answer {
    let Some(At { file, byte }) = at(session, &asked.text_document_position) else { return Ok(Value::Null) };
    let edits = rename(session.workspace(), file, byte, &asked.new_name);
    let edits = edits.map_err(|why| error(ErrorCode::RequestFailed, &why))?;
    value(changes(session, &edits))
}

/// Changes of files, with the versions that the editor has.
fn changes(session: &mut Session<'_>, edits: &[Edit]) -> WorkspaceEdit {
    let mut by_file: BTreeMap<String, Vec<&Edit>> = BTreeMap::new();
    let sources = session.workspace().sources();
    for edit in edits {
        by_file.entry(sources.file(edit.file).path.clone()).or_default().push(edit);
    }
    let of_file = |(path, edits): (String, Vec<&Edit>)| {
        let version = session.buffers.get(&path).map(|buffer| buffer.version);
        Some(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri: session.uri(&path)?, version },
            edits: edits.into_iter().map(|one| OneOf::Left(edit(one))).collect(),
        })
    };
    let documents = by_file.into_iter().filter_map(of_file).collect();
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(documents)), ..WorkspaceEdit::default() }
}

fn actions(session: &mut Session<'_>, asked: &CodeActionParams) -> Answer {
    let Some(file) = session.file(&asked.text_document.uri) else { return Ok(Value::Null) };
    let (start, end) = (place(asked.range.start), place(asked.range.end));
    let (workspace, problems) = session.problems();
    let touches = |range: LineRange| range.start <= end && start <= range.end;
    let here = problems.iter().filter(|problem| problem.file == Some(file) && touches(problem.range));
    let found: Vec<_> = here
        .filter_map(|problem| {
            Some((mends(workspace.sources(), problem)?, range(problem.range), problem.finding.code))
        })
        .collect();
    let mut actions = Vec::new();
    for (mend, at, code) in found {
        let solved = asked.context.diagnostics.iter().filter(|shown| {
            let own = matches!(&shown.code, Some(lsp_types::NumberOrString::String(shown)) if shown == code);
            own && shown.range == at
        });
        actions.push(CodeAction {
            title: mend.title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(solved.cloned().collect()),
            edit: Some(changes(session, &[mend.edit])),
            is_preferred: Some(true),
            ..CodeAction::default()
        });
    }
    value(actions)
}
