//! A workspace's files to its policies, and everything that is wrong with them at once.

use super::compile::compile;
use super::document::{API_VERSION, Kind, is_later_kind};
use super::documents::{Documents, Placed};
use super::finding::{Finding, Severity};
use super::set::PolicySet;
use super::yaml::{self, Budget, Node};
use crate::model::{Date, FileId, Location, SourceSet, Span};
use serde::de::DeserializeOwned;
use similar::get_close_matches;

/// What was found in a workspace.
#[derive(Debug)]
pub struct Checked {
    /// Everything there is to say, sorted by place.
    pub findings: Vec<Finding>,
    /// The policies; none where anything is wrong.
    pub policies: Option<PolicySet>,
}

impl Checked {
    /// Whether anything is wrong.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Reads, validates, checks and compiles a workspace.
pub fn load(sources: &SourceSet, as_of: Date) -> Checked {
    let (nodes, mut findings) = read(sources);
    let data = data_files(sources, &nodes);
    let nodes: Vec<&(FileId, Node)> =
        nodes.iter().filter(|(file, _)| !data.contains(&sources.file(*file).path)).collect();
    findings.retain(|finding| {
        finding.labels.first().is_none_or(|label| !data.contains(&sources.file(label.at.file).path))
    });
    let mut documents = Documents::default();
    for (file, node) in nodes {
        findings.extend(document(&mut documents, *file, node));
    }
    let (policies, compiled) = compile(&documents, sources);
    findings.extend(compiled);
    findings.extend(super::check::check(&documents, sources, as_of, findings.is_empty()));
    findings.sort_by_key(|finding| (finding.labels.first().map(|label| label.at), finding.code));
    findings.dedup();
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Checked { findings, policies: policies.filter(|_| !failed) }
}

fn read(sources: &SourceSet) -> (Vec<(FileId, Node)>, Vec<Finding>) {
    let (mut nodes, mut findings) = (Vec::new(), Vec::new());
    for (file, source) in sources.iter() {
        match yaml::read(file, &source.text, &Budget::default()) {
            Ok(documents) => nodes.extend(documents.into_iter().map(|node| (file, node))),
            Err(finding) => findings.push(finding),
        }
    }
    (nodes, findings)
}

/// Files that connections name: people, and what a store starts with. They are data, not policy. Paths in connections
/// are relative to the workspace folder.
fn data_files(sources: &SourceSet, nodes: &[(FileId, Node)]) -> Vec<String> {
    let named = nodes.iter().flat_map(|(_, node)| {
        let people = node.get("file").and_then(|file| file.get("people"));
        let start = node.get("sqlite").and_then(|sqlite| sqlite.get("startFrom"));
        people.into_iter().chain(start).filter_map(Node::as_text)
    });
    let within = |path: &str| {
        if sources.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", sources.folder) }
    };
    named.map(within).collect()
}

/// Reads one document into its place, or says what is wrong with it.
fn document(documents: &mut Documents, file: FileId, node: &Node) -> Vec<Finding> {
    let kind = match kind(file, node) {
        Ok(kind) => kind,
        Err(finding) => return vec![*finding],
    };
    let findings = super::schema::validate(kind, file, node);
    if !findings.is_empty() {
        return findings;
    }
    let read = match kind {
        Kind::Workspace => typed(file, node).map(|it| documents.workspaces.push(it)),
        Kind::Directory => typed(file, node).map(|it| documents.directories.push(it)),
        Kind::Application => typed(file, node).map(|it| documents.applications.push(it)),
        Kind::LinkingRules => typed(file, node).map(|it| documents.linking_rules.push(it)),
        Kind::Exclusions => typed(file, node).map(|it| documents.exclusions.push(it)),
        Kind::AttributeMapping => typed(file, node).map(|it| documents.mappings.push(it)),
        Kind::Defaults => typed(file, node).map(|it| documents.defaults.push(it)),
        Kind::Constraints => typed(file, node).map(|it| documents.constraints.push(it)),
        Kind::Lifecycle => typed(file, node).map(|it| documents.lifecycles.push(it)),
    };
    read.err().into_iter().collect()
}

fn typed<T: DeserializeOwned>(file: FileId, node: &Node) -> Result<Placed<T>, Finding> {
    let at = Location { file, span: node.span };
    yaml::from_node(node).map(|document| Placed { document, at }).map_err(|error| {
        Finding::error(
            "schema/type",
            error.message,
            Location { file, span: error.span },
            "while reading this",
        )
    })
}

/// What a document is about: the version first, then the kind, from a closed list.
fn kind(file: FileId, node: &Node) -> Result<Kind, Box<Finding>> {
    let at = |span: Span| Location { file, span };
    let start =
        at(Span { start: node.span.start, end: node.span.start.max(node.span.end.min(node.span.start + 1)) });
    let Some(version) = node.get("apiVersion") else {
        return Err(Box::new(
            Finding::error("schema/missing-key", "this is no policy document: it has no `apiVersion`", start, "this document")
                .help(format!("begin it with `apiVersion: {API_VERSION}`; a file of data is named by a Directory or Application")),
        ));
    };
    if version.as_text() != Some(API_VERSION) {
        let message = "this version of the policy language is not known";
        return Err(Box::new(
            Finding::error("schema/value", message, at(version.span), "this version")
                .help(format!("write `{API_VERSION}`")),
        ));
    }
    let Some(word) = node.get("kind") else {
        let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        return Err(Box::new(
            Finding::error("schema/missing-key", "the document has no `kind`", start, "this document")
                .help(format!("one of {}", words.join(", "))),
        ));
    };
    let text = word.as_text().unwrap_or_default();
    Kind::of(text).ok_or_else(|| Box::new(unknown_kind(text, at(word.span))))
}

fn unknown_kind(text: &str, at: Location) -> Finding {
    if is_later_kind(text) {
        let message = format!("`{text}` is not supported by this version");
        return Finding::error("schema/not-supported", message, at, "a kind of a later version");
    }
    let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let help = match get_close_matches(text, &words, 1, 0.6).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", words.join(", ")),
    };
    Finding::error("schema/value", format!("no kind is called `{text}`"), at, "this kind").help(help)
}
