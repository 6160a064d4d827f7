//! Buffers that are no YAML, messages that are none, editors that go away.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::language_server::{LanguageServer, position, uri};
use crate::support::playground::Playground;
use crate::support::workspaces::example_workspace;
use proptest::prelude::*;
use rolewright::editor::{
    Checker, Known, LineColumn, Lines, Overlay, Workspace, complete, definitions, hover, mends, references,
    rename,
};
use rolewright::model::{Date, SourceFile, SourceSet};
use serde_json::{Value, json};

/// Asks everything about a place of a buffer. Whatever is said lies in its file.
fn ask(sources: &SourceSet, path: &str, byte: usize) {
    let workspace = Workspace::new(sources.clone());
    let file = sources.find(path).unwrap();
    let known = Known::default();
    let inside = |file, place: LineColumn| {
        let text = &sources.file(file).text;
        let lines = Lines::new(text);
        assert_eq!(lines.place(lines.byte(place)), place, "{path}");
    };
    for completion in complete(&workspace, &known, file, byte).0 {
        inside(file, completion.range.start);
        inside(file, completion.range.end);
    }
    if let Some(found) = hover(&workspace, &known, &[], file, byte) {
        inside(file, found.range.end);
    }
    definitions(&workspace, file, byte);
    references(&workspace, file, byte, true);
    let _ = rename(&workspace, file, byte, "another");
}

fn with(text: String) -> SourceSet {
    let mut overlay = Overlay::default();
    overlay.set("pronestor/constraints.yaml", text);
    overlay.over(&example_workspace())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_buffer_cut_off_and_damaged_anywhere_is_answered(
        cut in 0.0..1.0_f64, at in 0.0..1.0_f64, damage in prop::sample::select(vec![
            "", "{", "[", "'", "\"", ": ", "- ", "\t", "&a *a", "---\n", "\u{feff}", "\u{202e}", "\u{1f600}", "\r", "|", ">-\n", "{{{{", "!!x", "%YAML",
        ]),
    ) {
        let sources = example_workspace();
        let file = sources.find("pronestor/constraints.yaml").unwrap();
        let mut text = sources.file(file).text.clone();
        let byte = |share: f64, text: &str| text.floor_char_boundary((share * text.len() as f64) as usize);
        text.truncate(byte(cut, &text));
        let place = byte(at, &text);
        text.insert_str(place, damage);
        let sources = with(text);
        for byte in [place, place + damage.len()] {
            ask(&sources, "pronestor/constraints.yaml", byte);
        }
        for problem in Checker::default().problems(&sources, &Overlay::default(), Date::parse("2026-11-21").unwrap()) {
            mends(&sources, &problem);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}", at in 0..210_usize) {
        let file = SourceFile { path: "a.yaml".to_owned(), text };
        ask(&SourceSet::new(None, String::new(), vec![file]), "a.yaml", at);
    }
}

#[test]
fn deep_and_large_buffers_are_answered() {
    for text in [
        "{a: ".repeat(100_000),
        "[".repeat(100_000),
        "- ".repeat(50_000),
        "a".repeat(2 << 20),
        "&a [*a]\n".repeat(20_000),
    ] {
        let at = text.len() / 2;
        ask(&with(text), "pronestor/constraints.yaml", at);
    }
}

