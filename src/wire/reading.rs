//! Reading of hand-written files: a strict YAML tree, closed keys, typed values, and every problem with its place.

use super::problem::Problem;
use super::spelling;
use crate::model::{FileId, Finding, Position, Span};
use crate::yaml::{self, Budget, Key, Kind, Node};

/// How much a hand-written file may ask for: more than a policy does, since it may list many people.
pub const BUDGET: Budget = Budget { bytes: 16 << 20, depth: 16, nodes: 4_000_000, alias_bytes: 1 << 20 };

/// Problems that are told; more are counted.
const TOLD: usize = 100;

/// A file that is being read, and what is wrong with it so far.
pub(super) struct Reading<'t> {
    path: &'t str,
    text: &'t str,
    lines: Vec<usize>,
    problems: Vec<(Span, String)>,
    untold: usize,
}

impl<'t> Reading<'t> {
    /// Opens the one document of a file.
    pub(super) fn open(path: &'t str, text: &'t str) -> Result<(Self, Node), Vec<Problem>> {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let reading = Self { path, text, lines, problems: Vec::new(), untold: 0 };
        let document = match yaml::read(FileId(0), text, &BUDGET) {
            Ok(documents) => reading.only(documents),
            Err(finding) => reading.refused(&finding),
        };
        document.map(|document| (reading, document)).map_err(|problem| vec![problem])
    }

    fn only(&self, documents: Vec<Node>) -> Result<Node, Problem> {
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

    fn refused(&self, finding: &Finding) -> Result<Node, Problem> {
        let at = finding.labels.first().map_or(Span::default(), |label| label.at.span);
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        Err(self.problem(at, format!("{}{help}", finding.message)))
    }

    /// Ends the reading with the value, where nothing was wrong.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        let mut reported = std::mem::take(&mut self.problems);
        reported.sort();
        if self.untold > 0 {
            let message = format!("and {} more problems; mend these first", self.untold);
            reported.push((reported.last().map_or(Span::default(), |(span, _)| *span), message));
        }
        Err(reported.into_iter().map(|(span, message)| self.problem(span, message)).collect())
    }

    /// Notes a problem. The message is made only while problems are still told.
    pub(super) fn report<M: Into<String>>(&mut self, at: Span, message: impl FnOnce() -> M) {
        if self.problems.len() < TOLD {
            self.problems.push((at, message().into()));
        } else {
            self.untold += 1;
        }
    }

    /// The line a place is in, from 1.
    pub(super) fn line(&self, at: Span) -> u32 {
        self.lines.partition_point(|start| *start <= at.start as usize) as u32
    }

    /// The keys and values of a mapping; none where it is another thing, which is a problem.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> &'n [(Key, Node)] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            kind => {
                self.report(node.span, || format!("{what} is {}; expected keys and values", word(kind)));
                &[]
            }
        }
    }

    /// [`Self::entries`] whose keys are closed: an unknown one is a problem.
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

    /// The items of a list; none where there is nothing. Another thing is a problem.
    pub(super) fn items<'n>(&mut self, node: Option<&'n Node>, what: &str) -> &'n [Node] {
        match node.map(|node| (node.span, &node.kind)) {
            None | Some((_, Kind::Null)) => &[],
            Some((_, Kind::Sequence(items))) => items,
            Some((at, kind)) => {
                self.report(at, || format!("{what} is {}; expected a list: [...]", word(kind)));
                &[]
            }
        }
    }

    /// A text that is not empty; another thing is a problem.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.kind {
            Kind::Text(text) if !text.is_empty() => Some(text),
            Kind::Text(_) => {
                self.report(node.span, || format!("{what} is empty"));
                None
            }
            kind => {
                self.report(node.span, || format!("{what} is {}; expected text{}", word(kind), quotes(kind)));
                None
            }
        }
    }

    /// [`Self::text`] of a key; none where it is left out or empty, which is the same (the policy language, 1).
    pub(super) fn optional<'n>(&mut self, node: &'n Node, key: &str) -> Option<(Span, &'n str)> {
        let value = node.get(key).filter(|value| value.kind != Kind::Null && value.as_text() != Some(""))?;
        Some((value.span, self.text(value, &format!("`{key}`"))?))
    }

    /// [`Self::text`] of a key that must be there.
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

    /// `true` or `false`; nothing where there is nothing. Another thing is a problem.
    pub(super) fn boolean(&mut self, node: Option<&Node>, what: &str) -> Option<bool> {
        match node.map(|node| (node.span, &node.kind)) {
            None | Some((_, Kind::Null)) => None,
            Some((_, Kind::Boolean(value))) => Some(*value),
            Some((at, kind)) => {
                self.report(at, || format!("{what} is {}; expected `true` or `false`", word(kind)));
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

/// What a value is, for messages.
pub(super) fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "empty",
        Kind::Boolean(_) => "a boolean",
        Kind::Integer(_) | Kind::Float(_) => "a number",
        Kind::Text(_) => "text",
        Kind::Sequence(_) => "a list",
        Kind::Mapping(_) => "a mapping",
    }
}

/// What to do where text was meant and YAML reads something else.
pub(super) fn quotes(kind: &Kind) -> &'static str {
    match kind {
        Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => "; put it in quotes: '...'",
        _ => "",
    }
}
