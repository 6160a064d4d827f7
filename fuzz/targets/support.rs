//! What several targets need.

use rolewright::model::{FileId, Finding, SourceFile, SourceSet};
use rolewright::wire::Problem;
use serde_json::Value;
use std::fmt::Write;

/// The bytes as text, if they are.
pub fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Two parts of the text, separated by its first line that is `=`; the second is empty if there is none.
pub fn two(text: &str) -> (&str, &str) {
    text.split_once("\n=\n").unwrap_or((text, ""))
}

/// A workspace of one file.
pub fn workspace(text: &str) -> SourceSet {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text.to_owned() };
    SourceSet::new(None, String::new(), vec![file])
}

/// The same JSON in another spelling: keys in reverse order, each letter of a text escaped, white space between all.
pub fn respelled(value: &Value) -> String {
    spelled(value, &|spelled, letter| {
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let _ = write!(spelled, "\\u{unit:04X}");
        }
    })
}

/// A value as YAML: JSON whose texts hold only escapes of YAML.
pub fn as_yaml(value: &Value) -> String {
    spelled(value, &|spelled, letter| {
        let _ = write!(spelled, "\\U{:08x}", letter as u32);
    })
}

fn spelled(value: &Value, escape: &impl Fn(&mut String, char)) -> String {
    let quoted = |text: &str| {
        let mut quoted = String::from("\"");
        for letter in text.chars() {
            match letter.is_ascii_alphanumeric() {
                true => quoted.push(letter),
                false => escape(&mut quoted, letter),
            }
        }
        quoted.push('"');
        quoted
    };
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| spelled(item, escape)).collect();
            format!("[ {} ]", items.join(" , "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .rev()
                .map(|(key, value)| format!("{} : {}", quoted(key), spelled(value, escape)))
                .collect();
            format!("{{ {} }}", entries.join(" , "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Whether no object has two keys that differ only in case.
pub fn has_each_key_once(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(has_each_key_once),
        Value::Object(entries) => {
            let mut keys: Vec<String> = entries.keys().map(|key| key.to_ascii_lowercase()).collect();
            keys.sort();
            keys.windows(2).all(|pair| pair[0] != pair[1]) && entries.values().all(has_each_key_once)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Checks that a finding says something, and that each of its places is a piece of a file.
pub fn check_finding(finding: &Finding, sources: &SourceSet) {
    assert!(!finding.message.is_empty(), "{finding:?}");
    for label in &finding.labels {
        let FileId(file) = label.at.file;
        assert!((file as usize) < sources.len(), "{finding:?}");
        let text = &sources.file(label.at.file).text;
        let span = label.at.span;
        assert!(
            text.get(span.start as usize..span.end as usize).is_some(),
            "no piece of the file: {finding:?}"
        );
    }
}

/// Checks that there are problems, not endlessly many, and that each is at a place of the text.
pub fn check_problems(problems: &[Problem], text: &str) {
    assert!((1..=101).contains(&problems.len()), "{} problems", problems.len());
    for problem in problems {
        let lines = text.matches('\n').count() as u32 + 1;
        assert!((1..=lines).contains(&problem.position.line), "{problem:?}");
        let line = text.split('\n').nth(problem.position.line as usize - 1).unwrap_or_default();
        let columns = 1..=line.chars().count() as u32 + 2;
        assert!(columns.contains(&problem.position.column), "{problem:?} in {line:?}");
        assert!(!problem.message.is_empty(), "{problem:?}");
    }
}

/// What stands behind `%` in a URL, decoded.
pub fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    bytes
}
