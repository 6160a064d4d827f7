//! The actions of this repository, its workflows and those that `init` writes: two linters report nothing, and text of
//! a pull request never becomes a command.
#![expect(clippy::disallowed_types, reason = "tests start linters and shells")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::init::InitFolder;
use crate::support::workflows::{ROOT, action, shipped, steps, yaml};
use serde_yaml::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ACTIONS: [&str; 5] = ["validate", "plan", "check", "apply", "drift"];

/// Runs a linter in a folder; gives its output, and whether it reported nothing.
fn tool(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(format!("{ROOT}/tests/tools/tool.sh"));
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn workflows(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder.join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = found.collect();
    found.sort();
    found
}

fn linted(folder: &Path) {
    let (clean, text) =
        tool(folder, &["zizmor", "--offline", "--no-config", "--persona", "auditor", ".github"]);
    assert!(clean, "{text}");
    let files = workflows(folder);
    let files: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    let (clean, text) =
        tool(folder, &[&["actionlint", "-shellcheck=", "-pyflakes="], files.as_slice()].concat());
    assert!(clean && text.is_empty(), "{text}");
}

#[test]
fn this_repositorys_workflows_and_actions_are_without_findings() {
    linted(Path::new(ROOT));
}

#[test]
fn what_init_writes_is_without_findings() {
    linted(&shipped().path("."));
    linted(&InitFolder::with(&["--forge", "github"]).path("."));
}

/// The linters do report a vulnerable workflow.
#[test]
fn the_linters_find_a_vulnerable_workflow() {
    let folder = shipped();
    let plan = folder.read(".github/workflows/rolewright-plan.yml");
    let broken = plan
        .replace("    steps:\n", "    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n");
    fs::write(folder.path(".github/workflows/rolewright-plan.yml"), broken).unwrap();
    let (clean, text) = tool(&folder.path("."), &["zizmor", "--offline", "--no-config", ".github"]);
    assert!(!clean && text.contains("template-injection"), "{text}");
    let (clean, text) = tool(
        &folder.path("."),
        &["actionlint", "-shellcheck=", "-pyflakes=", ".github/workflows/rolewright-plan.yml"],
    );
    assert!(!clean && text.contains("untrusted"), "{text}");
}

#[test]
fn the_hooks_are_valid_for_pre_commit() {
    let (clean, text) = tool(Path::new(ROOT), &["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"]);
    assert!(clean, "{text}");
    let hooks = InitFolder::with(&["--forge", "none"]);
    let (clean, text) = tool(&hooks.path("."), &["pre-commit", "validate-config", ".pre-commit-config.yaml"]);
    assert!(clean, "{text}");
}

#[test]
fn a11_no_expression_stands_in_a_script() {
    for name in ACTIONS {
        for step in steps(&action(name)) {
            assert!(!step["run"].as_str().unwrap().contains("${{"), "{name}");
        }
    }
    for folder in [PathBuf::from(ROOT), shipped().path(".")] {
        for path in workflows(&folder) {
            let file = yaml(&path);
            for (_, job) in file["jobs"].as_mapping().unwrap() {
                for step in job["steps"].as_sequence().unwrap() {
                    let script = step["run"].as_str().unwrap_or_default();
                    assert!(!script.contains("${{"), "{}: {script}", path.display());
                }
            }
        }
    }
}

/// Each job has only the permissions that it needs (the gate, 7), and a fork can run only `validate`.
#[test]
fn a1_jobs_have_the_permissions_they_need_and_forks_have_none() {
    let expected = [
        ("rolewright-apply", "checks: write, contents: write, id-token: write, pull-requests: write"),
        ("rolewright-check", "checks: read, contents: read, id-token: write, pull-requests: read"),
        ("rolewright-drift", "contents: read, id-token: write, issues: write"),
        ("rolewright-plan", "checks: write, contents: read, id-token: write, pull-requests: write"),
        ("rolewright-validate", "contents: read"),
    ];
    let folder = shipped();
    assert_eq!(workflows(&folder.path(".")).len(), expected.len());
    for (name, permissions) in expected {
        let file = yaml(&folder.path(&format!(".github/workflows/{name}.yml")));
        assert!(file["permissions"].as_mapping().is_some_and(serde_yaml::Mapping::is_empty), "{name}");
        let jobs = file["jobs"].as_mapping().unwrap();
        assert_eq!(jobs.len(), 1);
        let job = jobs.values().next().unwrap();
        let mut given: Vec<String> = job["permissions"]
            .as_mapping()
            .unwrap()
            .iter()
            .map(|(key, value)| format!("{}: {}", key.as_str().unwrap(), value.as_str().unwrap()))
            .collect();
        given.sort();
        assert_eq!(given.join(", "), permissions, "{name}");
        let text = folder.read(&format!(".github/workflows/{name}.yml"));
        let event = |event: &str| text.contains(&format!("\n  {event}:"));
        assert!(!event("pull_request_target") && !event("workflow_run") && !event("issue_comment"), "{name}");
        if event("pull_request") {
            let same = job["if"].as_str().is_some_and(|test| {
                test == "github.event.pull_request.head.repo.full_name == github.repository"
            });
            assert!(same || (permissions == "contents: read" && !text.contains("secrets.")), "{name}");
        }
        assert!(text.contains("persist-credentials: false"), "{name}");
    }
    let apply = yaml(&folder.path(".github/workflows/rolewright-apply.yml"));
    assert_eq!(apply["concurrency"]["cancel-in-progress"], Value::Bool(false));
    assert_eq!(apply["jobs"]["apply"]["environment"], "rolewright");
    for name in ["plan", "check", "drift"] {
        let file = yaml(&folder.path(&format!(".github/workflows/rolewright-{name}.yml")));
        assert_eq!(file["jobs"][name]["environment"]["name"], "rolewright-read", "{name}");
    }
}

/// Every external action is pinned to a commit.
#[test]
fn g6_actions_are_pinned() {
    let pinned = regex::Regex::new(
        r"^(\$/\.github/actions/[a-z]+|[A-Za-z0-9-]+/[A-Za-z0-9._/-]+@[0-9a-f]{40})( #.*)?$",
    )
    .unwrap();
    for folder in [PathBuf::from(ROOT), shipped().path(".")] {
        for path in workflows(&folder) {
            for used in
                fs::read_to_string(&path).unwrap().lines().filter_map(|line| line.split_once("uses: "))
            {
                assert!(pinned.is_match(used.1), "{}: {}", path.display(), used.1);
            }
        }
    }
    for name in ACTIONS {
        let action = fs::read_to_string(format!("{ROOT}/.github/actions/{name}/action.yml")).unwrap();
        for used in action.lines().filter_map(|line| line.split_once("uses: ")) {
            assert!(pinned.is_match(used.1), "{name}: {}", used.1);
        }
    }
}

/// A plan names people: a workflow keeps one for some days at most, for who may see the code, and only the page that is not written
/// where names are hidden (`a_page_is_kept_only_where_names_may_be_seen`). No run reads it.
#[test]
fn g2_h22_no_workflow_keeps_a_plan_for_long_or_shares_a_cache() {
    for (name, page) in [("plan", "plan"), ("apply", "run")] {
        let action = action(name);
        let steps = action["runs"]["steps"].as_sequence().unwrap().iter();
        let uploads: Vec<&Value> = steps.filter(|step| step["uses"].is_string()).collect();
        assert_eq!(uploads.len(), 1);
        assert!(uploads[0]["uses"].as_str().unwrap().starts_with("actions/upload-artifact@"));
        let path = format!("${{{{ runner.temp }}}}/rolewright-page/{page}.html");
        assert_eq!(uploads[0]["with"]["path"], *path);
        assert_eq!(uploads[0]["with"]["retention-days"], 7);
    }
    for name in ["apply", "check", "drift", "plan", "validate"] {
        let text = shipped().read(&format!(".github/workflows/rolewright-{name}.yml"));
        let used: Vec<&str> =
            text.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, used)| used).collect();
        assert_eq!(used.len(), 2, "{name}: a checkout and an action of ours");
        assert!(
            used[0].starts_with("actions/checkout@") && used[1].starts_with("company/rolewright/"),
            "{used:?}"
        );
    }
    let file = yaml(&InitFolder::with(&["--forge", "gitlab"]).path(".gitlab-ci.yml"));
    assert_eq!(file["plan"]["artifacts"]["access"], "developer");
    assert_eq!(file["plan"]["artifacts"]["expire_in"], "1 week");
    assert!(file["apply"]["artifacts"].is_null());
    assert!(
        file["cache"].is_null() && file[".rolewright"]["cache"].is_null() && file["apply"]["cache"].is_null()
    );
}

