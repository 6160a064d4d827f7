//! Expected output: files that a test compares with the actual output or, with `BLESS=1`, writes.
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use std::fs;
use std::path::{Path, PathBuf};

/// The lines that differ between a file of expected output and the actual output; with `BLESS=1` the file is written
/// first.
pub(crate) fn difference(file: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, actual).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let lines = || similar::TextDiff::from_lines(expected.as_str(), actual).unified_diff().to_string();
    (expected != actual).then(|| format!("=== {}\n{}", file.display(), lines()))
}

/// Asserts that a file of this repository, given by its path from the root, has the content that a test generates.
pub(crate) fn assert_written(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if let Some(difference) = difference(&file, actual) {
        panic!("{path} is stale: run this test with BLESS=1, then read what changed\n{difference}");
    }
}

/// The folder of one kind of cases: `tests/cases/KIND`.
pub(crate) fn cases(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(kind)
}

/// The folders in a folder, sorted by name; at least one.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "{} has no cases", folder.display());
    folders
}
