//! `fmt`: one layout, in which comments and meaning stay.
#![expect(clippy::disallowed_methods, reason = "cases are files")]
#![expect(clippy::disallowed_types, reason = "tests start the binary")]

use crate::support::blessing::{cases, difference, folders};
use crate::support::init::InitFolder;
use proptest::prelude::*;
use rolewright::model::{FileId, SourceFile, SourceSet};
use rolewright::render::findings;
use rolewright::yaml::{Budget, format, read};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

fn shown(text: &str) -> String {
    format(FileId(0), text).unwrap_or_else(|finding| {
        let file = SourceFile { path: "input.yaml".to_owned(), text: text.to_owned() };
        findings::text(&[finding], &SourceSet::new(None, String::new(), vec![file]), false, 100)
    })
}

/// `BLESS=1` rewrites the expected files.
#[test]
fn every_case_of_layout_is_laid_out_as_it_says() {
    let folders = folders(&cases("layout"));
    assert!(folders.len() >= 6, "only {} cases", folders.len());
    let case = |case: &std::path::PathBuf| {
        let input = fs::read_to_string(case.join("input.yaml")).unwrap();
        difference(&case.join("expected.txt"), &shown(&input))
    };
    let wrong: Vec<String> = folders.iter().filter_map(case).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Laid out once, they stay; each says what it said, with as many comments.
#[test]
fn the_shipped_policies_keep_what_they_say() {
    let sources = crate::support::workspaces::example_workspace();
    let mut count = 0;
    for (id, file) in sources.iter() {
        let laid_out = format(id, &file.text).unwrap_or_else(|finding| panic!("{}: {finding:?}", file.path));
        assert_eq!(format(id, &laid_out).unwrap(), laid_out, "{}", file.path);
        let json = |text: &str| -> Vec<serde_json::Value> {
            read(id, text, &Budget::default()).unwrap().iter().map(|node| node.to_json()).collect()
        };
        assert_eq!(json(&laid_out), json(&file.text), "{}", file.path);
        let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
        assert_eq!(comments(&laid_out), comments(&file.text), "{}", file.path);
        count += 1;
    }
    assert!(count > 30, "only {count} files");
}

#[test]
fn check_changes_nothing_and_names_what_would_change() {
    let folder = InitFolder::with(&["--forge", "none"]);
    assert_eq!(folder.run(&["fmt", "--check"]), (0, String::new()), "what init writes is laid out");
    let file = "policies/intranet/linking-rules.yaml";
    let crooked = folder.read(file).replace("group: Intranet editors", "group:   \"Intranet editors\"");
    fs::write(folder.path(file), &crooked).unwrap();
    let data = folder.read("policies/data/people.yaml").replace("groups:\n", "groups:   \n");
    fs::write(folder.path("policies/data/people.yaml"), &data).unwrap();
    assert_eq!(folder.run(&["fmt", "--check"]), (1, format!("{file}\n")));
    assert_eq!(folder.read(file), crooked);
    assert_eq!(folder.run(&["fmt"]), (0, format!("formatted {file}\n")));
    assert!(folder.read(file).contains("group: 'Intranet editors'"), "{}", folder.read(file));
    assert_eq!(folder.run(&["fmt", "--check"]).0, 0);
    assert_eq!(folder.read("policies/data/people.yaml"), data, "data is not laid out");
    fs::write(folder.path(file), "a: {").unwrap();
    let (code, text) = folder.run(&["fmt"]);
    assert!(code == 1 && text.contains("yaml/syntax") && text.contains(file), "{text}");
    assert_eq!(folder.read(file), "a: {", "what is no YAML is left as it is");
}

#[test]
fn an_editor_sends_a_file_through_stdin() {
    let mut started = Command::new(env!("CARGO_BIN_EXE_rolewright"))
        .args(["fmt", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    started.stdin.take().unwrap().write_all(b"a:   [1,2]\n").unwrap();
    let output = started.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), b"a: [1, 2]\n".as_slice()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_laid_out_with_its_meaning_or_left(text in "([a-z]{1,3}: |- |\\[|\\]|\\{|\\}|,|&a |\\*a|'|\"|#|# [a-z]|\\n|  |\\||>|---\\n){0,30}") {
        if let Ok(laid_out) = format(FileId(0), &text) {
            let json = |text: &str| {
                read(FileId(0), text, &Budget::default()).unwrap().iter().map(|node| node.to_json()).collect::<Vec<_>>()
            };
            prop_assert_eq!(json(&laid_out), json(&text));
            prop_assert_eq!(format(FileId(0), &laid_out).unwrap(), laid_out);
        }
    }
}
