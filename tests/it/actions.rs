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
        (
            "apply",
            vec![("branch", "main")],
            "apply --branch main --output html=./rolewright-page/run.html --report-url https://github.example/company/access/actions/runs/12#artifacts",
        ),
        (
            "apply",
            vec![("branch", "main"), ("release", "r-3"), ("application", "rooms"), ("report", "false")],
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
    let application = folder.path("policies/intranet/application.yaml");
    let text = fs::read_to_string(&application).unwrap().replace("\nenabled: false\n", "\n");
    fs::write(&application, text).unwrap();
    git(&["init", "-q", "-b", "main", "."]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "The first policies"]);
    let applied = run("apply", &[("branch", "main")]);
    assert!(applied.contains("Applied: 1 create, 1 grant, 1 update."), "{applied}");
    assert!(folder.read("temp/rolewright-page/run.html").contains("ben.lind"));
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
        let address = "https://github.example/company/access/actions/runs/12#artifacts";
        let page = ["--output", "html=./rolewright-page/run.html", "--report-url", address];
        let call = [&["apply", "--release", hostile, "--branch", hostile], &page[..]].concat();
        assert_eq!(apply.arguments, [call.join("\u{1f}")]);
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

/// Where an action gets its binary: a stand-in for `gh` holds the release, and attests it for one commit.
struct Download {
    folder: tempfile::TempDir,
}

const PINNED: &str = "1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a";

impl Download {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |file: &str| folder.path().join(file);
        let name = "rolewright-x86_64-unknown-linux-musl";
        fs::create_dir_all(place("release").join(name)).unwrap();
        fs::create_dir_all(place("bin")).unwrap();
        fs::create_dir_all(place("temp")).unwrap();
        fs::write(place("release").join(name).join("rolewright"), "#!/bin/bash\necho downloaded\n").unwrap();
        let here = folder.path().display();
        let gh = format!(
            "#!/bin/bash\nprintf '%s ' \"$@\" >> {here}/asked; echo \"token=$GH_TOKEN\" >> {here}/asked; env > {here}/environment\n\
             case $1 in\n  release) cp {here}/{name}.tar.gz {here}/temp/rolewright/ ;;\n  attestation) [[ \" $* \" == *\" --source-digest {PINNED} \"* ]] ;;\nesac\n"
        );
        fs::write(place("bin/gh"), gh).unwrap();
        for script in [place("bin/gh"), place("release").join(name).join("rolewright")] {
            assert!(Command::new("chmod").arg("+x").arg(script).status().unwrap().success());
        }
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(place(&format!("{name}.tar.gz"))).arg("-C").arg(place("release")).arg(name);
        assert!(tar.status().unwrap().success());
        Self { folder }
    }

    fn sum(&self) -> String {
        let archive = self.folder.path().join("rolewright-x86_64-unknown-linux-musl.tar.gz");
        let output = Command::new("sha256sum").arg(archive).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
    }

    /// The exit code, and what the step printed.
    fn install(&self, environment: &[(&str, &str)]) -> (i32, String) {
        let place = |file: &str| self.folder.path().join(file);
        let mut command = Command::new("bash");
        let first = steps(&action("apply"))[0]["run"].as_str().unwrap().to_owned();
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &first]).env_clear();
        command.env("GITHUB_ACTION_PATH", format!("{ROOT}/.github/actions/apply"));
        let path = format!("{}:{}", place("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).env("HOME", self.folder.path());
        command.env("RUNNER_TEMP", place("temp")).env("GITHUB_OUTPUT", place("outputs"));
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.env("ACTION_REPOSITORY", "company/rolewright").env("ACTION_REF", PINNED);
        command.env("GH_TOKEN", "job-token").env("ROLEWRIGHT_DSTNY", "canary");
        command.envs(environment.iter().copied());
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default()
    }
}

#[test]
fn an_action_downloads_the_release_of_its_own_commit() {
    let release = Download::new();
    let (code, text) = release.install(&[]);
    assert_eq!((code, text.lines().last()), (0, Some("downloaded")), "{text}");
    let asked = release.asked();
    let version = env!("CARGO_PKG_VERSION");
    assert!(asked.starts_with(&format!("release download v{version} --repo company/rolewright ")), "{asked}");
    assert!(
        asked.contains(
            "--signer-workflow company/rolewright/.github/workflows/release.yml --source-digest 1a1a"
        ),
        "{asked}"
    );
    let seen = fs::read_to_string(release.folder.path().join("environment")).unwrap();
    assert!(!seen.contains("canary"), "a credential of policies reached the download: {seen}");
    // A second step of the job finds it.
    assert_eq!(release.install(&[]).0, 0);
    assert_eq!(release.asked(), asked);
}

#[test]
fn g4_a_binary_that_is_not_of_the_pinned_commit_is_not_run() {
    let another = "2b".repeat(20);
    for (environment, says) in [
        (vec![("ACTION_REF", another.as_str())], "does not attest"),
        (vec![("ACTION_REF", "v1")], "pin this action to a commit"),
        (vec![("ACTION_REF", "")], "pin this action to a commit"),
        (vec![("ACTION_REPOSITORY", "")], "build: source"),
        (vec![("RUNNER_ARCH", "RISCV")], "there is no release"),
        (vec![("SHA256", "00")], "the checksum"),
        (vec![("BUILD", "yes")], "`release` or `source`"),
    ] {
        let release = Download::new();
        let (code, text) = release.install(&environment);
        assert!(code == 1 && text.contains(says) && !text.contains("downloaded"), "{environment:?}: {text}");
        assert!(!release.folder.path().join("temp/rolewright/bin/rolewright").exists(), "{environment:?}");
    }
    // A checksum does instead of the attestation, whatever the action was pinned to.
    let release = Download::new();
    let sum = release.sum();
    let (code, text) = release.install(&[("ACTION_REF", "v1"), ("SHA256", &sum)]);
    assert!(code == 0 && text.contains("downloaded"), "{text}");
    assert!(!release.asked().contains("attestation"), "{}", release.asked());
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
            .env("BUILD", "source")
            .env("BINARY", binary);
        command
            .env("GITHUB_TOKEN", "canary")
            .env("GH_TOKEN", "canary")
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
