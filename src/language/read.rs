//! Reads files into typed documents: parses, finds the kind, validates, types.

use super::document::Kind;
use super::documents::Documents;
use super::schema;
use crate::model::{FileId, Finding, Location, SourceFile, SourceSet, Span};
use crate::yaml::{self, Budget, Node};
use std::collections::BTreeSet;

/// Everything that was read from a workspace.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The documents that are well formed.
    pub(super) documents: Documents,
    /// The findings about the other documents.
    pub(super) findings: Vec<Finding>,
    /// YAML files that documents name as data, relative to the workspace folder.
    pub(super) data_files: BTreeSet<String>,
    /// How many documents there are, well formed or not.
    pub(super) count: usize,
    /// Whether some documents could not be read. If so, a document that seems to be missing may be one of them.
    pub(super) unread: bool,
    /// Whether a file could not be parsed at all, so that its documents are unknown.
    pub(super) unparsed: bool,
    /// The nodes of policy documents with their files.
    pub(super) nodes: Vec<(FileId, Node)>,
    /// The nodes of data files that could be parsed.
    pub(super) data_nodes: Vec<(FileId, Node)>,
    /// Files that nothing names as data and that hold data all the same: what they hold, and where that begins.
    pub(super) stray_nodes: Vec<(FileId, &'static str, Span)>,
}

/// Reads every policy document of a workspace.
pub(super) fn read(sources: &SourceSet) -> Read {
    let parsed = parse(sources);
    let mut read = Read { data_files: data_files(&parsed), ..Read::default() };
    for (file, nodes) in parsed {
        let is_data = read.data_files.contains(relative(sources, &sources.file(file).path));
        match nodes {
            Ok(nodes) if is_data => read.data_nodes.extend(nodes.into_iter().map(|node| (file, node))),
            Ok(nodes) => nodes.into_iter().for_each(|node| match data_in(&node) {
                Some((what, span)) => read.stray_nodes.push((file, what, span)),
                None => read.document(file, node),
            }),
            Err(_) if is_data => {}
            Err(finding) => {
                read.unparsed = true;
                read.fail(vec![finding]);
            }
        }
    }
    read
}

/// The YAML files with their documents, or why there are none.
pub(super) type Parsed = Vec<(FileId, Result<Vec<Node>, Finding>)>;

/// Parses every YAML file.
pub(super) fn parse(sources: &SourceSet) -> Parsed {
    let is_yaml = |file: &SourceFile| file.path.ends_with(".yaml") || file.path.ends_with(".yml");
    let files = sources.iter().filter(|(_, file)| is_yaml(file));
    files.map(|(id, file)| (id, yaml::read(id, &file.text, &Budget::default()))).collect()
}

/// The files that connections name: they hold users and accounts, not policies.
pub(super) fn data_files(parsed: &Parsed) -> BTreeSet<String> {
    let nodes = parsed.iter().filter_map(|(_, nodes)| nodes.as_ref().ok()).flatten();
    nodes.filter_map(named_data).map(|path| path.strip_prefix("./").unwrap_or(path).to_owned()).collect()
}

fn named_data(node: &Node) -> Option<&str> {
    match Kind::of(node.get("kind")?.as_text()?)? {
        Kind::Directory => node.get("file")?.get("people")?.as_text(),
        Kind::Application => node.get("sqlite").or(node.get("postgres"))?.get("startFrom")?.as_text(),
        _ => None,
    }
}

/// What an object without a policy's first keys holds, and where, if it looks like a file of people or accounts.
fn data_in(node: &Node) -> Option<(&'static str, Span)> {
    if node.get("apiVersion").is_some() || node.get("kind").is_some() {
        return None;
    }
    let held = |what: &'static str| move |value: &Node| (what, value.span);
    node.get("users").map(held("people")).or_else(|| node.get("accounts").map(held("accounts")))
}

/// A path relative to the workspace folder.
pub(super) fn relative<'p>(sources: &SourceSet, path: &'p str) -> &'p str {
    let inside = path
        .strip_prefix(sources.folder.trim_end_matches('/'))
        .and_then(|rest| if sources.folder.is_empty() { Some(rest) } else { rest.strip_prefix('/') });
    inside.unwrap_or(path)
}

impl Read {
    /// The names in every document of a kind, also in documents with errors; none if a file could not be parsed,
    /// because it may contain more documents.
    pub(super) fn declared(&self, kind: Kind) -> Option<BTreeSet<&str>> {
        let of_kind = self
            .nodes
            .iter()
            .map(|(_, node)| node)
            .filter(|node| node.get("kind").and_then(Node::as_text) == Some(kind.word()));
        let names = of_kind.filter_map(|node| node.get("name").and_then(Node::as_text)).collect();
        Some(names).filter(|_| !self.unparsed)
    }

    fn document(&mut self, file: FileId, node: Node) {
        self.count += 1;
        match schema::kind_of(file, &node) {
            Err(finding) => self.fail(vec![finding]),
            Ok(kind) => match schema::validate(file, kind, &node) {
                findings if findings.is_empty() => self.typed(file, kind, &node),
                findings => self.fail(findings),
            },
        }
        self.nodes.push((file, node));
    }

    fn fail(&mut self, findings: Vec<Finding>) {
        self.unread = true;
        self.findings.extend(findings);
    }

    fn typed(&mut self, file: FileId, kind: Kind, node: &Node) {
        let own = node.without(&["apiVersion", "kind"]);
        if let Err(error) = self.documents.add(kind, &own, Location { file, span: node.span }) {
            let at = Location { file, span: error.span };
            self.fail(vec![Finding::error("schema/type", error.message, at, "this value")]);
        }
    }
}
