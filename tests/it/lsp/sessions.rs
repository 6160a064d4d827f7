//! Sessions of an editor: `tests/cases/lsp/SLUG/session.yaml` says what it does, `expected.txt` what it is told. The workspace are
//! some of the worked policies, in which `files/` of the case, if it is there, takes the place of files.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use crate::support::language_server::{LanguageServer, position, uri};
use crate::support::playground::{Playground, copy};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A day on which nothing in the worked policies ends.
const DAY: &str = "2026-11-21";

/// What an editor does.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Session {
    /// The applications whose policies are there.
    applications: Vec<String>,
    /// Whether what the directories hold was saved before.
    #[serde(default)]
    snapshot: bool,
    steps: Vec<Step>,
}

/// One thing that an editor does. `at` is a text of the file with the cursor in it, as `|`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Step {
    Open {
        file: String,
        #[serde(default)]
        text: Option<String>,
    },
    Change {
        file: String,
        replace: String,
        with: String,
    },
    Close {
        file: String,
    },
    Save {
        file: String,
    },
    Disk {
        file: String,
        replace: String,
        with: String,
    },
    Complete {
        file: String,
        at: String,
        #[serde(default)]
        only: Option<String>,
    },
    Hover {
        file: String,
        at: String,
    },
    Definition {
        file: String,
        at: String,
    },
    References {
        file: String,
        at: String,
    },
    Rename {
        file: String,
        at: String,
        to: String,
    },
    Mends {
        file: String,
        at: String,
    },
    Outline {
        file: String,
    },
    Problems,
}

/// An editor with a server.
struct Editor {
    playground: Playground,
    server: LanguageServer,
    /// Open files with their texts and versions.
    open: BTreeMap<String, (String, usize)>,
    told: String,
}

