//! Lint findings of workspaces: `tests/cases/lint/<rule>/`, and of small random policies.
//!
//! `base.yaml`, `application.yaml` and `lifecycle.yaml` beside the folders are added to each case without its own. A
//! case whose name ends in `-near-misses` has no findings. `BLESS=1` rewrites `expected.txt`.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{assert_written, cases, difference, folders};
use crate::support::workspaces::{checked, printed, report};
use rolewright::lint::{codes, lint, reference};
use rolewright::model::{Date, SourceFile, SourceSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    cases("lint")
}

fn read(folder: &Path) -> Vec<SourceFile> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let file = |path: PathBuf| SourceFile {
        path: path.file_name().unwrap().to_str().unwrap().to_owned(),
        text: std::fs::read_to_string(&path).unwrap(),
    };
    files.map(file).collect()
}

fn workspace(case: &Path) -> SourceSet {
    let mut files = read(case);
    for shared in read(&root()) {
        if !files.iter().any(|file| file.path == shared.path) {
            files.push(shared);
        }
    }
    SourceSet::new(None, String::new(), files)
}

fn said(sources: &SourceSet) -> String {
    let checked = checked(sources);
    let Some(policies) = &checked.policies else { return report(sources, &checked) };
    let today = Date::parse("2026-11-21").unwrap();
    lint(policies, sources, today).iter().map(|finding| printed(sources, finding)).collect()
}

#[test]
fn every_workspace_has_its_expected_lint_findings() {
    let mut wrong = Vec::new();
    for case in folders(&root()) {
        let said = said(&workspace(&case));
        wrong.extend(difference(&case.join("expected.txt"), &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_has_cases_of_its_name_and_near_misses_are_told_nothing() {
    for code in codes() {
        let rule = code.trim_start_matches("lint/");
        let said = std::fs::read_to_string(root().join(rule).join("expected.txt")).unwrap_or_default();
        assert!(
            said.contains(&format!("warning {code}: ")),
            "tests/cases/lint/{rule} does not show `{code}`"
        );
    }
    for case in folders(&root()) {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        let said = std::fs::read_to_string(case.join("expected.txt")).unwrap();
        assert_eq!(said.is_empty(), name.ends_with("-near-misses"), "{name}: {said}");
    }
}

#[test]
fn the_reference_lists_every_rule() {
    assert_written("docs/reference/lint.md", &reference());
}

/// Every workspace among the cases of policies that compiles, and the worked policies.
fn workspaces_elsewhere() -> Vec<(PathBuf, SourceSet)> {
    let folders = folders(&cases("policy"));
    folders.into_iter().map(|case| (case.clone(), crate::support::workspaces::workspace(&case))).collect()
}

#[test]
fn lint_runs_on_the_workspaces_of_other_tests() {
    let today = Date::parse("2026-11-21").unwrap();
    let mut compiled = 0;
    for (case, sources) in workspaces_elsewhere() {
        let Some(policies) = checked(&sources).policies else { continue };
        compiled += 1;
        let findings = lint(&policies, &sources, today);
        let worked = case.file_name().unwrap().to_str().unwrap().starts_with("example-");
        assert!(!worked || findings.is_empty(), "{}: {findings:#?}", case.display());
    }
    assert!(compiled > 10);
}

#[test]
fn the_worked_policies_are_told_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let sources = rolewright::fetch::read_work_tree(&folder, "policies").unwrap();
    let policies = checked(&sources).policies.unwrap();
    assert!(policies.applications.len() > 3);
    assert_eq!(lint(&policies, &sources, Date::parse("2026-11-21").unwrap()), []);
}

/// Hundreds of rules under `precedence: first`, none of which shadows another, are checked one by one.
#[test]
fn many_rules_are_checked_quickly() {
    let rules: String = (0..300)
        .map(|at| format!("  - {{ id: r{at}, order: {at}, group: Group {at}, when: {{ user: city, equals: C{at} }}, grant: {{ team: t{at} }} }}\n"))
        .collect();
    let text = format!(
        "apiVersion: rolewright/v1\nkind: LinkingRules\napplication: crm\nprecedence: first\nrules:\n{rules}"
    );
    let mut files = read(&root());
    files.push(SourceFile { path: "rules.yaml".to_owned(), text });
    assert_eq!(said(&SourceSet::new(None, String::new(), files)), "");
}
