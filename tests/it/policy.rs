//! Workspaces and their findings: `tests/cases/policy/<slug>/`.
//!
//! `base.yaml` beside the folders is added to each case without its own. `BLESS=1` rewrites `expected.txt`.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{difference, folders};
use crate::support::workspaces::{cases, checked, report, workspace};
use proptest::prelude::*;
use rolewright::model::{SourceFile, SourceSet};
use std::path::Path;

#[test]
fn every_workspace_has_its_expected_findings() {
    let mut wrong = Vec::new();
    for case in folders(&cases()) {
        let sources = workspace(&case);
        let said = report(&sources, &checked(&sources));
        wrong.extend(difference(&case.join("expected.txt"), &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The slugs of the rules: the file names in `src/language/check/`, without the files that rules share.
fn rules() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language/check");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut slugs: Vec<String> = names
        .filter(|name| !["mod.rs", "context.rs"].contains(&name.as_str()))
        .map(|name| name.trim_end_matches(".rs").replace('_', "-"))
        .collect();
    slugs.sort();
    slugs
}

#[test]
fn each_rule_has_a_case_of_its_name_that_trips_it() {
    for rule in rules() {
        let case = cases().join(&rule);
        let said = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        assert!(
            said.contains(&format!(" check/{rule}:")),
            "tests/cases/policy/{rule} does not show `check/{rule}`"
        );
    }
}

/// Every code in the source files of the room.
fn codes(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let quoted =
            text.split('"').filter(|text| ["check/", "schema/"].iter().any(|room| text.starts_with(room)));
        found.extend(quoted.map(str::to_owned));
    }
}

#[test]
fn every_code_is_shown_by_a_case() {
    let mut found = Vec::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language"), &mut found);
    let said: String = folders(&cases())
        .iter()
        .map(|case| std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default())
        .collect();
    assert!(found.len() > 40, "{found:?}");
    // Only a program with a wrong schema reports this.
    for code in found.iter().filter(|code| *code != "schema/defect") {
        assert!(said.contains(&format!(" {code}: ")), "no case shows `{code}`");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Cases with a piece removed or repeated either have findings or compile.
    #[test]
    fn no_text_makes_the_language_panic(
        case in any::<prop::sample::Index>(),
        start in any::<prop::sample::Index>(),
        length in 0_usize..40,
        twice: bool,
    ) {
        let folders = folders(&cases());
        let sources = workspace(&folders[case.index(folders.len())]);
        let damaged = sources.iter().map(|(_, file)| {
            let letters: Vec<char> = file.text.chars().collect();
            let start = start.index(letters.len());
            let end = (start + length).min(letters.len());
            let rest = if twice { start } else { end };
            let text = letters[..end.min(if twice { end } else { start })].iter().chain(&letters[rest..]).collect();
            SourceFile { path: file.path.clone(), text }
        });
        let damaged = SourceSet::new(None, String::new(), damaged.collect());
        let checked = checked(&damaged);
        prop_assert_eq!(checked.failed(), checked.policies.is_none());
        report(&damaged, &checked);
    }
}

/// Paths in connections are relative to the workspace folder, paths of files to the repository.
#[test]
fn data_files_are_known_by_their_path_in_the_workspace_folder() {
    let base = std::fs::read_to_string(cases().join("base.yaml")).unwrap();
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let people = "users: []\n";
    let inside = vec![file("acme/policies/base.yaml", &base), file("acme/policies/people.yaml", people)];
    let sources = SourceSet::new(None, "acme/policies".to_owned(), inside.clone());
    assert_eq!(report(&sources, &checked(&sources)), "compiles\n");
    let elsewhere = [inside, vec![file("acme/policies/more/people.yaml", people)]].concat();
    let sources = SourceSet::new(None, "acme/policies".to_owned(), elsewhere);
    assert!(
        report(&sources, &checked(&sources)).contains("check/stray-data: `more/people.yaml` holds people")
    );
}

#[test]
fn a_workspace_with_an_error_has_no_policies_and_one_without_has() {
    for case in folders(&cases()) {
        let checked = checked(&workspace(&case));
        assert_eq!(checked.failed(), checked.policies.is_none(), "{}", case.display());
    }
}
