//! Paths, queries, bodies and places.

use super::Look;
use crate::language::document::{
    BodyValue, CallKeys, ListObject, PagingForm, Piece, Shorthand, parse_template,
};
use crate::model::{CallMethod, Span};
use crate::yaml::Spanned;
use std::collections::BTreeSet;

/// The names that a call uses.
pub(super) type Used = BTreeSet<String>;

impl Look<'_> {
    /// A list: its call, its places, its paging. Gives the names that it uses.
    pub(super) fn list(&mut self, list: &Spanned<ListObject>, allowed: &[&str]) -> Used {
        let used = self.call(list.value.keys(), allowed);
        if let Some(total) = &list.value.total
            && let Shorthand::Text(at) = &total.value
        {
            self.place(at, total.span);
        }
        if let Some(paging) = &list.value.paging {
            match paging.value.form(paging.span) {
                Err(fault) => {
                    let at = self.document.place(fault.span);
                    let finding =
                        crate::model::Finding::error("schema/shape", fault.message, at, fault.label);
                    self.findings.push(finding);
                }
                Ok(PagingForm::Link(at)) if at.value != "header" => self.place(&at.value, at.span),
                Ok(
                    PagingForm::Link(_) | PagingForm::Offset(_) | PagingForm::Page(_) | PagingForm::Cursor(_),
                ) => {}
            }
        }
        used
    }

    /// A call; gives the names that it uses.
    pub(super) fn call(&mut self, keys: CallKeys<'_>, allowed: &[&str]) -> Used {
        let mut used = self.path(keys.path, allowed);
        for (_, value) in keys.query.into_iter().flat_map(|query| query.iter()) {
            let pieces = self.pieces(&value.value.0.to_string(), value.span, allowed, &mut used);
            if pieces.len() > 1 {
                let message = "a parameter is one text, or one name in braces and nothing else";
                self.error(value.span, message, "joined of several");
            }
        }
        if let Some(body) = keys.body {
            if keys.method == CallMethod::Get {
                self.error(body.span, "a call with `get` has no body", "this body");
            }
            self.body(body, allowed, &mut used);
        }
        used
    }

    /// A path; gives the names that it uses.
    pub(super) fn path(&mut self, path: &Spanned<String>, allowed: &[&str]) -> Used {
        let mut used = Used::new();
        self.pieces(&path.value, path.span, allowed, &mut used);
        if path.value.split('/').any(|part| part == "." || part == "..") {
            self.error(path.span, "a path has no part `.` or `..`", "this path");
        }
        used
    }

    /// A body; adds the names that it uses.
    pub(super) fn body(&mut self, body: &Spanned<BodyValue>, allowed: &[&str], used: &mut Used) {
        match &body.value {
            BodyValue::Constant(_) => {}
            BodyValue::Text(text) => {
                let pieces = self.pieces(text, body.span, allowed, used);
                let record = |piece: &Piece| matches!(piece, Piece::Name(name) if name == "record");
                if pieces.len() > 1 && pieces.iter().any(record) {
                    self.error(body.span, "`{record}` is an object and stands alone", "joined with text");
                }
            }
            BodyValue::List(items) => items.iter().for_each(|item| self.body(item, allowed, used)),
            BodyValue::Object(entries) => {
                entries.iter().for_each(|(_, value)| self.body(value, allowed, used));
            }
        }
    }

    fn pieces(&mut self, text: &str, span: Span, allowed: &[&str], used: &mut Used) -> Vec<Piece> {
        let pieces = match parse_template(text) {
            Ok(pieces) => pieces,
            Err(error) => {
                self.error(span, error.to_string(), "these braces");
                return Vec::new();
            }
        };
        for piece in &pieces {
            if let Piece::Name(name) = piece {
                self.name(name, span, allowed);
                used.insert(name.clone());
            }
        }
        pieces
    }

    /// A place that is written as a text alone.
    pub(super) fn place(&mut self, at: &str, span: Span) {
        let sound = at.starts_with('/') && !at.replace("~0", "").replace("~1", "").contains('~');
        if !sound {
            self.error(
                span,
                format!("`{at}` is not a JSON pointer: write /id or /contact/email"),
                "this place",
            );
        }
    }
}
