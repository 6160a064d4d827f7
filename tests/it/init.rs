//! What `init` writes works without changes, and overwrites nothing.
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::init::InitFolder;
use std::fs;

const FORGES: [&str; 3] = ["github", "gitlab", "none"];
const DIRECTORIES: [&str; 3] = ["entra", "ldap", "file"];

#[test]
fn every_choice_of_init_validates_plans_and_passes_its_tests() {
    for (forge, directory) in
        FORGES.into_iter().flat_map(|forge| DIRECTORIES.map(|directory| (forge, directory)))
    {
        let folder = InitFolder::with(&["--forge", forge, "--directory", directory]);
        let (code, text) = folder.run(&["validate"]);
        assert_eq!((code, text.as_str()), (0, "No problems found.\n"), "{forge} {directory}");
        let (code, text) = folder.run(&["plan"]);
        let is_off = text.contains("intranet: not enabled: `apply` makes none of these changes");
        assert!(code == 0 && text.contains("Plan: 1 to create, 1 to update, 1 to grant.\n"), "{text}");
        assert_eq!(is_off, forge != "none", "{forge}: CI would lose its store");
        let (code, text) = folder.run(&["test", "--require-coverage", "--mutate"]);
        assert_eq!(code, 0, "{text}");
    }
}

/// The commented lines work when the comment marks are removed.
#[test]
fn two_edited_lines_connect_a_real_directory() {
    for directory in ["entra", "ldap"] {
        let folder = InitFolder::with(&["--forge", "none", "--directory", directory]);
        let file = "policies/directories/company.yaml";
        let text = folder.read(file).replace("file: { people: data/people.yaml }\n", "");
        let begin = text.find(&format!("# {directory}:")).unwrap();
        let (kept, commented) = text.split_at(begin);
        let lines: String =
            commented.lines().map(|line| format!("{}\n", line.strip_prefix("# ").unwrap())).collect();
        fs::write(folder.path(file), format!("{kept}{lines}")).unwrap();
        fs::remove_file(folder.path("policies/data/people.yaml")).unwrap();
        let (code, text) = folder.run(&["validate"]);
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn two_edited_lines_turn_on_review_through_github() {
    let folder = InitFolder::with(&["--forge", "github"]);
    let file = "policies/workspace.yaml";
    let text = folder.read(file).replace("\nreview: none\n", "\n").replace("\n# review: ", "\nreview: ");
    assert!(text.contains("\nreview: { forge: github }\n"), "{text}");
    fs::write(folder.path(file), text).unwrap();
    let (code, text) = folder.run(&["validate"]);
    assert_eq!(code, 0, "{text}");
}

/// Three accounts may go in a week, in however many runs.
#[test]
fn h24_many_small_runs_remove_no_more_than_a_week_may() {
    let folder = InitFolder::with(&["--forge", "none"]);
    let (file, accounts) = ("policies/data/people.yaml", "policies/data/intranet.yaml");
    let people = |from: usize| {
        let person = |number: usize| {
            format!(
                "  - {{ id: u-{number}, mail: u{number}@company.example, userPrincipalName: u{number}@company.example, \
                 displayName: U, groups: [Intranet users, Intranet editors] }}\n"
            )
        };
        let groups =
            "groups: [{ id: g-1, name: Intranet users }, { id: g-2, name: Intranet editors }]\nusers:\n";
        format!("{groups}{}", (from..60).map(person).collect::<String>())
    };
    fs::write(folder.path(file), people(0)).unwrap();
    fs::write(folder.path(accounts), "entitlements: { role: [editor] }\naccounts: []\n").unwrap();
    folder.commit();
    let (code, text) = folder.run(&["apply"]);
    assert!(code == 0 && text.contains("60 create"), "{text}");
    let codes: Vec<i32> = (1..=4)
        .map(|run| {
            fs::write(folder.path(file), people(3 * run)).unwrap();
            folder.run(&["apply"]).0
        })
        .collect();
    assert_eq!(codes, [0, 3, 3, 3], "the first three leave, then nobody does");
    let (_, text) = folder.run(&["plan"]);
    assert!(text.contains("9 `removal` changes after 3 in the last 7d"), "{text}");
}

#[test]
fn existing_files_are_listed_together_and_nothing_is_written() {
    let existing = InitFolder { folder: tempfile::tempdir().unwrap() };
    fs::create_dir_all(existing.path("policies")).unwrap();
    fs::write(existing.path("policies/README.md"), "mine\n").unwrap();
    fs::write(existing.path("schemas"), "a file where a folder has to be\n").unwrap();
    std::os::unix::fs::symlink("nowhere", existing.path(".gitlab-ci.yml")).unwrap();
    let (code, text) = existing.run(&["init", "--forge", "gitlab"]);
    assert_eq!(code, 1, "{text}");
    for path in ["policies/README.md", "schemas", ".gitlab-ci.yml"] {
        assert!(text.contains(&format!("\n  {path}\n")), "{path}: {text}");
    }
    assert!(text.contains("3 of the files"), "{text}");
    assert_eq!(fs::read_dir(existing.path(".")).unwrap().count(), 3);
    assert_eq!(existing.read("policies/README.md"), "mine\n");
}

#[test]
fn the_forge_is_asked_for_to_begin() {
    let empty = InitFolder { folder: tempfile::tempdir().unwrap() };
    let (code, text) = empty.run(&["init"]);
    assert!(code == 1 && text.contains("--forge github"), "{text}");
    let (code, text) = empty.run(&["init", "--application", "rooms"]);
    assert!(code == 1 && text.contains("there is no policies/workspace.yaml"), "{text}");
    assert_eq!(fs::read_dir(empty.path(".")).unwrap().count(), 0);
}

#[test]
fn a_second_time_changes_nothing_and_writes_what_is_missing() {
    let folder = InitFolder::with(&["--forge", "github"]);
    let before = folder.all();
    let (code, text) = folder.run(&["init"]);
    assert!(code == 0 && text.contains("0 written"), "{text}");
    assert_eq!(folder.all(), before);
    let (plan, drift) = (".github/workflows/rolewright-plan.yml", ".github/workflows/rolewright-drift.yml");
    fs::remove_file(folder.path(plan)).unwrap();
    fs::write(folder.path(drift), "mine\n").unwrap();
    // The example is no longer wanted, and does not come back.
    fs::remove_dir_all(folder.path("policies/intranet")).unwrap();
    let (code, text) = folder.run(&["init", "--forge", "github"]);
    assert!(code == 0 && text.contains(&format!("wrote {plan}")) && text.contains("1 written"), "{text}");
    assert!(text.contains(&format!("left {drift} as it is")), "{text}");
    assert_eq!(folder.read(drift), "mine\n");
    assert!(!folder.path("policies/intranet").exists());
}

#[test]
fn an_application_is_added_that_validates_and_passes_its_tests() {
    for connection in ["scim", "postgres", "sqlite"] {
        let folder = InitFolder::with(&["--forge", "none"]);
        let (code, text) =
            folder.run(&["init", "--application", "meeting-rooms", "--connection", connection]);
        assert_eq!(code, 0, "{text}");
        let (code, text) = folder.run(&["validate"]);
        assert_eq!((code, text.as_str()), (0, "No problems found.\n"), "{connection}");
        let (code, text) =
            folder.run(&["test", "--application", "meeting-rooms", "--require-coverage", "--mutate"]);
        assert_eq!(code, 0, "{connection}: {text}");
        assert_eq!(folder.run(&["fmt", "--check"]).0, 0, "{connection}");
        let (code, text) = folder.run(&["init", "--application", "meeting-rooms"]);
        assert!(code == 1 && text.contains("5 of the files"), "{text}");
    }
}

#[test]
fn a_directory_is_added_and_feeds_the_next_application() {
    for kind in ["entra", "ldap", "file"] {
        let folder = InitFolder::with(&["--forge", "none"]);
        let (code, text) = folder.run(&["init", "--directory", kind, "--name", "branch"]);
        assert_eq!(code, 0, "{text}");
        let (code, text) = folder.run(&["init", "--application", "rooms"]);
        assert!(code == 1 && text.contains("branch, company"), "two could be meant: {text}");
        assert_eq!(folder.run(&["init", "--application", "rooms", "--name", "branch"]).0, 0);
        let (code, text) = folder.run(&["validate"]);
        assert_eq!((code, text.as_str()), (0, "No problems found.\n"), "{kind}");
    }
    let folder = InitFolder::with(&["--forge", "none"]);
    let (code, text) = folder.run(&["init", "--application", "../etc"]);
    assert!(code == 1 && text.contains("is not a name"), "{text}");
}

#[test]
fn no_placeholder_remains_and_every_argument_is_used() {
    let commit = "1234567890abcdef1234567890abcdef12345678";
    for forge in FORGES {
        let folder = InitFolder::with(&[
            "--forge",
            forge,
            "--branch",
            "trunk",
            "--source",
            "company/rolewright",
            "--commit",
            commit,
            "--help-desk",
            "@company/desk",
            "--security",
            "@company/guards",
        ]);
        for (path, text) in folder.all() {
            let ours = [
                "@branch@",
                "@source@",
                "@url@",
                "@rev@",
                "@help-desk@",
                "@security@",
                "@review@",
                "@directory@",
                "OWNER/",
            ];
            let left: Vec<&str> = ours.into_iter().filter(|word| text.contains(word)).collect();
            let tells = path.ends_with("README.md");
            assert!(left.is_empty() || (tells && left == ["OWNER/"]), "{}: {left:?}", path.display());
        }
        assert!(folder.read("policies/workspace.yaml").contains("protectedBranch: trunk\n"));
    }
    let folder = InitFolder::with(&[
        "--forge",
        "github",
        "--source",
        "https://github.com/company/rolewright.git",
        "--commit",
        commit,
    ]);
    let plan = folder.read(".github/workflows/rolewright-plan.yml");
    assert!(plan.contains(&format!("uses: company/rolewright/.github/actions/plan@{commit}\n")), "{plan}");
}

/// Words become part of workflows: anything but a plain word is refused.
#[test]
fn a11_a_word_that_is_more_than_a_word_is_refused() {
    for (flag, word) in [
        ("--branch", "main'] }, x: ${{ github.token }}"),
        ("--branch", "main\n  evil: true"),
        ("--branch", "../../main"),
        ("--branch", "/main"),
        ("--source", "company/rolewright@main # "),
        ("--source", "http://company.example/rolewright"),
        ("--commit", "v1"),
        ("--commit", "1234567890abcdef1234567890abcdef1234567"),
        ("--help-desk", "@company/desk\n* @evil"),
        ("--security", "nobody"),
    ] {
        let empty = InitFolder { folder: tempfile::tempdir().unwrap() };
        let (code, text) = empty.run(&["init", "--forge", "github", flag, word]);
        assert!(code != 0 && text.contains(flag), "{flag} {word}: {code} {text}");
        assert_eq!(fs::read_dir(empty.path(".")).unwrap().count(), 0, "{flag} {word}");
    }
}

/// The last matching line gives the owner: new kinds of files get the general owners, linking rules get their own.
#[test]
fn a_file_has_the_owner_that_its_kind_asks_for() {
    for (forge, owners, automation) in [
        ("github", ".github/CODEOWNERS", ".github/workflows/x.yml"),
        ("gitlab", ".gitlab/CODEOWNERS", ".gitlab-ci.yml"),
    ] {
        let folder =
            InitFolder::with(&["--forge", forge, "--help-desk", "@c/desk", "--security", "@c/guards"]);
        let text = folder.read(owners);
        let owner = |path: &str| {
            let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
            let fitting =
                lines.filter_map(|line| line.split_once(' ')).filter(|(pattern, _)| fits(pattern, path));
            fitting.collect::<Vec<_>>().last().unwrap().1.to_owned()
        };
        assert_eq!(owner("policies/intranet/linking-rules.yaml"), "@c/desk");
        for path in [
            "policies/intranet/exclusions.yaml",
            "policies/intranet/constraints.yaml",
            "policies/intranet/application.yaml",
            "policies/intranet/lifecycle.yaml",
            "policies/directories/company.yaml",
            "policies/workspace.yaml",
            "policies/new.yaml",
            owners,
            automation,
        ] {
            assert_eq!(owner(path), "@c/guards", "{path}");
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let inner = regex::escape(pattern.trim_start_matches('/')).replace(r"\*", "[^/]*");
    pattern == "*"
        || regex::Regex::new(&format!("^{inner}{}", if pattern.ends_with('/') { "" } else { "$" }))
            .unwrap()
            .is_match(path)
}

#[test]
fn editors_find_the_schema_from_every_policy() {
    let folder = InitFolder::with(&["--forge", "none"]);
    for (path, text) in folder.all() {
        if !text.contains("apiVersion: rolewright/v1")
            || path.ends_with("README.md")
            || path.to_string_lossy().ends_with(".json")
        {
            continue;
        }
        let schema = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
        assert!(path.parent().unwrap().join(schema).exists(), "{}: {schema}", path.display());
    }
    let settings: serde_json::Value = serde_json::from_str(&folder.read(".vscode/settings.json")).unwrap();
    let (schema, _) = settings["yaml.schemas"].as_object().unwrap().iter().next().unwrap();
    assert!(folder.path(schema).exists());
}

/// Each job has a machine of its own: what `init` wrote ends there as it began, and whoever turns the example on is told before
/// anything is lost.
#[test]
fn on_machines_that_are_thrown_away_the_example_loses_nothing() {
    let folder = InitFolder::with(&[
        "--forge",
        "github",
        "--source",
        "company/rolewright",
        "--commit",
        &"1a".repeat(20),
    ]);
    folder.commit();
    let applied = |machine: &str| {
        let job = InitFolder { folder: tempfile::tempdir().unwrap() };
        folder.clone_to(&job);
        let (code, text) = job.run_with(&["apply", "--branch", "main"], &[("GITHUB_ACTIONS", "true")]);
        assert!(!job.path("policies/intranet.db").exists(), "{machine}: {text}");
        (code, text)
    };
    for machine in ["first", "second"] {
        let (code, text) = applied(machine);
        assert!(code == 0 && text.contains("intranet: not enabled; nothing is applied"), "{machine}: {text}");
    }
    assert!(!folder.run(&["doctor"]).1.contains("a job of CI loses it"));
    let file = "policies/intranet/application.yaml";
    fs::write(folder.path(file), folder.read(file).replace("\nenabled: false\n", "\n")).unwrap();
    folder.commit();
    for machine in ["third", "fourth"] {
        let (code, text) = applied(machine);
        assert!(code == 1 && text.contains("error[run/lost-store]"), "{machine}: {text}");
    }
    let (_, told) = folder.run(&["doctor"]);
    assert!(told.contains("warned  store") && told.contains("`intranet.db` is in the work tree"), "{told}");
    let (code, text) = folder.run(&["apply"]);
    assert!(
        code == 0 && text.contains("Applied: 1 create, 1 grant, 1 update."),
        "on one's own machine: {text}"
    );
}
