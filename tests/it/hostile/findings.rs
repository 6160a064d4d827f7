//! Findings about policies full of hostile text, in every output format of `validate`.

use super::{every, values::values};
use crate::support::world::today;
use rolewright::language::load;
use rolewright::model::{SourceFile, SourceSet};
use rolewright::render::findings::{github, json, sarif, text};

/// A file that has the value as a key, a value, a comment, and in its file name.
fn sources(value: &str) -> SourceSet {
    let scalar = serde_json::to_string(value).unwrap();
    let comment = value.replace(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    let file = |path: String, text: String| SourceFile { path, text };
    SourceSet::new(
        None,
        String::new(),
        vec![
            file(
                format!("{}.yaml", value.replace('/', "_")),
                format!(
                    "apiVersion: rolewright/v1\nkind: Exclusions\napplication: {scalar}\nexclude:\n  - {{ id: {scalar}, {scalar}: 1, reason: {scalar}, when: {{ {scalar}: x }} }}\n"
                ),
            ),
            file(
                "comment.yaml".to_owned(),
                format!("apiVersion: rolewright/v1\nkind: {scalar} # {comment}\n{scalar}: x\n"),
            ),
            file("raw.yaml".to_owned(), format!("kind: {value}\n")),
        ],
    )
}

#[test]
fn c4_c5_no_text_of_a_policy_reaches_a_terminal_or_a_job_as_more_than_text() {
    every(&values(), |value| {
        let sources = sources(value);
        let findings = load(&sources, today()).findings;
        assert!(!findings.is_empty(), "{value:?}");
        let shown = text(&findings, &sources, false, 100).replace("\r\n", "\n");
        let hidden = |letter: char| {
            letter.is_control() && letter != '\n'
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let begins = |line: &str| line.trim_start().starts_with("::");
        if shown.contains(hidden)
            || shown.contains("##[")
            || shown.contains("##vso[")
            || shown.lines().any(begins)
        {
            return Err(shown);
        }
        let commands = github(&findings, &sources);
        for line in commands.lines() {
            let ours = line.starts_with("::error ") || line.starts_with("::warning ");
            if !ours || line.contains(char::is_control) || line.contains("##[") || line.contains("##vso[") {
                return Err(format!("{line:?}"));
            }
            let properties = line.split("::").nth(1).unwrap();
            if !properties.contains("title=")
                || properties.matches(',').count() != 4 && properties.contains("file=")
            {
                return Err(format!("{properties:?}"));
            }
        }
        for document in [json(&findings, &sources), sarif(&findings, &sources)] {
            serde_json::from_str::<serde_json::Value>(&document).map_err(|error| error.to_string())?;
            if document.contains("##[") || document.contains("##vso[") {
                return Err(document);
            }
        }
        Ok(())
    });
}