#[test]
fn the_server_outlives_what_is_no_question() {
    let playground = Playground::new();
    let command = playground.command(&["lsp"]);
    let mut server = LanguageServer::start(command, &playground.path("."), json!(7), Value::Null);
    let file = uri(&playground.path("policies/dstny/linking-rules.yaml"));
    for parameters in
        [json!(null), json!([]), json!({ "textDocument": 1 }), json!({ "textDocument": { "uri": "::" } })]
    {
        for method in ["didOpen", "didChange", "didClose", "didSave"] {
            server.tell(&format!("textDocument/{method}"), parameters.clone());
        }
        assert!(server.ask("textDocument/hover", parameters).is_err());
    }
    server.tell("workspace/didChangeConfiguration", json!({ "settings": "no" }));
    server.tell("$/setTrace", json!({ "value": "off" }));
    assert!(server.ask("textDocument/formatting", json!({})).unwrap_err().contains("is not supported"));
    for elsewhere in ["untitled:Untitled-1", "file:///etc/passwd", "https://example.test/a.yaml"] {
        server.open(elsewhere, "kind: [");
        let asked =
            json!({ "textDocument": { "uri": elsewhere }, "position": { "line": 0, "character": 3 } });
        assert_eq!(server.ask("textDocument/hover", asked), Ok(Value::Null), "{elsewhere}");
    }
    // Far outside the text.
    server.open(&file, "kind: LinkingRules\n");
    let asked = json!({ "textDocument": { "uri": file }, "position": { "line": 99_999, "character": 4_000_000_000_u32 } });
    server.ask("textDocument/completion", asked).unwrap();
    assert_eq!(server.end(), 0);
}

#[test]
fn what_is_typed_is_evaluated_without_being_asked_and_cleared_when_mended() {
    let playground = Playground::new();
    let command = playground.command(&["lsp"]);
    let mut server = LanguageServer::start(command, &playground.path("."), json!({}), Value::Null);
    let (path, rules) =
        ("policies/dstny/linking-rules.yaml", playground.read("policies/dstny/linking-rules.yaml"));
    let file = uri(&playground.path(path));
    server.open(&file, &rules);
    for version in 2..30 {
        server.change(&file, version, &rules.replace("callCentre", &format!("callCenter{version}")));
    }
    server.change(&file, 30, &rules.replace("callCentre: agent", "callCenter: agent"));
    let says = |server: &LanguageServer, text: &str| {
        server
            .diagnostics
            .get(&file)
            .is_some_and(|shown| shown.iter().any(|one| one["message"].to_string().contains(text)))
    };
    server.wait(|server| says(server, "did you mean `callCentre`?"));
    server.change(&file, 31, &rules);
    server.wait(|server| server.diagnostics.get(&file).is_some_and(Vec::is_empty));
    assert_eq!(server.end(), 0);
}

#[test]
fn an_editor_that_goes_away_ends_the_server() {
    let playground = Playground::new();
    let start =
        || LanguageServer::start(playground.command(&["lsp"]), &playground.path("."), json!({}), Value::Null);
    assert_eq!(start().ended(), 1, "it was not shut down");
    let mut server = start();
    server.send_bytes(b"Content-Length: 12\r\n\r\nno JSON here");
    assert_eq!(server.ended(), 1);
    let mut server = start();
    assert_eq!(server.ask("shutdown", Value::Null), Ok(Value::Null));
    assert!(server.ask("textDocument/hover", json!({})).unwrap_err().contains("shut down"));
    server.tell("exit", Value::Null);
    assert_eq!(server.ended(), 0);
}

#[test]
fn places_are_units_of_utf_16() {
    let playground = Playground::new();
    let command = playground.command(&["lsp"]);
    let mut server = LanguageServer::start(command, &playground.path("."), json!({}), Value::Null);
    let text = "apiVersion: rolewright/v1\nkind: LinkingRules\napplication: dstny\nrules:\n  - { id: a, group: '\u{1f600}\u{1f600}', grnt: { callCentre: agent } }\n";
    let file = uri(&playground.path("policies/dstny/linking-rules.yaml"));
    server.open(&file, text);
    server.wait(|server| server.diagnostics.get(&file).is_some_and(|shown| !shown.is_empty()));
    let shown = &server.diagnostics[&file][0];
    assert_eq!(shown["code"], "schema/unknown-key");
    assert_eq!(shown["range"]["start"], position(text, text.find("grnt").unwrap()));
    assert_eq!(shown["range"]["start"]["character"], 28);
    assert_eq!(server.end(), 0);
}
