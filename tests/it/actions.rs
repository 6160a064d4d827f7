//! The actions' scripts, run as a runner would run them: which command each starts, hostile inputs, no leaked secrets,
//! and one complete use.
#![expect(clippy::disallowed_types, reason = "tests start shells")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::workflows::{ROOT, action, shipped, steps};
use serde_yaml::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs an action's script with inputs and a stand-in for the binary; holds the arguments that the stand-in got, and
/// the files that the step wrote.
struct Step {
    arguments: Vec<String>,
    environment: String,
    outputs: String,
    code: i32,
}

fn step(name: &str, inputs: &[(&str, &str)], ends: i32) -> Step {
    let folder = tempfile::tempdir().unwrap();
    let place = |file: &str| folder.path().join(file).to_str().unwrap().to_owned();
    let stand_in = format!(
        "#!/bin/bash\nprintf '%s\\0' \"$@\" >> {0}\nprintf '\\n' >> {0}\nenv > {1}\nexit {ends}\n",
        place("arguments"),
        place("environment")
    );
    fs::write(place("rolewright"), stand_in).unwrap();
    assert!(Command::new("chmod").args(["+x", &place("rolewright")]).status().unwrap().success());
    let action = action(name);
    let steps = steps(&action);
    let run = steps.iter().find(|step| step["id"] == "run").unwrap();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run["run"].as_str().unwrap()]);
    command.current_dir(folder.path()).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
        .env("GITHUB_ACTION_PATH", format!("{ROOT}/.github/actions/{name}"))
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "company/access")
        .env("GITHUB_RUN_ID", "12")
        .env("RUNNER_TEMP", ".");
    command.env("GITHUB_OUTPUT", place("outputs")).env("GITHUB_STEP_SUMMARY", "summary.md");
    for (variable, value) in run["env"].as_mapping().unwrap() {
        command.env(
            variable.as_str().unwrap(),
            filled_in(value.as_str().unwrap(), &action, inputs, &place("rolewright")),
        );
    }
    let code = command.output().unwrap().status.code().unwrap();
    let read = |file: &str| fs::read_to_string(place(file)).unwrap_or_default();
    let calls: Vec<String> =
        read("arguments").split_terminator("\0\n").map(|call| call.replace('\0', "\u{1f}")).collect();
    assert!(!Path::new(&place("pwned")).exists(), "{name}: an input was run");
    Step { arguments: calls, environment: read("environment"), outputs: read("outputs"), code }
}

/// The value that the runner gives a variable: the input's value, or its default.
fn filled_in(expression: &str, action: &Value, inputs: &[(&str, &str)], binary: &str) -> String {
    let name = expression.trim_start_matches("${{ ").trim_end_matches(" }}");
    let Some(input) = name.strip_prefix("inputs.") else {
        assert_eq!(name, "steps.install.outputs.binary");
        return binary.to_owned();
    };
    let declared = &action["inputs"][input];
    assert!(declared.is_mapping(), "no input is called {input}");
    let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| (*value).to_owned());
    let default = declared["default"].as_str().map(|text| text.replace("${{ github.token }}", "job-token"));
    given.or(default).unwrap_or_default()
}

#[test]
fn each_action_runs_its_command() {
    let range = [("base", "origin/main"), ("head", "abc")];
    for (name, inputs, call) in [
        ("validate", vec![("test", "false")], "validate --format github"),
        (
            "plan",
            [&range[..], &[("pull-request", "7")]].concat(),
            "plan --base origin/main --head abc --pull-request 7 --summary summary.md --output html=./rolewright-page/plan.html --report-url https://github.example/company/access/actions/runs/12#artifacts",
        ),
        (
            "plan",
            [&range[..], &[("report", "false")]].concat(),
            "plan --base origin/main --head abc --summary summary.md",
        ),
        ("check", range.to_vec(), "check --base origin/main --head abc"),
        ("apply", vec![("branch", "main")], "apply --branch main"),
        (
            "apply",
            vec![("branch", "main"), ("release", "r-3"), ("application", "rooms")],
            "apply --release r-3 --branch main --application rooms",
        ),
        ("drift", vec![], "plan --drift-issue"),
    ] {
        let step = step(name, &inputs, 0);
        assert_eq!(step.arguments, [call.replace(' ', "\u{1f}")], "{name}");
        assert_eq!((step.code, step.outputs.as_str()), (0, "exit-code=0\n"), "{name}");
    }
    assert_eq!(step("validate", &[], 0).arguments, ["validate\u{1f}--format\u{1f}github", "test"]);
}

