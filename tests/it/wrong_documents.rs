//! At least ten wrong documents of each kind, with their exact findings: `tests/cases/wrong/<kind>/`.
//!
//! `documents.txt` contains them one after the other, each after a line that names its mistake. The documents in
//! `base/` are added, except the one of the kind itself. `BLESS=1` rewrites `expected.txt`.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::difference;
use crate::support::workspaces::{checked, report};
use rolewright::model::{SourceFile, SourceSet};
use std::fs;
use std::path::{Path, PathBuf};

const TITLE: &str = "=== ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/wrong")
}

/// The kinds that have cases.
fn kinds() -> Vec<String> {
    let entries =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut kinds: Vec<String> = entries.filter(|name| name != "base").collect();
    kinds.sort();
    kinds
}

/// The documents of the other kinds, in addition to the tested one.
fn base(kind: &str) -> Vec<SourceFile> {
    let files =
        ["workspace", "directory", "application", "lifecycle"].into_iter().filter(|name| *name != kind);
    files
        .map(|name| {
            let path = format!("{name}.yaml");
            SourceFile { text: fs::read_to_string(root().join("base").join(&path)).unwrap(), path }
        })
        .collect()
}

fn said(kind: &str) -> (usize, String) {
    let documents = fs::read_to_string(root().join(kind).join("documents.txt")).unwrap();
    let (mut count, mut said) = (0, String::new());
    for document in documents.split(TITLE).skip(1) {
        let (title, text) = document.split_once('\n').unwrap();
        let mut files = base(kind);
        files.push(SourceFile { path: "policy.yaml".to_owned(), text: text.to_owned() });
        let sources = SourceSet::new(None, String::new(), files);
        let report = report(&sources, &checked(&sources));
        assert!(!report.is_empty(), "nothing is said about `{title}` ({kind})");
        said += &format!("{TITLE}{title}\n{report}");
        count += 1;
    }
    (count, said)
}

#[test]
fn every_wrong_document_has_its_findings() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let (count, said) = said(&kind);
        assert!(count >= 10, "{kind} has {count} wrong documents");
        wrong.extend(difference(&root().join(&kind).join("expected.txt"), &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_document_has_wrong_ones() {
    let schemas = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).unwrap();
    let names = schemas.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let documents = names.filter_map(|name| name.strip_suffix(".schema.json").map(str::to_owned));
    let mut documents: Vec<String> = documents
        .filter(|name| !["rolewright", "plan", "findings", "explanation"].contains(&name.as_str()))
        .collect();
    documents.sort();
    assert_eq!(kinds(), documents);
}
