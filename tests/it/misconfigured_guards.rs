//! A guard that can't be enforced as written is an error, never ignored (threat A10).

use crate::support::playground::{CommandOutput, Playground};
use crate::support::workspaces::{checked, report};
use rolewright::model::{SourceFile, SourceSet};

const POLICIES: &str =
    "{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, review: none }
---
{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: { people: people.yaml } }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: app.db }
directories: [{ name: contoso }]
entitlements: { role: { values: [reader, owner], privileged: [owner], keepAtLeast: 1 } }
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes: { userName: mailNickname, email: mail }
---
apiVersion: rolewright/v1
kind: Overrides
application: app
overrides:
  - { id: office, allow: { removal: 10 }, until: '2026-12-05', owner: it, reason: An office closes }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: { always: true }
deleted: keep
outOfScope: keep
disabled: keep
adoption: hold
protect:
  - { id: boss, from: [delete], when: { account: email, present: true } }
limits: [{ change: removal, percent: 5, floor: 3, within: 7d }]
";

/// Mistakes: a text in the policies, and its replacement.
const MISTAKES: [(&str, &str); 25] = [
    ("limits:", "limit:"),
    ("change: removal", "change: removals"),
    ("percent: 5", "percent: 101"),
    ("percent: 5", "percent: -1"),
    ("percent: 5", "percent: '5'"),
    ("percent: 5", "percent: 5.5"),
    ("percent: 5", "percnt: 5"),
    ("percent: 5, floor: 3, ", "floor: 3, "),
    ("percent: 5, floor: 3", "count: 3, floor: 3"),
    ("within: 7d", "within: 7"),
    ("within: 7d", "in: 7d"),
    ("review: none", "review: off"),
    ("review: none", "review: { forge: gitlab }"),
    ("review: none", "review: { forge: github, approvals: 2 }"),
    ("review: none", "reviews: none"),
    ("adoption: hold", "adoption: held"),
    ("from: [delete]", "from: [deletes]"),
    ("from: [delete]", "from: []"),
    ("protect:", "protected:"),
    ("privileged: [owner]", "privileged: [ownr]"),
    ("privileged: [owner], ", ""),
    ("keepAtLeast: 1", "keepAtLeast: one"),
    ("allow: { removal: 10 }", "allow: { removals: 10 }"),
    ("until: '2026-12-05', ", ""),
    ("until: '2026-12-05'", "until: soon"),
];

fn sources(text: &str) -> SourceSet {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text.to_owned() };
    SourceSet::new(None, String::new(), vec![file])
}

#[test]
fn a10_a_guard_that_is_written_wrongly_is_an_error() {
    let right = sources(POLICIES);
    assert!(checked(&right).policies.is_some(), "{}", report(&right, &checked(&right)));
    let accepted = |(from, to): &(&str, &str)| {
        assert!(POLICIES.contains(from), "`{from}` is not in the policies");
        checked(&sources(&POLICIES.replacen(from, to, 1))).policies.is_some()
    };
    let accepted: Vec<_> = MISTAKES.iter().filter(|mistake| accepted(mistake)).collect();
    assert!(accepted.is_empty(), "accepted: {accepted:#?}");
}

/// Every variable that tells `apply` when to stop or which forge to ask, with an impossible value.
#[test]
fn a10_a_setting_of_a_job_that_cannot_be_is_an_error_and_nothing_is_written() {
    let playground = Playground::new();
    for (variable, value, code) in [
        ("ROLEWRIGHT_LEASE_TIMEOUT", "soon", 64),
        ("ROLEWRIGHT_FORGE_TIMEOUT", "-1", 64),
        ("ROLEWRIGHT_AS_OF", "tomorrow", 1),
    ] {
        let output = playground.command(&["apply"]).env(variable, value).output().unwrap();
        let ran = CommandOutput::of(output);
        assert_eq!(ran.code, code, "{variable}={value}: {}", ran.stderr);
        assert!(!playground.path("policies/dstny.db").exists(), "{variable}={value}");
    }
    playground.run(&["apply", "--release", "r-99"]).ends(1);
    playground.run(&["apply", "--limit", "none"]).ends(64);
    assert!(!playground.path("policies/dstny.db").exists());
}
