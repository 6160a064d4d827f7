//! Digests change if, and only if, the meaning of the policies changes.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "the expected digests are a file")]

use crate::support::workspaces::{cases, checked, example_workspace, workspace};
use proptest::prelude::*;
use rolewright::model::{FileId, SourceFile, SourceSet};
use rolewright::yaml::{self, Budget};
use serde_json::Value;

const EXAMPLES: [&str; 5] =
    ["example-dstny", "example-pronestor", "example-promapp", "example-bench", "example-of-two-applications"];

/// The documents of a workspace as JSON, which is YAML without comments and with keys in another order; without data
/// files.
fn documents(example: &str) -> Vec<Value> {
    let sources = workspace(&cases().join(example));
    let policies = sources.iter().filter(|(_, file)| !file.path.starts_with("data/"));
    let nodes = policies.flat_map(|(_, file)| yaml::read(FileId(0), &file.text, &Budget::default()).unwrap());
    nodes.map(|node| node.to_json()).collect()
}

fn one_file_each(documents: &[Value], name: impl Fn(usize) -> String) -> SourceSet {
    let file = |(at, document): (usize, &Value)| SourceFile { path: name(at), text: document.to_string() };
    SourceSet::new(None, String::new(), documents.iter().enumerate().map(file).collect())
}

fn digests(sources: &SourceSet) -> Vec<String> {
    let checked = checked(sources);
    let set = checked.policies.unwrap_or_else(|| panic!("{:#?}", checked.findings));
    set.applications.iter().map(|policy| policy.digest(&set).unwrap().to_string()).collect()
}

/// If a change of the code changes a digest, the next run of every workspace is treated as a first run. `BLESS=1`
/// rewrites them.
#[test]
fn the_digests_of_the_examples_are_those_of_earlier_versions() {
    let mut found = vec![("policies", digests(&example_workspace()))];
    found.extend(EXAMPLES.map(|example| (example, digests(&workspace(&cases().join(example))))));
    let lines = found.into_iter().map(|(name, digests)| format!("{name}: {}\n", digests.join(" ")));
    let text: String = lines.collect();
    let file = cases().with_file_name("policy-digests.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), text);
}

#[test]
fn formatting_comments_and_the_order_of_keys_do_not_count() {
    for example in EXAMPLES {
        let plain = one_file_each(&documents(example), |at| format!("{at:02}.yaml"));
        assert_eq!(digests(&workspace(&cases().join(example))), digests(&plain), "{example}");
    }
}

/// Lists whose order has no meaning.
const UNORDERED: [&str; 4] = ["rules", "exclude", "protect", "limits"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_documents_and_rules_and_the_names_of_files_do_not_count(
        example in prop::sample::select(&EXAMPLES[..]),
        order in any::<prop::sample::Index>(),
        names in prop::collection::vec("[a-z]{1,8}", 20),
    ) {
        let expected = digests(&workspace(&cases().join(example)));
        let mut documents = documents(example);
        let turn = order.index(documents.len());
        documents.rotate_left(turn);
        if turn % 2 == 0 {
            documents.reverse();
        }
        for document in &mut documents {
            for key in UNORDERED {
                if let Some(list) = document.get_mut(key).and_then(Value::as_array_mut) {
                    list.reverse();
                }
            }
        }
        let moved = one_file_each(&documents, |at| format!("{}/{at}.yml", names[at % names.len()]));
        prop_assert_eq!(expected, digests(&moved));
    }
}

/// An example, a text in it, and its replacement.
const CHANGES: [(&str, &str, &str); 14] = [
    ("example-dstny", "whenEmpty: block", "whenEmpty: keep"),
    ("example-dstny", "unmanaged: delete", "unmanaged: keep"),
    ("example-dstny", "equals: active", "equals: Active"),
    ("example-dstny", "percent: 5", "percent: 6"),
    ("example-dstny", "protectedBranch: main", "protectedBranch: live"),
    ("example-dstny", "file: { users: users.ndjson", "file: { users: other.ndjson"),
    ("example-of-two-applications", "prefix: Ext_", "prefix: ext"),
    ("example-of-two-applications", "costCentre: cost", "costCentre: centre"),
    (
        "example-pronestor",
        "attributes: { initials: initials }",
        "attributes: { initials: extensionAttribute1 }",
    ),
    ("example-pronestor", "catering_manger", "catering_manager"),
    ("example-pronestor", "truncate: 3", "truncate: 2"),
    ("example-promapp", "nestedGroups: false", "nestedGroups: true"),
    ("example-promapp", "nestedGroups: false", "nestedGroups: false, mustSee: [a]"),
    ("example-promapp", "returning: block", "returning: keep"),
];

#[test]
fn what_changes_the_meaning_changes_the_digest() {
    for (example, before, after) in CHANGES {
        let sources = workspace(&cases().join(example));
        let files = sources
            .iter()
            .map(|(_, file)| SourceFile { text: file.text.replacen(before, after, 1), ..file.clone() });
        let changed = SourceSet::new(None, String::new(), files.collect());
        assert_ne!(sources, changed, "{example} does not say `{before}`");
        assert_ne!(digests(&sources), digests(&changed), "{example}: `{before}` -> `{after}`");
    }
}

#[test]
fn h2_mail_reports_privacy_and_schedules_enter_the_digest() {
    let sources = workspace(&cases().join("notify"));
    let with = |from: &str, to: &str| {
        let files =
            sources.iter().map(|(_, file)| SourceFile { text: file.text.replace(from, to), ..file.clone() });
        let changed = SourceSet::new(None, String::new(), files.collect());
        assert_ne!(sources, changed, "no file says `{from}`");
        changed
    };
    let expected = digests(&sources);
    let workspace = "kind: Workspace\n";
    for (from, to) in [
        ("audit@", "other@"),
        ("changes", "always"),
        ("smtp.contoso.example:2525", "smtp.contoso.example"),
        ("smtp.contoso.example:2525", "smtp.other.example:2525"),
        ("disabled: deactivate", "disabled: keep"),
        (workspace, "kind: Workspace\nprivacy: counts\n"),
        (workspace, "kind: Workspace\nreview: { forge: github }\n"),
        ("protectedBranch: main\n", "environments: { live: { branch: main, previously: default } }\n"),
        ("name: crm\n", "name: crm\npreviously: sales\n"),
        (workspace, "kind: Workspace\nsecretPrefixes: [ROLEWRIGHT_, MAIL_]\n"),
    ] {
        assert_ne!(expected, digests(&with(from, to)), "`{from}` -> `{to}`");
    }
}

/// What serialization leaves out never enters a digest: places in files, tests, and what follows from the rest.
#[test]
fn h2_nothing_with_an_effect_is_left_out_of_the_digest() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut left_out = std::collections::BTreeSet::new();
    for folder in ["src/policy", "src/model", "src/model/connector"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        for path in entries.filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(path).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let marked = lines.windows(2).filter(|pair| pair[0] == "#[serde(skip)]");
            left_out.extend(marked.map(|pair| pair[1].to_owned()));
        }
    }
    let without_effect = [
        "pub needs: DirectoryNeeds,",
        "pub origin: Option<Origin>,",
        "pub origin: Origin,",
        "pub pattern: Option<NamePattern>,",
        "pub span: Span,",
        "pub tests: Vec<PolicyTest>,",
        "pub unkept: Vec<UnkeptAttribute>,",
    ];
    assert_eq!(left_out.iter().map(String::as_str).collect::<Vec<_>>(), without_effect);
}