/// The actions and the binary agree on flags: in a repository that `init` wrote, a change is validated, planned and
/// applied.
#[test]
fn the_actions_drive_the_binary() {
    let folder = shipped();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path(".")).args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@company.example",
        ]);
        assert!(
            command.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").status().unwrap().success(),
            "{arguments:?}"
        );
    };
    let run = |name: &str, inputs: &[(&str, &str)]| {
        let action = action(name);
        let step = steps(&action).into_iter().find(|step| step["id"] == "run").unwrap().clone();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
        command.current_dir(folder.path(".")).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command
            .env("GITHUB_ACTION_PATH", format!("{ROOT}/.github/actions/{name}"))
            .env("HOME", folder.path("."));
        command
            .env("GITHUB_OUTPUT", folder.path("outputs"))
            .env("GITHUB_SERVER_URL", "https://github.example")
            .env("GITHUB_REPOSITORY", "company/access")
            .env("GITHUB_RUN_ID", "12")
            .env("RUNNER_TEMP", folder.path("temp"))
            .env("GITHUB_STEP_SUMMARY", folder.path("summary.md"));
        for (variable, value) in step["env"].as_mapping().unwrap() {
            let value = filled_in(value.as_str().unwrap(), &action, inputs, env!("CARGO_BIN_EXE_rolewright"));
            command.env(variable.as_str().unwrap(), value);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {text}");
        text
    };
    git(&["init", "-q", "-b", "main", "."]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "The first policies"]);
    let applied = run("apply", &[("branch", "main")]);
    assert!(applied.contains("Applied: 1 create, 1 grant, 1 update."), "{applied}");
    git(&["switch", "-q", "-c", "fewer"]);
    let rules = folder.path("policies/intranet/attribute-mapping.yaml");
    fs::write(
        &rules,
        fs::read_to_string(&rules).unwrap().replace("  title: jobTitle\n", "  title: department\n"),
    )
    .unwrap();
    run("validate", &[("test", "false")]);
    git(&["commit", "-q", "-a", "-m", "Titles are departments"]);
    run("plan", &[("base", "main"), ("head", "fewer")]);
    let summary = folder.read("summary.md");
    assert!(summary.contains("2 to update") && summary.contains("ben.lind"), "{summary}");
    assert!(folder.read("temp/rolewright-page/plan.html").contains("ben.lind"));
}

#[test]
fn an_action_ends_as_its_command_did() {
    for code in [1, 3, 4, 5, 6, 7] {
        let step = step("apply", &[("branch", "main")], code);
        assert_eq!((step.code, step.outputs), (code, format!("exit-code={code}\n")));
    }
}

/// Branch names, titles and inputs are data: each becomes one argument, whatever it contains.
#[test]
fn a11_a_hostile_input_is_one_argument() {
    for hostile in [
        "$(touch pwned)",
        "`touch pwned`",
        "x; touch pwned",
        "x\ntouch pwned",
        "a b",
        "*",
        "\"; touch pwned; \"",
        "--release=r-1",
    ] {
        let plan = step(
            "plan",
            &[
                ("base", hostile),
                ("head", hostile),
                ("pull-request", hostile),
                ("application", hostile),
                ("hosts", hostile),
                ("report", hostile),
            ],
            0,
        );
        let call = [
            "plan",
            "--base",
            hostile,
            "--head",
            hostile,
            "--pull-request",
            hostile,
            "--summary",
            "summary.md",
            "--hosts",
            hostile,
            "--application",
            hostile,
        ];
        assert_eq!(plan.arguments, [call.join("\u{1f}")]);
        let apply = step(
            "apply",
            &[("branch", hostile), ("release", hostile), ("key", hostile), ("github-token", hostile)],
            0,
        );
        assert_eq!(apply.arguments, [["apply", "--release", hostile, "--branch", hostile].join("\u{1f}")]);
    }
}

