//! Finds the kind of a document.

use crate::language::document::{API_VERSION, Kind};
use crate::language::spelling;
use crate::model::{Finding, Location, Span};
use crate::yaml::{Kind as NodeKind, Node};

/// The kind that a document names.
///
/// # Errors
/// The node isn't an object, has another `apiVersion`, or has no `kind` of the language: `schema/document`,
/// `schema/version`, `schema/kind`.
pub fn kind_of(file: crate::model::FileId, node: &Node) -> Result<Kind, Finding> {
    let at = |span: Span| Location { file, span };
    if !matches!(node.kind, NodeKind::Mapping(_)) {
        let error = Finding::error(
            "schema/document",
            "a policy document is an object with `apiVersion` and `kind`",
            at(node.span),
            "not an object",
        );
        return Err(error.help(format!("begin it with `apiVersion: {API_VERSION}` and `kind`")));
    }
    version(node, &at)?;
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let Some(kind) = node.get("kind") else {
        let error =
            Finding::error("schema/kind", "missing key `kind`", at(super::opening(node)), "of this document");
        return Err(error.help(format!("write one of {}", spelling::list(&kinds))));
    };
    let word = kind.as_text().unwrap_or_default();
    Kind::of(word).ok_or_else(|| {
        let message = match kind.as_text() {
            Some(word) => format!("`{word}` is not a kind of document"),
            None => "`kind` says what the document is about, as text".to_owned(),
        };
        Finding::error("schema/kind", message, at(kind.span), "unknown kind")
            .help(spelling::help(word, kinds))
    })
}

fn version(node: &Node, at: &impl Fn(Span) -> Location) -> Result<(), Finding> {
    let first_line = format!("begin the document with `apiVersion: {API_VERSION}`");
    match node.get("apiVersion") {
        None => {
            let label = "of this document";
            let error =
                Finding::error("schema/version", "missing key `apiVersion`", at(super::opening(node)), label);
            Err(error.help(first_line))
        }
        Some(version) if version.as_text() == Some(API_VERSION) => Ok(()),
        Some(version) => {
            let message = format!("this program reads `apiVersion: {API_VERSION}` only");
            Err(Finding::error("schema/version", message, at(version.span), "another version")
                .help(first_line))
        }
    }
}
