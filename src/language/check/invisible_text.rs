//! `check/invisible-text`: no text in a policy contains characters that make it look like another text (threat B4).
//! Keys with such characters are refused where they are read.

use super::context::Context;
use crate::model::{FileId, Finding, Location, invisible_character};
use crate::yaml::{Kind, Node};

const CODE: &str = "check/invisible-text";
/// Keys whose text is only read by people. Scripts that need joining characters may use them there.
const PROSE: &[&str] = &["message", "reason"];
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, node) in &context.read.nodes {
        walk(*file, "", node, &mut findings);
    }
    findings
}

fn walk(file: FileId, key: &str, node: &Node, findings: &mut Vec<Finding>) {
    match &node.kind {
        Kind::Text(text) => {
            let text: String = match PROSE.contains(&key) {
                true => text.chars().filter(|letter| !JOINERS.contains(letter)).collect(),
                false => text.to_string(),
            };
            if let Some((_, letter)) = invisible_character(&text) {
                let message = format!("the text holds the invisible character U+{:04X}", u32::from(letter));
                let at = Location { file, span: node.span };
                findings.push(Finding::error(CODE, message, at, "in this text").help("type the text again"));
            }
        }
        Kind::Sequence(items) => items.iter().for_each(|item| walk(file, key, item, findings)),
        Kind::Mapping(entries) => {
            entries.iter().for_each(|(key, value)| walk(file, &key.name, value, findings));
        }
        _ => {}
    }
}