#[test]
fn every_session_is_told_what_is_expected() {
    let mut wrong = Vec::new();
    for case in folders(&cases("lsp")) {
        wrong.extend(difference(&case.join("expected.txt"), &played(&case)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn played(case: &Path) -> String {
    let text = fs::read_to_string(case.join("session.yaml")).unwrap();
    let session: Value =
        serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let session: Session =
        serde_json::from_value(session).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let applications: Vec<&str> = session.applications.iter().map(String::as_str).collect();
    let playground = Playground::of(&applications);
    if case.join("files").is_dir() {
        copy(&case.join("files"), &playground.path("policies"));
    }
    let mut options = json!({});
    if session.snapshot {
        playground.run(&["snapshot", "--output", "saved"]).ends(0);
        options = json!({ "snapshot": "saved" });
    }
    let command = playground.command(&["lsp", "--stdio", "--as-of", DAY]);
    let server = LanguageServer::start(command, &playground.path("."), options, Value::Null);
    let mut editor = Editor { playground, server, open: BTreeMap::new(), told: String::new() };
    session.steps.iter().for_each(|step| editor.play(step));
    assert_eq!(editor.server.end(), 0, "{}", case.display());
    editor.told
}

impl Editor {
    fn play(&mut self, step: &Step) {
        match step {
            Step::Open { file, text } => {
                let saved = || self.playground.read(&format!("policies/{file}"));
                let text = text.clone().unwrap_or_else(saved);
                self.server.open(&self.uri(file), &text);
                self.open.insert(file.clone(), (text, 1));
                self.note(&format!("open {file}"));
            }
            Step::Change { file, replace, with } => {
                let uri = self.uri(file);
                let (text, version) = self.open.get_mut(file).expect("an open file");
                assert!(text.contains(replace.as_str()), "{file} does not contain {replace:?}");
                *text = text.replacen(replace, with, 1);
                *version += 1;
                self.server.change(&uri, *version, text);
                self.note(&format!("change {file}: {replace:?} to {with:?}"));
            }
            Step::Close { file } => {
                let uri = self.uri(file);
                self.open.remove(file);
                self.server.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
                self.note(&format!("close {file}"));
            }
            Step::Save { file } => {
                let uri = self.uri(file);
                self.playground.write(&format!("policies/{file}"), &self.open[file].0);
                self.server.tell("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
                self.note(&format!("save {file}"));
            }
            Step::Disk { file, replace, with } => {
                self.playground.edit(&format!("policies/{file}"), replace, with);
                let changes = json!([{ "uri": self.uri(file), "type": 2 }]);
                self.server.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
                self.note(&format!("another program changes {file}: {replace:?} to {with:?}"));
            }
            Step::Problems => self.problems(),
            Step::Complete { file, at, only } => self.complete(file, at, only.as_deref()),
            Step::Hover { file, at } => {
                self.note(&format!("hover {file} {at:?}"));
                let found = self.ask("textDocument/hover", file, at, json!({}));
                let text =
                    found.map(|hover| hover["contents"]["value"].as_str().unwrap_or("nothing").to_owned());
                self.say(&undated(&text.unwrap_or_else(|error| error)));
            }
            Step::Definition { file, at } => self.places("textDocument/definition", "definition", file, at),
            Step::References { file, at } => self.places("textDocument/references", "references", file, at),
            Step::Rename { file, at, to } => {
                self.note(&format!("rename {file} {at:?} to {to:?}"));
                match self.ask("textDocument/rename", file, at, json!({ "newName": to })) {
                    Ok(changes) => self.edits(&changes),
                    Err(error) => self.say(&format!("refused: {error}")),
                }
            }
            Step::Outline { file } => {
                self.note(&format!("outline {file}"));
                let asked = json!({ "textDocument": { "uri": self.uri(file) } });
                let found = self.server.ask("textDocument/documentSymbol", asked).unwrap();
                for one in found.as_array().unwrap() {
                    let (name, what) =
                        (one["name"].as_str().unwrap(), one["containerName"].as_str().unwrap());
                    self.say(&format!("{} {what} {name}", span(&one["location"]["range"])));
                }
            }
            Step::Mends { file, at } => {
                self.note(&format!("mends {file} {at:?}"));
                let place = self.place(file, at);
                let parameters = json!({
                    "textDocument": { "uri": self.uri(file) },
                    "range": { "start": place, "end": place }, "context": { "diagnostics": [] },
                });
                let actions = self.server.ask("textDocument/codeAction", parameters).unwrap();
                for action in actions.as_array().unwrap() {
                    self.say(action["title"].as_str().unwrap());
                    self.edits(&action["edit"]);
                }
            }
        }
    }

    fn uri(&self, file: &str) -> String {
        uri(&self.playground.path("policies").join(file))
    }

    fn note(&mut self, text: &str) {
        let _ = writeln!(self.told, "=== {text}");
    }

    fn say(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.told, "{}", line.trim_end());
        }
    }

    fn place(&self, file: &str, at: &str) -> Value {
        let (text, _) = self.open.get(file).expect("an open file");
        let cursor = at.find('|').expect("a cursor");
        let found =
            text.find(&at.replacen('|', "", 1)).unwrap_or_else(|| panic!("{file} does not contain {at:?}"));
        position(text, found + cursor)
    }

    fn ask(&mut self, method: &str, file: &str, at: &str, more: Value) -> Result<Value, String> {
        let mut parameters = json!({
            "textDocument": { "uri": self.uri(file) }, "position": self.place(file, at),
            "context": { "includeDeclaration": true, "triggerKind": 1 },
        });
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.server.ask(method, parameters)
    }

    /// What an editor shows. The server answers only after it has told what is wrong.
    fn problems(&mut self) {
        self.note("problems");
        let file = self.uri("workspace.yaml");
        let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let parameters =
            json!({ "textDocument": { "uri": file }, "range": nowhere, "context": { "diagnostics": [] } });
        self.server.ask("textDocument/codeAction", parameters).unwrap();
        let mut lines = String::new();
        for (uri, found) in &self.server.diagnostics {
            for one in found {
                let severity = if one["severity"] == 1 { "error" } else { "warning" };
                let (at, code) = (span(&one["range"]), one["code"].as_str().unwrap());
                let message = one["message"].as_str().unwrap().replace('\n', "\n    ");
                let _ = writeln!(lines, "{} {at} {severity} {code}\n    {message}", self.short(uri));
                for place in one["relatedInformation"].as_array().into_iter().flatten() {
                    let (uri, range) =
                        (place["location"]["uri"].as_str().unwrap(), span(&place["location"]["range"]));
                    let _ = writeln!(
                        lines,
                        "    also {} {range}: {}",
                        self.short(uri),
                        place["message"].as_str().unwrap()
                    );
                }
            }
        }
        self.say(if lines.is_empty() { "none" } else { &lines });
    }

    fn complete(&mut self, file: &str, at: &str, only: Option<&str>) {
        self.note(&format!("complete {file} {at:?}"));
        let found = self.ask("textDocument/completion", file, at, json!({})).unwrap();
        let items = found["items"].as_array().cloned().unwrap_or_default();
        let mut lines = String::new();
        for item in &items {
            let label = item["label"].as_str().unwrap();
            if only.is_some_and(|only| !label.contains(only)) {
                continue;
            }
            let (edit, detail) = (&item["textEdit"], item["detail"].as_str().unwrap_or_default());
            let said = item["documentation"]["value"].as_str().unwrap_or_default();
            let said = said.lines().next().unwrap_or_default();
            let _ = writeln!(
                lines,
                "{label}: {} <- {:?} [{detail}] {said}",
                span(&edit["range"]),
                edit["newText"].as_str().unwrap()
            );
        }
        self.say(if items.is_empty() { "nothing" } else { &lines });
    }

    fn places(&mut self, method: &str, name: &str, file: &str, at: &str) {
        self.note(&format!("{name} {file} {at:?}"));
        let found = self.ask(method, file, at, json!({})).unwrap();
        let lines: Vec<String> = found
            .as_array()
            .into_iter()
            .flatten()
            .map(|place| format!("{} {}", self.short(place["uri"].as_str().unwrap()), span(&place["range"])))
            .collect();
        self.say(&if lines.is_empty() { "nowhere".to_owned() } else { lines.join("\n") });
    }

    fn edits(&mut self, changes: &Value) {
        let mut lines = String::new();
        for document in changes["documentChanges"].as_array().into_iter().flatten() {
            let file = self.short(document["textDocument"]["uri"].as_str().unwrap());
            for edit in document["edits"].as_array().unwrap() {
                let _ = writeln!(
                    lines,
                    "{file} {} <- {:?}",
                    span(&edit["range"]),
                    edit["newText"].as_str().unwrap()
                );
            }
        }
        self.say(&lines);
    }

    fn short(&self, uri: &str) -> String {
        let folder = self.uri("");
        uri.strip_prefix(&folder).unwrap_or(uri).trim_start_matches('/').to_owned()
    }
}

/// A range as editors show it, from 1.
fn span(range: &Value) -> String {
    let place = |place: &Value| {
        format!("{}:{}", place["line"].as_u64().unwrap() + 1, place["character"].as_u64().unwrap() + 1)
    };
    format!("{}-{}", place(&range["start"]), place(&range["end"]))
}

/// A text without the moment at which a snapshot was saved.
fn undated(text: &str) -> String {
    match text.split_once("saved at ") {
        Some((before, after)) => format!("{before}saved at TIME{}", &after["2026-11-30T00:00:00Z".len()..]),
        None => text.to_owned(),
    }
}
