//! The YAML reader: nothing goes beyond the budget, every place is a piece of the text, each key stands once, and the same
//! values written anew are read again.

use super::support::{as_yaml, check_finding, text, workspace};
use rolewright::model::FileId;
use rolewright::yaml::{Budget, Kind, Node, read};
use std::collections::BTreeSet;

const BUDGET: Budget = Budget { bytes: 4096, depth: 8, nodes: 300, alias_bytes: 512 };

/// Reads a file.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    match read(FileId(0), text, &BUDGET) {
        Ok(documents) => {
            assert!(text.len() <= BUDGET.bytes);
            let nodes: usize = documents.iter().map(|document| check(document, text, 1)).sum();
            assert!(nodes <= BUDGET.nodes, "{nodes} keys and values");
            documents.iter().for_each(written_anew);
        }
        Err(finding) => check_finding(&finding, &workspace(text)),
    }
}

/// The number of keys and values.
fn check(node: &Node, text: &str, depth: usize) -> usize {
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{node:?}");
    match &node.kind {
        Kind::Sequence(items) => {
            assert!(depth <= BUDGET.depth, "nested {depth} levels deep");
            1 + items.iter().map(|item| check(item, text, depth + 1)).sum::<usize>()
        }
        Kind::Mapping(entries) => {
            assert!(depth <= BUDGET.depth, "nested {depth} levels deep");
            let keys: BTreeSet<&str> = entries.iter().map(|(key, _)| &*key.name).collect();
            assert_eq!(keys.len(), entries.len(), "a key stands twice");
            1 + entries.iter().map(|(_, value)| 1 + check(value, text, depth + 1)).sum::<usize>()
        }
        Kind::Float(value) => {
            assert!(value.is_finite());
            1
        }
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Text(_) => 1,
    }
}

fn written_anew(document: &Node) {
    let json = document.to_json();
    if has_long_key(document) {
        return;
    }
    let again = read(FileId(0), &as_yaml(&json), &Budget::default());
    let again: Vec<_> = again.expect("what was read can be written").iter().map(Node::to_json).collect();
    assert_eq!(again, [json]);
}

/// A key before its colon has at most 1,024 characters, escapes included.
fn has_long_key(node: &Node) -> bool {
    match &node.kind {
        Kind::Sequence(items) => items.iter().any(has_long_key),
        Kind::Mapping(entries) => {
            entries.iter().any(|(key, value)| key.name.len() > 100 || has_long_key(value))
        }
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Text(_) => false,
    }
}
