//! The YAML language server that most editors have, over our schema and the settings that `init` writes.
#![expect(clippy::disallowed_types, reason = "tests start servers")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::init::InitFolder;
use crate::support::language_server::{LanguageServer, position, uri};
use crate::support::playground::copy;
use rolewright::language::schema;
use rolewright::model::FileId;
use rolewright::yaml::{self, Budget};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `init` made, with an editor in it.
struct Editor {
    folder: InitFolder,
    server: LanguageServer,
    files: usize,
}

impl Editor {
    fn new() -> Self {
        let folder = InitFolder::with(&["--forge", "none"]);
        let written: Value = serde_json::from_str(&folder.read(".vscode/settings.json")).unwrap();
        let settings = json!({ "yaml": {
            "schemas": written["yaml.schemas"], "validate": true, "hover": true, "completion": true,
            "schemaStore": { "enable": false },
        } });
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/yaml-language-server.sh");
        let mut command = Command::new(server);
        command.env("HOME", folder.path("."));
        let server = LanguageServer::start(command, folder.folder.path(), json!({}), settings);
        Self { folder, server, files: 0 }
    }

    /// Opens a policy with a cursor in it, as `|`, in a file of its own: its address, its text, the cursor.
    fn open(&mut self, text: &str) -> (String, String, Value) {
        let place = position(text, text.find('|').unwrap());
        let text = text.replacen('|', "", 1);
        self.files += 1;
        let uri = uri(&self.folder.path(&format!("policies/intranet/new-{}.yaml", self.files)));
        self.server.open(&uri, &text);
        (uri, text, place)
    }

    fn completions(&mut self, text: &str) -> Vec<Value> {
        let (uri, _, place) = self.open(text);
        let asked = json!({ "textDocument": { "uri": uri }, "position": place });
        let found = self.server.ask("textDocument/completion", asked).unwrap();
        found["items"].as_array().or(found.as_array()).cloned().unwrap_or_default()
    }

    /// The files below the folder of policies, and what is wrong with each.
    fn problems(&mut self) -> String {
        let mut files = Vec::new();
        yaml_files(&self.folder.path("policies"), &mut files);
        for file in &files {
            self.server.open(&uri(file), &fs::read_to_string(file).unwrap());
        }
        let uris: Vec<String> = files.iter().map(|file| uri(file)).collect();
        self.server.wait(|server| uris.iter().all(|uri| server.diagnostics.contains_key(uri)));
        let shown = self.server.diagnostics.iter().filter(|(_, shown)| !shown.is_empty());
        shown.map(|(uri, shown)| format!("{uri}: {}\n", shown[0]["message"])).collect()
    }
}

fn yaml_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => yaml_files(&path, files),
            false if path.extension().is_some_and(|ending| ending == "yaml") => files.push(path),
            false => {}
        }
    }
}

/// The beginning of a document.
fn head(kind: &str) -> String {
    let named = ["Application", "Directory", "Profile", "Connector", "Workspace"].contains(&kind);
    format!(
        "apiVersion: rolewright/v1\nkind: {kind}\n{}: intranet\n",
        if named { "name" } else { "application" }
    )
}

#[test]
fn neither_what_init_writes_nor_the_worked_policies_nor_data_beside_them_are_red() {
    let mut editor = Editor::new();
    // Policies and files of people and accounts in one folder.
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), &editor.folder.path("policies/worked"));
    assert_eq!(editor.problems(), "");
    let (uri, ..) = editor.open("apiVersion: rolewright/v1\nkind: LinkingRules\nrules: [{ di|: a }]\n");
    editor.server.wait(|server| server.diagnostics.get(&uri).is_some_and(|shown| !shown.is_empty()));
}