/// The token reaches the binary and git through the environment, never as an argument or in a file. Without a key, the
/// variable is not set.
#[test]
fn g4_secrets_travel_in_the_environment_only() {
    let with =
        step("apply", &[("branch", "main"), ("key", "canary-key"), ("github-token", "canary-token")], 0);
    assert!(
        with.environment.contains("\nROLEWRIGHT_KEY=canary-key\n")
            || with.environment.starts_with("ROLEWRIGHT_KEY=canary-key\n")
    );
    assert!(
        with.environment.contains("GIT_CONFIG_KEY_0=http.https://github.example/.extraheader\n"),
        "{}",
        with.environment
    );
    assert!(!with.arguments.concat().contains("canary") && !with.outputs.contains("canary"));
    let without = step("apply", &[("branch", "main")], 0);
    assert!(!without.environment.contains("ROLEWRIGHT_KEY"), "{}", without.environment);
    assert!(step("validate", &[], 0).environment.lines().all(|line| !line.starts_with("GITHUB_TOKEN=")));
}

/// The build sees neither token nor key, in its own environment or in that of a process above it; an installed binary is used
/// without a build.
#[test]
fn g4_h23_building_sees_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let place = |file: &str| folder.path().join(file).to_str().unwrap().to_owned();
    let stand_in = format!(
        "#!/bin/bash\nenv > {0}; echo \"$@\" >> {0}\nabove=$$\nwhile [ \"${{above:-0}}\" -gt 1 ]; do\n  \
         tr '\\0' '\\n' < /proc/$above/environ >> {0}\n  above=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$above/status)\ndone\nmkdir -p {1}/rolewright/bin; printf '#!/bin/bash\\n' > {1}/rolewright/bin/rolewright; \
         chmod +x {1}/rolewright/bin/rolewright\n",
        place("built"),
        place("temp")
    );
    fs::create_dir_all(place("bin")).unwrap();
    fs::write(place("bin/cargo"), stand_in).unwrap();
    assert!(Command::new("chmod").args(["+x", &place("bin/cargo")]).status().unwrap().success());
    let install = |binary: &str| {
        let mut command = Command::new("bash");
        let first = steps(&action("apply"))[0]["run"].as_str().unwrap().to_owned();
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &first]).env_clear();
        command.env("GITHUB_ACTION_PATH", format!("{ROOT}/.github/actions/apply"));
        command
            .env("PATH", format!("{}:{}", place("bin"), std::env::var("PATH").unwrap()))
            .env("HOME", folder.path());
        command
            .env("RUNNER_TEMP", place("temp"))
            .env("GITHUB_OUTPUT", place("outputs"))
            .env("BINARY", binary);
        command
            .env("GITHUB_TOKEN", "canary")
            .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary")
            .env("ROLEWRIGHT_DSTNY", "canary");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    install("");
    let built = fs::read_to_string(place("built")).unwrap();
    assert!(!built.contains("canary"), "{built}");
    assert!(
        built
            .contains(&format!("install --quiet --locked --path {ROOT} --root {}", place("temp/rolewright"))),
        "{built}"
    );
    fs::remove_file(place("built")).unwrap();
    install("");
    install(env!("CARGO_BIN_EXE_rolewright"));
    assert!(!Path::new(&place("built")).exists(), "it was built again");
    let outputs = fs::read_to_string(place("outputs")).unwrap();
    assert!(outputs.ends_with(&format!("binary={}\n", env!("CARGO_BIN_EXE_rolewright"))), "{outputs}");
}
