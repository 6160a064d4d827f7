//! What leaves `render::escape`: nothing invisible, no command to a CI job, no second line, no end of a code span, no formula,
//! and of JSON another spelling of the same value.

use super::support::text;
use rolewright::model::invisible_character;
use rolewright::render::escape::{cell, code_span, identity, json, visible};

/// Escapes a text in each way.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for shown in [visible(text).into_owned(), identity(text), cell(text).into_owned(), code_span(text)] {
        assert_eq!(invisible_character(&shown), None, "{shown:?}");
        assert!(!shown.contains(['\n', '\t']), "{shown:?}");
        assert!(!is_command(&shown), "{shown:?}");
    }
    let shown = cell(text);
    assert!(
        !shown.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']),
        "{shown:?}"
    );
    one_span(&code_span(text));
    same_json(text);
}

/// Whether the runner of a CI job takes a line for a command (C5).
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
}

/// A code span ends with the first run of as many backticks as it began with.
fn one_span(span: &str) {
    if span == "*empty*" {
        return;
    }
    let fence = span.len() - span.trim_start_matches('`').len();
    assert!(fence > 0, "{span:?}");
    let mut at = fence;
    while at < span.len() {
        let rest = &span[at..];
        let run = rest.len() - rest.trim_start_matches('`').len();
        if run == fence {
            assert_eq!(at + run, span.len(), "the span ends early: {span:?}");
            return;
        }
        at += run.max(rest.chars().next().map_or(1, char::len_utf8));
    }
    panic!("the span does not end: {span:?}");
}

fn same_json(text: &str) {
    let value = serde_json::json!({ text: [text, 1] });
    let shown = json(format!("{value:#}\n"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
    let lines = shown.lines();
    assert!(
        lines.into_iter().all(|line| invisible_character(line).is_none() && !is_command(line)),
        "{shown:?}"
    );
}