/// Required checks also run in the merge queue, under the same name.
#[test]
fn required_checks_run_in_the_merge_queue_too() {
    let folder = shipped();
    let name = |file: &str, job: &str| {
        yaml(&folder.path(&format!(".github/workflows/{file}.yml")))["jobs"][job]["name"].clone()
    };
    assert_eq!(name("rolewright-plan", "plan"), name("rolewright-check", "check"));
    for file in ["rolewright-check", "rolewright-validate"] {
        assert!(folder.read(&format!(".github/workflows/{file}.yml")).contains("\n  merge_group:"), "{file}");
    }
}

#[test]
fn the_gitlab_pipeline_is_valid() {
    let folder = InitFolder::with(&[
        "--forge",
        "gitlab",
        "--source",
        "https://git.company.example/tools/rolewright.git",
    ]);
    let file = yaml(&folder.path(".gitlab-ci.yml"));
    let release = format!(
        "https://git.company.example/tools/rolewright/releases/download/v{}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(file["variables"]["ROLEWRIGHT_SOURCE"].as_str(), Some(release.as_str()));
    for (job, script) in [
        ("validate", "rolewright validate --format gitlab"),
        ("plan", "--format markdown"),
        ("apply", "rolewright apply --branch \"main\""),
    ] {
        let lines = file[job]["script"].as_sequence().unwrap();
        assert!(lines.iter().any(|line| line.as_str().unwrap().contains(script)), "{job}");
        assert!(file["stages"].as_sequence().unwrap().contains(&file[job]["stage"]), "{job}");
    }
    assert_eq!(file["validate"]["artifacts"]["reports"]["codequality"], "gl-code-quality-report.json");
    assert_eq!(file["apply"]["resource_group"], "rolewright");
    assert_eq!(file["apply"]["interruptible"], Value::Bool(false));
}

/// The pipeline takes the release's archive, and no other than the one whose checksum it names.
#[test]
fn the_gitlab_pipeline_gets_the_release_that_it_names_and_no_other() {
    let archive = "rolewright-x86_64-unknown-linux-musl";
    let release = tempfile::tempdir().unwrap();
    let script = format!(
        "cd '{}' && mkdir {archive} && printf '#!/bin/sh\\necho from the release\\n' > {archive}/rolewright && \
         chmod +x {archive}/rolewright && tar -czf {archive}.tar.gz {archive} && sha256sum < {archive}.tar.gz",
        release.path().display()
    );
    let bash = |script: &str| Command::new("bash").args(["-euo", "pipefail", "-c", script]).output().unwrap();
    let sum = String::from_utf8(bash(&script).stdout).unwrap();
    let (sum, _) = sum.split_once(' ').unwrap();
    let file = yaml(&InitFolder::with(&["--forge", "gitlab"]).path(".gitlab-ci.yml"));
    assert_eq!(file["variables"]["ROLEWRIGHT_SHA256"].as_str(), Some("0".repeat(64).as_str()));
    let before = file[".rolewright"]["before_script"][0].as_str().unwrap();
    let here = tempfile::tempdir().unwrap();
    // The folder of the job, and not one that other tests use.
    let before = before.replace("/tmp", &here.path().display().to_string());
    let source = release.path().display();
    let job = |sum: &str| {
        let head = format!("export ROLEWRIGHT_SOURCE='file://{source}' ROLEWRIGHT_SHA256={sum}");
        bash(&format!("{head}\n{before}\nrolewright"))
    };
    let right = job(sum);
    assert_eq!(String::from_utf8_lossy(&right.stdout), "from the release\n", "{right:?}");
    let wrong = job(&"0".repeat(64));
    let said = String::from_utf8_lossy(&wrong.stdout);
    assert!(!wrong.status.success() && !said.contains("from the release"), "{wrong:?}");
}
