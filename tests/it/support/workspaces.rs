//! Loads the workspaces of `tests/cases/policy`, and gives their findings as text.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use rolewright::language::{Checked, load};
use rolewright::model::Finding;
use rolewright::model::{Date, Location, SourceFile, SourceSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const TODAY: &str = "2026-11-21";

pub(crate) fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/policy")
}

/// Every file below a folder, with its path relative to it.
fn files(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(root, &path, found);
        } else if path.file_name().is_some_and(|name| name != "expected.txt") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.push(SourceFile { path: name, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
}

/// The worked policies of this repository.
pub(crate) fn example_workspace() -> SourceSet {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut found = Vec::new();
    files(&root, &root, &mut found);
    SourceSet::new(None, String::new(), found)
}

pub(crate) fn workspace(case: &Path) -> SourceSet {
    let mut found = Vec::new();
    files(case, case, &mut found);
    if !found.iter().any(|file| file.path == "base.yaml") {
        let text = std::fs::read_to_string(cases().join("base.yaml")).unwrap();
        found.push(SourceFile { path: "base.yaml".to_owned(), text });
    }
    SourceSet::new(None, String::new(), found.into_iter().filter(|file| !file.text.is_empty()).collect())
}

pub(crate) fn checked(sources: &SourceSet) -> Checked {
    load(sources, Date::parse(TODAY).unwrap())
}

fn place(sources: &SourceSet, at: Location) -> String {
    let position = sources.position(at);
    let text = &sources.file(at.file).text[at.span.start as usize..at.span.end as usize];
    let first = text.lines().next().unwrap_or_default();
    format!("{}:{}:{} [{first}]", sources.file(at.file).path, position.line, position.column)
}

pub(crate) fn printed(sources: &SourceSet, finding: &Finding) -> String {
    let mut text =
        format!("{:?} {}: {}\n", finding.severity, finding.code, finding.message).to_lowercase_first();
    for label in &finding.labels {
        writeln!(text, "  {} {}", place(sources, label.at), label.text).unwrap();
    }
    if let Some(help) = &finding.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    text
}

trait LowercaseFirst {
    fn to_lowercase_first(self) -> String;
}

impl LowercaseFirst for String {
    fn to_lowercase_first(mut self) -> String {
        if let Some(first) = self.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        self
    }
}

pub(crate) fn report(sources: &SourceSet, checked: &Checked) -> String {
    let findings: String = checked.findings.iter().map(|finding| printed(sources, finding)).collect();
    let end = if checked.policies.is_some() { "compiles\n" } else { "" };
    findings + end
}
