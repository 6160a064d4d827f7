//! `check/long-text`: no text in a policy is longer than the values that policies work with (the policy language, 3).

use super::context::Context;
use crate::model::{FileId, Finding, Location, Span};
use crate::yaml::{Kind, Node};

const CODE: &str = "check/long-text";
/// Bytes of one text or key.
const LONGEST: usize = 16 * 1024;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, node) in &context.read.nodes {
        walk(*file, node, &mut findings);
    }
    findings
}

fn walk(file: FileId, node: &Node, findings: &mut Vec<Finding>) {
    match &node.kind {
        Kind::Text(text) => findings.extend(long(file, text, node.span)),
        Kind::Sequence(items) => items.iter().for_each(|item| walk(file, item, findings)),
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                findings.extend(long(file, &key.name, key.span));
                walk(file, value, findings);
            }
        }
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => {}
    }
}

fn long(file: FileId, text: &str, span: Span) -> Option<Finding> {
    let message = || format!("the text has {} bytes; at most {LONGEST} are allowed", text.len());
    (text.len() > LONGEST)
        .then(|| Finding::error(CODE, message(), Location { file, span }, "too long").help("make it shorter"))
}
