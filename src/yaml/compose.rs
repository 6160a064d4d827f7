//! Builds a tree from the parser's events, within limits.

use super::node::{Key, Kind, Node};
use super::scalar;
use crate::model::{Advice, FileId, Finding, Location, Span, invisible_character};
use granit_parser::{Event, Parser, ScalarStyle};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How much a file may use (threat B1).
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes of text.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Keys and values, including those that aliases repeat.
    pub nodes: usize,
    /// Bytes of text that aliases repeat.
    pub alias_bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 64, nodes: 200_000, alias_bytes: 1 << 20 }
    }
}

/// Reads every document of a file, without empty ones.
///
/// # Errors
/// The first thing that is not strict YAML or that exceeds the budget, with its place.
pub fn read(file: FileId, text: &str, budget: &Budget) -> Result<Vec<Node>, Finding> {
    let composer = Composer {
        file,
        text,
        budget,
        documents: Vec::new(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        alias_bytes: 0,
    };
    composer.read()
}

struct Composer<'t> {
    file: FileId,
    text: &'t str,
    budget: &'t Budget,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    nodes: usize,
    alias_bytes: usize,
}

/// A list or mapping that has not ended.
struct Open {
    start: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<(Key, Node)>,
        key: Option<Key>,
        seen: HashMap<Box<str>, Span, foldhash::fast::RandomState>,
    },
}

struct Anchored {
    node: Node,
    weight: Weight,
}

