//! Reads hand-written files: a strict YAML tree, known keys only, typed values, and every problem with its position.

use super::problem::Problem;
use super::spelling;
use crate::model::{FileId, Finding, Position, Span};
use crate::yaml::{self, Budget, Key, Kind, Node};

/// Limits of a hand-written file; they are above a policy's, since it may list many people.
pub const BUDGET: Budget = Budget { bytes: 16 << 20, depth: 16, nodes: 4_000_000, alias_bytes: 1 << 20 };

/// The most problems that are listed; further ones are counted.
const MAX_LISTED: usize = 100;

/// A file that is being read, and its problems so far.
pub(super) struct Reading<'t> {
    path: &'t str,
    text: &'t str,
    lines: Vec<usize>,
    problems: Vec<(Span, String)>,
    unlisted: usize,
}

impl<'t> Reading<'t> {
    /// Opens a file that must hold one document.
    pub(super) fn open(path: &'t str, text: &'t str) -> Result<(Self, Node), Vec<Problem>> {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let reading = Self { path, text, lines, problems: Vec::new(), unlisted: 0 };
        let document = match yaml::read(FileId(0), text, &BUDGET) {
            Ok(documents) => reading.single(documents),
            Err(finding) => reading.unreadable(&finding),
        };
        document.map(|document| (reading, document)).map_err(|problem| vec![problem])
    }

    fn single(&self, documents: Vec<Node>) -> Result<Node, Problem> {
        let mut documents = documents.into_iter();
        match (documents.next(), documents.next()) {
            (Some(document), None) => Ok(document),
            (None, _) => Err(self.problem(Span::default(), "the file is empty".to_owned())),
            (_, Some(second)) => {
                let message = "a second document begins here; write everything in one, without `---`";
                Err(self.problem(second.span, message.to_owned()))
            }
        }
    }

    fn unreadable(&self, finding: &Finding) -> Result<Node, Problem> {
        let at = finding.labels.first().map_or(Span::default(), |label| label.at.span);
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        Err(self.problem(at, format!("{}{help}", finding.message)))
    }

    /// Ends the reading: the value, if there was no problem.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        let mut reported = std::mem::take(&mut self.problems);
        reported.sort();
        if self.unlisted > 0 {
            let message = format!("and {} more problems; fix these first", self.unlisted);
            reported.push((reported.last().map_or(Span::default(), |(span, _)| *span), message));
        }
        Err(reported.into_iter().map(|(span, message)| self.problem(span, message)).collect())
    }

    /// Records a problem. The message is built only if the problem will be listed.
    pub(super) fn report<M: Into<String>>(&mut self, at: Span, message: impl FnOnce() -> M) {
        if self.problems.len() < MAX_LISTED {
            self.problems.push((at, message().into()));
        } else {
            self.unlisted += 1;
        }
    }

    /// The line of a position, from 1.
    pub(super) fn line(&self, at: Span) -> u32 {
        self.lines.partition_point(|start| *start <= at.start as usize) as u32
    }

    /// The keys and values of a mapping; empty if the node is something else, which is a problem.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> &'n [(Key, Node)] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            kind => {
                self.report(node.span, || format!("{what} is {}; expected keys and values", kind_name(kind)));
                &[]
            }
        }
    }

    /// [`Self::entries`] with a fixed set of keys: an unknown key is a problem.
    pub(super) fn closed<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> &'n [(Key, Node)] {
        let entries = self.entries(node, what);
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&&*key.name)) {
            self.report(key.span, || {
                let hint = spelling::hint(&key.name, known.iter().copied());
                format!("{what} has no key `{}`{hint} (keys: `{}`)", key.name, known.join("`, `"))
            });
        }
        entries
    }

    /// The items of a list; empty if there is no node. Anything else is a problem.
    pub(super) fn items<'n>(&mut self, node: Option<&'n Node>, what: &str) -> &'n [Node] {
        match node.map(|node| (node.span, &node.kind)) {
            None | Some((_, Kind::Null)) => &[],
            Some((_, Kind::Sequence(items))) => items,
            Some((at, kind)) => {
                self.report(at, || format!("{what} is {}; expected a list: [...]", kind_name(kind)));
                &[]
            }
        }
    }

    /// Text that is not empty; anything else is a problem.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.kind {
            Kind::Text(text) if !text.is_empty() => Some(text),
            Kind::Text(_) => {
                self.report(node.span, || format!("{what} is empty"));
                None
            }
            kind => {
                self.report(node.span, || {
                    format!("{what} is {}; expected text{}", kind_name(kind), quoting_hint(kind))
                });
                None
            }
        }
    }

    /// [`Self::text`] of a key; `None` if the key is missing or empty, which mean the same (the policy language, 1).
    pub(super) fn optional<'n>(&mut self, node: &'n Node, key: &str) -> Option<(Span, &'n str)> {
        let value = node.get(key).filter(|value| value.kind != Kind::Null && value.as_text() != Some(""))?;
        Some((value.span, self.text(value, &format!("`{key}`"))?))
    }

    /// [`Self::text`] of a required key.
    pub(super) fn required<'n>(&mut self, node: &'n Node, key: &str, what: &str) -> Option<&'n str> {
        match node.get(key) {
            Some(value) => self.text(value, &format!("`{key}` of {what}")),
            None => {
                if matches!(node.kind, Kind::Mapping(_)) {
                    self.report(node.span, || format!("{what} has no `{key}`"));
                }
                None
            }
        }
    }

    /// `true` or `false`; `None` if there is no node. Anything else is a problem.
    pub(super) fn boolean(&mut self, node: Option<&Node>, what: &str) -> Option<bool> {
        match node.map(|node| (node.span, &node.kind)) {
            None | Some((_, Kind::Null)) => None,
            Some((_, Kind::Boolean(value))) => Some(*value),
            Some((at, kind)) => {
                self.report(at, || format!("{what} is {}; expected `true` or `false`", kind_name(kind)));
                None
            }
        }
    }

    fn problem(&self, at: Span, message: String) -> Problem {
        let line = self.line(at);
        let start = self.lines[line as usize - 1];
        let before = self.text.get(start..at.start as usize).unwrap_or_default();
        let position = Position { line, column: 1 + before.chars().count() as u32 };
        Problem { path: self.path.to_owned(), position, message }
    }
}

/// The kind of a value, for messages.
pub(super) fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "empty",
        Kind::Boolean(_) => "a boolean",
        Kind::Integer(_) | Kind::Float(_) => "a number",
        Kind::Text(_) => "text",
        Kind::Sequence(_) => "a list",
        Kind::Mapping(_) => "a mapping",
    }
}

/// Advice where text was meant but YAML reads another type.
pub(super) fn quoting_hint(kind: &Kind) -> &'static str {
    match kind {
        Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => "; put it in quotes: '...'",
        _ => "",
    }
}
