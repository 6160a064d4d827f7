//! The YAML reader: a corpus of cases, hostile input, and properties.
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use proptest::prelude::*;
use rolewright::model::Finding;
use rolewright::model::{FileId, SourceFile, SourceSet};
use rolewright::render::findings;
use rolewright::yaml::{Budget, Kind, Node, read};
use serde_json::{Map, Value};
use std::fs;

fn parse(text: &str) -> Result<Vec<Node>, Finding> {
    read(FileId(0), text, &Budget::default())
}

/// The JSON value of each document, or the finding as people see it.
fn shown(text: &str) -> String {
    match parse(text) {
        Ok(documents) => documents.iter().map(|node| format!("{}\n", node.to_json())).collect(),
        Err(finding) => {
            let file = SourceFile { path: "input.yaml".to_owned(), text: text.to_owned() };
            findings::text(&[finding], &SourceSet::new(None, String::new(), vec![file]), false, 100)
        }
    }
}

/// `BLESS=1` rewrites the expected files.
#[test]
fn b2_the_corpus_reads_as_its_cases_say() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in folders(&cases("yaml")) {
        let found = shown(&fs::read_to_string(case.join("input.yaml")).expect("an input"));
        wrong.extend(difference(&case.join("expected.txt"), &found));
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60, "only {count} cases");
}

/// Inputs that need too many resources. The bench `yaml_hostile` measures them.
#[test]
fn b1_hostile_input_is_refused_with_a_place() {
    for (name, text) in rolewright_hostile::inputs() {
        let refused = parse(&text);
        let Err(finding) = refused else { panic!("{name} was accepted") };
        assert!(finding.code.starts_with("yaml/"), "{name}: {}", finding.code);
        let at = finding.labels.first().expect("a place").at.span;
        assert!(at.end as usize <= text.len(), "{name}: {at:?}");
    }
}

#[path = "../../benches/hostile/inputs.rs"]
mod rolewright_hostile;

#[test]
fn large_but_honest_input_is_read() {
    let flat: String = (0..40_000).map(|number| format!("key-{number}: v\n")).collect();
    assert_eq!(parse(&flat).expect("a flat mapping").len(), 1);
    let long = format!("a: '{}'\n", "x".repeat(900_000));
    assert_eq!(parse(&long).expect("a long text").len(), 1);
}

/// Every span lies in the text, on character boundaries.
fn check_spans(node: &Node, text: &str) {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    assert!(start <= end && end <= text.len(), "{:?} of {}", node.span, text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{:?}", node.span);
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| check_spans(item, text)),
        Kind::Mapping(entries) => entries.iter().for_each(|(_, value)| check_spans(value, text)),
        _ => {}
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zæøå ]{1,12}".prop_map(|text| Value::from(format!("t{text}"))),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("k[a-z]{1,8}", inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_with_spans_inside(text in "[ -~\\n\\t\u{e9}\u{202e}]{0,80}") {
        match parse(&text) {
            Ok(documents) => documents.iter().for_each(|node| check_spans(node, &text)),
            Err(finding) => {
                let span = finding.labels[0].at.span;
                prop_assert!(span.end as usize <= text.len());
                prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
            }
        }
    }

    #[test]
    fn yaml_like_text_is_read_or_refused(text in "([a-z]{1,3}: |- |\\[|\\]|\\{|\\}|,|&a |\\*a|'|\"|#|\\n|  |!|\\?|:|---\\n){0,40}") {
        if let Ok(documents) = parse(&text) {
            documents.iter().for_each(|node| check_spans(node, &text));
        }
    }

    /// The oracle is serde_yaml: what it writes is read back as the same value.
    #[test]
    fn what_serde_yaml_writes_is_read_back_the_same(value in value()) {
        let text = serde_yaml::to_string(&value).expect("a writer of any value");
        let documents = parse(&text).map_err(|finding| TestCaseError::fail(format!("{finding:?}\n{text}")))?;
        let read = documents.first().map_or(Value::Null, Node::to_json);
        prop_assert_eq!(read, value);
    }
}