impl Composer<'_> {
    fn read(mut self) -> Result<Vec<Node>, Finding> {
        if self.text.len() > self.budget.bytes {
            let message =
                format!("the file has {} bytes; at most {} are read", self.text.len(), self.budget.bytes);
            return Err(self
                .error("yaml/too-large", message, Span::new(0, 0), "")
                .help("split it into several files"));
        }
        self.refuse_directives()?;
        let options = granit_parser::options! {
            strict_indentation: true,
            emit_comments: false,
            flow_nesting_limit: self.budget.depth + 1,
            block_nesting_limit: self.budget.depth + 1,
        };
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, place) =
                event.map_err(|error| self.syntax(error.marker().byte_offset(), &error.info()))?;
            let span = place.byte_range().map_or(Span::default(), |range| self.clip(range.start, range.end));
            self.event(event, span)?;
        }
        Ok(self.documents)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Finding> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span)?;
                self.scalar(value, style, anchor, span)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span)?;
                self.begin(span, anchor, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span)?;
                self.begin(
                    span,
                    anchor,
                    Content::Mapping { entries: Vec::new(), key: None, seen: HashMap::default() },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(..) | Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Finding> {
        if self.wants_key() {
            if span.start == span.end {
                let error = self.error("yaml/key", "a value without key", span, "the key is missing here");
                return Err(error.help("write `key: value`"));
            }
            self.count(1, span)?;
            return self.key(&value, span);
        }
        let kind = match style {
            ScalarStyle::Plain => scalar::plain(&value).map_err(|refused| {
                self.error("yaml/scalar", refused.message, span, "this value")
                    .help(Advice::quote(refused.help))
            })?,
            _ => Kind::Text(value.into()),
        };
        if self.open.is_empty() && kind == Kind::Null {
            return Ok(());
        }
        self.place(Node { span, kind }, anchor)
    }

    fn key(&mut self, name: &str, span: Span) -> Result<(), Finding> {
        if name == "<<" {
            let error = self.error("yaml/merge-key", "merge keys (`<<`) are not allowed", span, "merge key");
            return Err(error.help("write the entries out"));
        }
        if let Some((_, letter)) = invisible_character(name) {
            let message = format!("the key holds the invisible character U+{:04X}", letter as u32);
            return Err(self
                .error("yaml/invisible-character", message, span, "in this key")
                .help("type the key again"));
        }
        let file = self.file;
        let Some(Open { content: Content::Mapping { key, seen, .. }, .. }) = self.open.last_mut() else {
            return Ok(());
        };
        if let Some(first) = seen.insert(name.into(), span) {
            let message = format!("the key `{name}` is there twice");
            return Err(Finding::error("yaml/duplicate-key", message, Location { file, span }, "again here")
                .and(Location { file, span: first }, "first here")
                .help("keep one of them"));
        }
        *key = Some(Key { span, name: name.into() });
        Ok(())
    }

    fn begin(&mut self, start: Span, anchor: usize, content: Content) -> Result<(), Finding> {
        if self.wants_key() {
            return Err(self.error(
                "yaml/key",
                "a key must be text, not a list or mapping",
                start,
                "this key",
            ));
        }
        if self.open.len() >= self.budget.depth {
            return Err(self.too_deep(start, "this level"));
        }
        self.open.push(Open { start, anchor, content });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Finding> {
        let Some(Open { start, anchor, content }) = self.open.pop() else { return Ok(()) };
        let (kind, last) = match content {
            Content::Sequence(items) => {
                let last = items.last().map(|item| item.span.end);
                (Kind::Sequence(items), last)
            }
            Content::Mapping { entries, .. } => {
                let last = entries.last().map(|(key, value)| value.span.end.max(key.span.end));
                (Kind::Mapping(entries), last)
            }
        };
        // A flow collection ends with its bracket, a block collection with its last item.
        let flow =
            self.text.as_bytes().get(start.start as usize).is_some_and(|byte| matches!(byte, b'[' | b'{'));
        let end = if flow { span.end } else { last.unwrap_or(start.end) }.max(start.end);
        self.place(Node { span: Span { start: start.start, end }, kind }, anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Finding> {
        if self.wants_key() {
            return Err(self.error("yaml/key", "a key must be text, not an alias", span, "this key"));
        }
        let Some(Anchored { node, weight }) = self.anchors.get(&anchor) else {
            return Err(self.error(
                "yaml/alias",
                "the alias refers to a value that contains it",
                span,
                "this alias",
            ));
        };
        let weight = *weight;
        if self.open.len() + weight.depth > self.budget.depth {
            return Err(self.too_deep(span, "with this alias").help("write the values out"));
        }
        let mut node = node.clone();
        self.alias_bytes += weight.bytes;
        if self.alias_bytes > self.budget.alias_bytes {
            let message = format!("aliases repeat more than {} bytes", self.budget.alias_bytes);
            return Err(self.error("yaml/alias", message, span, "this alias").help("write the values out"));
        }
        self.count(weight.nodes, span)?;
        node.span = span;
        self.attach(node);
        Ok(())
    }

    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Finding> {
        self.count(1, node.span)?;
        if anchor != 0 {
            let weight = Weight::of(&node);
            // An anchored value is stored a second time, so it counts a second time.
            self.count(weight.nodes, node.span)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), weight });
        }
        self.attach(node);
        Ok(())
    }

    fn attach(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.documents.push(node),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { entries, key, .. }) => entries.extend(key.take().map(|key| (key, node))),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Finding> {
        self.nodes += nodes;
        if self.nodes <= self.budget.nodes {
            return Ok(());
        }
        let message =
            format!("the file has more than {} keys and values, repeated ones included", self.budget.nodes);
        Err(self.error("yaml/too-many-nodes", message, span, "here").help("split it into several files"))
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn refuse_tag(&self, tagged: bool, span: Span) -> Result<(), Finding> {
        if !tagged {
            return Ok(());
        }
        let error = self.error("yaml/tag", "tags (`!...`) are not allowed", span, "this value has a tag");
        Err(error.help("leave the tag out; quote the value if it is text"))
    }

    /// Refuses `%YAML` and `%TAG`, which the parser would accept silently; policies don't need them.
    fn refuse_directives(&self) -> Result<(), Finding> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let directive =
                line.trim_start_matches('\u{feff}').starts_with("%YAML") || line.starts_with("%TAG");
            if directive {
                let span = Span::new(at, at + line.trim_end().len());
                return Err(self.error(
                    "yaml/directive",
                    "directives (`%...`) are not allowed",
                    span,
                    "this line",
                ));
            }
            at += line.len();
        }
        Ok(())
    }

    fn syntax(&self, offset: Option<usize>, info: &str) -> Finding {
        let at = offset.unwrap_or(0);
        let span = self.clip(at, at + 1);
        if info.contains("nesting") || info.contains("recursion") {
            return self.too_deep(span, "this level");
        }
        self.error("yaml/syntax", format!("this is not YAML: {info}"), span, "here")
    }

    fn too_deep(&self, span: Span, label: &str) -> Finding {
        let message = format!("nesting is deeper than {} levels", self.budget.depth);
        self.error("yaml/too-deep", message, span, label)
    }

    /// A span inside the text, on character boundaries.
    fn clip(&self, start: usize, end: usize) -> Span {
        let start = self.text.floor_char_boundary(start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(end.clamp(start, self.text.len()));
        Span::new(start, end)
    }

    fn error(&self, code: &'static str, message: impl Into<String>, span: Span, label: &str) -> Finding {
        Finding::error(code, message, Location { file: self.file, span }, label)
    }
}

/// The size of a node.
#[derive(Clone, Copy)]
struct Weight {
    /// Keys and values.
    nodes: usize,
    /// Bytes of their text.
    bytes: usize,
    /// Levels of nesting; 0 for a single value.
    depth: usize,
}

impl Weight {
    fn of(node: &Node) -> Self {
        let mut weight = Self { nodes: 1, bytes: 0, depth: 0 };
        match &node.kind {
            Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => weight.bytes = 8,
            Kind::Text(text) => weight.bytes = text.len(),
            Kind::Sequence(items) => {
                weight.depth = 1;
                items.iter().for_each(|item| weight.add(Self::of(item)));
            }
            Kind::Mapping(entries) => {
                weight.depth = 1;
                for (key, value) in entries {
                    weight.add(Self { nodes: 1, bytes: key.name.len(), depth: 0 });
                    weight.add(Self::of(value));
                }
            }
        }
        weight
    }

    /// Adds what is inside.
    fn add(&mut self, other: Self) {
        self.nodes += other.nodes;
        self.bytes += other.bytes;
        self.depth = self.depth.max(other.depth + 1);
    }
}