#[test]
fn every_key_completes_with_a_colon_and_numbers_that_may_stand_there() {
    let mut editor = Editor::new();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (text, expected) in [
        (head("LinkingRules") + "rules:\n  - id: a\n    |\n", "group"),
        (head("LinkingRules") + "pre|\n", "precedence"),
        (head("LinkingRules") + "rules:\n  - id: a\n    when:\n      |\n", "user"),
        (head("Lifecycle") + "|\n", "scope"),
        (head("Lifecycle") + "limits:\n  - change: removal\n    |\n", "percent"),
        (head("Application") + "|\n", "scim"),
        (head("Application") + "scim:\n  |\n", "credential"),
        (head("Application") + "entitlements:\n  role:\n    |\n", "keepAtLeast"),
        (head("AttributeMapping") + "attributes:\n  email:\n    |\n", "whenEmpty"),
        (head("Constraints") + "constraints:\n  - id: a\n    |\n", "otherwise"),
        (head("Exclusions") + "exclude:\n  - id: a\n    |\n", "when"),
        (head("PolicyTests") + "tests:\n  - id: a\n    |\n", "given"),
        (head("Directory") + "|\n", "entra"),
    ] {
        let items = editor.completions(&text);
        let keys: Vec<&Value> = items.iter().filter(|item| item["kind"] == 10).collect();
        let has = keys.iter().any(|item| item["label"] == expected);
        if !has {
            wrong.push(format!("{text:?} does not offer `{expected}`: {items:?}"));
        }
        for item in keys {
            let (label, written) = (item["label"].as_str().unwrap(), item["insertText"].as_str().unwrap());
            seen += 1;
            if !written.starts_with(&format!("{label}:")) {
                wrong.push(format!("{text:?}: `{label}` completes to {written:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 100, "{seen} keys");
}

/// A snippet's numbers and words are ones that the schema accepts; what is left for people to fill in is empty.
#[test]
fn what_snippets_write_is_accepted() {
    let mut editor = Editor::new();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (kind, place) in [
        ("LinkingRules", "rules:\n  - id: a\n    grant: { role: editor }\n    |\n"),
        ("Lifecycle", "scope: { always: true }\ndeleted: keep\noutOfScope: keep\ndisabled: keep\n|\n"),
        ("Application", "directories: [{ name: company }]\nentitlements:\n  role:\n    |\n"),
        ("Application", "directories: [{ name: company }]\n|\n"),
        ("Constraints", "constraints:\n  - id: a\n    otherwise: block\n    |\n"),
    ] {
        let text = head(kind) + place;
        for item in editor.completions(&text) {
            tried += 1;
            let written = item["insertText"].as_str().unwrap();
            let filled = filled(written);
            // Indented as the cursor's line, as editors do.
            let before = text.split('|').next().unwrap();
            let indent = " ".repeat(before.len() - before.rfind('\n').unwrap() - 1);
            let whole = text.replacen('|', &filled.replace('\n', &format!("\n{indent}")), 1);
            let Ok(nodes) = yaml::read(FileId(0), &whole, &Budget::default()) else {
                wrong.push(format!("{written:?} is no YAML here:\n{whole}"));
                continue;
            };
            let kind = schema::kind_of(FileId(0), &nodes[0]).unwrap();
            let findings = schema::validate(FileId(0), kind, &nodes[0]);
            // Values that people have to write are missing, and no value is wrong.
            let bad = findings.iter().find(|finding| {
                finding.code == "schema/unknown-key"
                    || (finding.code == "schema/value" && !finding.message.contains("empty"))
            });
            wrong.extend(bad.map(|bad| format!("{written:?}: {}", bad.message)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 30, "{tried} snippets");
}

/// A snippet with what it proposes: `${1:true}` is `true`, `$1` nothing.
fn filled(snippet: &str) -> String {
    let mut text = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        text += &rest[..at];
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}').unwrap();
            text += inner[..end].split_once(':').map_or("", |(_, proposed)| proposed);
            rest = &inner[end + 1..];
        } else {
            rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        }
    }
    text + rest
}

#[test]
fn a_hover_on_a_key_shows_its_own_meaning() {
    let mut editor = Editor::new();
    for (text, meaning) in [
        (
            head("LinkingRules") + "rules:\n  - id: a\n    gr|oup: x\n",
            "The directory group whose members get the rights",
        ),
        (
            head("LinkingRules") + "rules:\n  - { id: a, gra|nt: { role: editor } }\n",
            "The rights: entitlements",
        ),
        (head("LinkingRules") + "prece|dence: all\nrules: []\n", "Which rules win when several match"),
        (head("LinkingRules") + "prece|dence: all\nrules: []\n", "The one with the lowest"),
        (head("Lifecycle") + "sco|pe: { always: true }\n", "Who is in scope"),
        (head("Lifecycle") + "dele|ted: keep\n", "For a linked account whose user is in no directory"),
        (head("Application") + "sc|im: { url: x }\n", "A SCIM 2.0 service"),
        (head("Exclusions") + "exclude:\n  - id: a\n    wh|en: { always: true }\n", "Who is excluded"),
        (head("Constraints") + "constraints:\n  - { id: a, other|wise: block }\n", "What happens"),
    ] {
        let (uri, _, place) = editor.open(&text);
        let asked = json!({ "textDocument": { "uri": uri }, "position": place });
        let found = editor.server.ask("textDocument/hover", asked).unwrap();
        let shown = found["contents"]["value"].as_str().unwrap_or_default();
        assert!(shown.contains(meaning), "{text}: {shown}");
    }
}
