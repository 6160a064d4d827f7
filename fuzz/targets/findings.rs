//! Findings, shown in each format, at any piece of any text: nothing but the finding's own lines, no command to a CI job,
//! nothing that a terminal obeys, and documents that programs can read.

use super::support::{text, two};
use rolewright::model::{FileId, Finding, Location, SourceFile, SourceSet, Span, invisible_character};
use rolewright::render::findings::{github, gitlab, json, sarif, text as for_people};
use serde_json::Value;

/// Eight bytes place two labels; then the message and, after the first `=` line, the source.
pub fn target(data: &[u8]) {
    let Some((places, rest)) = data.split_first_chunk::<8>() else { return };
    let Some(text) = text(rest) else { return };
    let (words, source) = two(text);
    let places = places.as_chunks::<2>().0.iter().map(|place| usize::from(u16::from_le_bytes(*place)));
    let places: Vec<usize> =
        places.map(|place| source.floor_char_boundary(place.min(source.len()))).collect();
    let at = |one: usize, other: usize| {
        let span = Span::new(one.min(other), one.max(other));
        Location { file: FileId(0), span }
    };
    let (one, two) = (at(places[0], places[1]), at(places[2], places[3]));
    let error = Finding::error("check/path", words, one, words).and(two, words).help(words);
    let elsewhere = Location { file: FileId(1), span: Span::new(0, 1) };
    let warning = Finding::warning("check/path", words, two, words).and(elsewhere, words);
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let files = vec![file("policies/a.yaml", source), file("policies/b.yaml", "one: two\n")];
    let sources = SourceSet::new(None, "policies".to_owned(), files);
    let findings = [error, warning];
    people(&findings, &sources);
    programs(&findings, &sources);
}

fn people(findings: &[Finding], sources: &SourceSet) {
    let shown = for_people(findings, sources, false, 100);
    assert!(shown.ends_with("Found 1 error and 1 warning.\n"), "{shown}");
    for line in shown.lines() {
        assert_eq!(invisible_character(line), None, "{line:?}");
        assert!(!is_command(line), "{line:?}");
    }
    let coloured = for_people(findings, sources, true, 80);
    assert!(coloured.ends_with("Found 1 error and 1 warning.\n"));
}

fn programs(findings: &[Finding], sources: &SourceSet) {
    let commands = github(findings, sources);
    let lines: Vec<&str> = commands.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("::error ") && lines[1].starts_with("::warning "),
        "{commands:?}"
    );
    assert!(lines.iter().all(|line| invisible_character(line).is_none()));
    let document: Value = serde_json::from_str(&json(findings, sources)).expect("JSON");
    let place = &document["findings"][0];
    assert!(place["line"].as_u64() <= place["endLine"].as_u64() && place["column"].as_u64() >= Some(1));
    assert_eq!(document["findings"][0]["message"].as_str(), Some(findings[0].message.as_str()));
    let document: Value = serde_json::from_str(&sarif(findings, sources)).expect("JSON");
    assert_eq!(document["runs"][0]["results"].as_array().map(Vec::len), Some(2));
    let document: Value = serde_json::from_str(&gitlab(findings, sources)).expect("JSON");
    assert_ne!(document[0]["fingerprint"], document[1]["fingerprint"]);
    for text in [json(findings, sources), sarif(findings, sources)] {
        assert!(
            text.lines().all(|line| invisible_character(line).is_none() && !is_command(line)),
            "{text:?}"
        );
    }
}

/// Whether the runner of a CI job takes a line for a command (C5).
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
}
