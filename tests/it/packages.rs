//! Packages: a binary is wrapped for each package system, installed into an empty place, and run there.
#![expect(clippy::disallowed_types, reason = "tests start package managers")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::workflows::ROOT;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// The names of this machine's packages. The binary of the tests stands for the static one of a release.
fn here() -> &'static str {
    if cfg!(target_arch = "aarch64") { TARGETS[1] } else { TARGETS[0] }
}

/// What a command prints; it has to succeed.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn pack(binary: &Path, target: &str, output: &Path, only: &[&str]) -> Vec<PathBuf> {
    let mut command = Command::new("python3");
    command.arg("-B").arg(format!("{ROOT}/.github/packages/pack.py"));
    command.arg("--binary").arg(binary).args(["--target", target]).arg("--output").arg(output);
    command.args(only.iter().flat_map(|kind| ["--only", kind]));
    printed(&mut command).lines().map(|name| output.join(name)).collect()
}

/// The binary without what debuggers need, as a release has it.
fn stripped(folder: &TempDir) -> PathBuf {
    let binary = folder.path().join("rolewright");
    printed(Command::new("strip").args(["-o", binary.to_str().unwrap(), env!("CARGO_BIN_EXE_rolewright")]));
    binary
}

/// What an installed program says with nothing of this environment around it.
fn version(program: &Path) -> String {
    printed(Command::new(program).arg("--version").env_clear())
}

fn expected() -> String {
    format!("rolewright {}\n", env!("CARGO_PKG_VERSION"))
}

/// The whole way of a new user, up to the first plan.
fn first_plan(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        printed(Command::new(program).args(arguments).current_dir(folder.path()).env_clear())
    };
    run(&["init", "--forge", "none"]);
    assert!(run(&["plan"]).ends_with("Plan: 1 to create, 1 to update, 1 to grant.\n"));
}

#[test]
fn the_wheel_is_installed_into_an_empty_environment_and_plans() {
    let folder = tempfile::tempdir().unwrap();
    let wheels = pack(&stripped(&folder), here(), &folder.path().join("dist"), &["wheel"]);
    let place = folder.path().join("venv");
    printed(Command::new("python3").args(["-m", "venv"]).arg(&place));
    printed(Command::new(place.join("bin/pip")).args(["install", "--no-index", "--quiet"]).arg(&wheels[0]));
    let program = place.join("bin/rolewright");
    assert_eq!(version(&program), expected());
    first_plan(&program);
    printed(Command::new(place.join("bin/pip")).args(["check"]));
    let files = printed(Command::new(place.join("bin/pip")).args(["show", "--files", "rolewright"]));
    assert!(files.contains("bin/rolewright"), "{files}");
}

#[test]
fn npm_installs_the_program_of_this_platform_without_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    let packages = pack(&stripped(&folder), here(), &dist, &["npm"]);
    let starter = printed(Command::new("python3").args([
        "-B",
        "-c",
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import npm; \
         print(npm.pack_starter(Path(sys.argv[2])))",
        &format!("{ROOT}/.github/packages"),
        dist.to_str().unwrap(),
    ]));
    let project = folder.path().join("project");
    fs::create_dir(&project).unwrap();
    fs::write(project.join("package.json"), "{ \"private\": true }").unwrap();
    // The other platforms' packages are not there, as npm leaves them out on this machine anyway.
    printed(
        Command::new("npm")
            .args(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"])
            .arg(&packages[0])
            .arg(starter.trim())
            .current_dir(&project),
    );
    let program = project.join("node_modules/.bin/rolewright");
    let path = std::env::var_os("PATH").unwrap();
    let run = |arguments: &[&str]| {
        Command::new(&program)
            .args(arguments)
            .current_dir(&project)
            .env_clear()
            .env("PATH", &path)
            .output()
            .unwrap()
    };
    assert_eq!(String::from_utf8(run(&["--version"]).stdout).unwrap(), expected());
    assert_eq!(run(&["validate"]).status.code(), Some(1), "it ends as the program ends");
    fs::remove_dir_all(project.join(format!("node_modules/rolewright-linux-{}", node_processor()))).unwrap();
    let output = run(&["--version"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && text.contains("is not installed"), "{text}");
}

fn node_processor() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" }
}

#[test]
fn the_debian_package_holds_the_program_and_what_belongs_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let packages = pack(&stripped(&folder), here(), &folder.path().join("dist"), &["deb"]);
    let root = folder.path().join("root");
    printed(Command::new("dpkg-deb").arg("--extract").arg(&packages[0]).arg(&root));
    assert_eq!(version(&root.join("usr/bin/rolewright")), expected());
    let control = printed(Command::new("dpkg-deb").arg("--field").arg(&packages[0]));
    assert!(control.contains(&format!("Version: {}\n", env!("CARGO_PKG_VERSION"))), "{control}");
    for file in [
        "usr/share/man/man1/rolewright-plan.1.gz",
        "usr/share/bash-completion/completions/rolewright",
        "usr/share/zsh/vendor-completions/_rolewright",
        "usr/share/fish/vendor_completions.d/rolewright.fish",
        "usr/lib/systemd/system/rolewright-apply@.service",
        "usr/lib/systemd/system/rolewright-apply@.timer",
        "usr/share/doc/rolewright/copyright",
    ] {
        let mode = fs::metadata(root.join(file)).unwrap_or_else(|_| panic!("{file}")).permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "{file}");
    }
}

/// The archive is what the actions download.
#[test]
fn the_archive_holds_program_manual_and_completions() {
    let folder = tempfile::tempdir().unwrap();
    let packages = pack(&stripped(&folder), here(), &folder.path().join("dist"), &["archive"]);
    printed(Command::new("tar").arg("-xzf").arg(&packages[0]).current_dir(folder.path()));
    let root = folder.path().join(format!("rolewright-{}", here()));
    assert_eq!(version(&root.join("rolewright")), expected());
    for file in [
        "README.md",
        "LICENSE-MIT",
        "man/rolewright.1",
        "completions/_rolewright",
        "completions/rolewright.ps1",
    ] {
        assert!(root.join(file).is_file(), "{file}");
    }
}

/// A small program stands for the binaries, so that all platforms can be packed here.
fn dist(folder: &Path) -> PathBuf {
    let program = folder.join("program");
    fs::write(&program, "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let dist = folder.join("dist");
    TARGETS.iter().for_each(|target| drop(pack(&program, target, &dist, &[])));
    printed(Command::new(format!("{ROOT}/.github/packages/complete")).arg(&dist).arg("company/rolewright"));
    dist
}

#[test]
fn a_release_is_complete_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    fs::create_dir(&first).unwrap();
    fs::create_dir(&second).unwrap();
    let dist_one = dist(&first);
    let sums = |dist: &Path| fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
    let names: Vec<String> =
        sums(&dist_one).lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect();
    for target in TARGETS {
        assert!(
            names.iter().any(|name| name.starts_with(&format!("rolewright-{target}."))),
            "{target}: {names:?}"
        );
    }
    let count = |ending: &str| names.iter().filter(|name| name.ends_with(ending)).count();
    assert_eq!((count(".whl"), count(".deb"), count(".tgz"), count(".zip")), (5, 2, 6, 1), "{names:?}");
    printed(Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&dist_one));
    // But for the Debian packages, whose archives hold the time of packing.
    let lasting =
        |sums: String| sums.lines().filter(|line| !line.ends_with(".deb")).collect::<Vec<_>>().join("\n");
    assert_eq!(lasting(sums(&dist_one)), lasting(sums(&dist(&second))));
}

#[test]
fn manifests_and_bill_name_what_is_released() {
    let folder = tempfile::tempdir().unwrap();
    let dist = dist(folder.path());
    let sums = fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
    let sum = |name: &str| {
        sums.lines().find(|line| line.ends_with(name)).unwrap().split(' ').next().unwrap().to_owned()
    };
    let formula = fs::read_to_string(dist.join("manifests/rolewright.rb")).unwrap();
    for target in &TARGETS[..4] {
        assert!(formula.contains(&sum(&format!("rolewright-{target}.tar.gz"))), "{target}: {formula}");
    }
    let installer = fs::read_to_string(dist.join("manifests/company.Rolewright.installer.yaml")).unwrap();
    let installer: serde_yaml::Value = serde_yaml::from_str(&installer).unwrap();
    let windows = &installer["Installers"][0];
    assert_eq!(windows["InstallerSha256"].as_str().unwrap(), sum("windows-msvc.zip").to_uppercase());
    let bill = fs::read_to_string(dist.join("rolewright.cdx.json")).unwrap();
    let bill: serde_json::Value = serde_json::from_str(&bill).unwrap();
    let parts: Vec<&str> =
        bill["components"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert!(parts.contains(&"git2") && parts.contains(&"rustls"), "what is linked is in it");
    assert!(!parts.contains(&"proptest") && !parts.contains(&"syn"), "what only builds or tests is not");
}

/// systemd reads the units, and rates how little they may do: 0 is least, 10 is everything.
#[test]
fn the_units_are_valid_and_may_do_little() {
    let folder = tempfile::tempdir().unwrap();
    let units = Path::new(ROOT).join(".github/packages/systemd");
    for entry in fs::read_dir(&units).unwrap() {
        let unit = entry.unwrap().path();
        let name = unit.file_name().unwrap().to_str().unwrap().replace("@.", "@company.");
        let text = fs::read_to_string(&unit)
            .unwrap()
            .replace("/usr/bin/rolewright", env!("CARGO_BIN_EXE_rolewright"));
        // No manual page is installed here.
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with("Documentation="))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(folder.path().join(&name), text).unwrap();
    }
    for entry in fs::read_dir(folder.path()).unwrap() {
        let unit = entry.unwrap().path();
        let mut verify = Command::new("systemd-analyze");
        let output = verify.args(["verify", "--recursive-errors=one"]).arg(&unit).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && text.is_empty(), "{}: {text}", unit.display());
        if unit.extension().is_some_and(|kind| kind == "service") {
            printed(
                Command::new("systemd-analyze")
                    .args(["security", "--offline=yes", "--threshold=20"])
                    .arg(&unit),
            );
        }
    }
}

#[test]
fn a_tag_that_is_not_the_version_is_no_release() {
    let ends = |tag: &str| {
        Command::new(format!("{ROOT}/.github/packages/tag-is-version")).arg(tag).output().unwrap()
    };
    let text = String::from_utf8(ends("v99.0.0").stderr).unwrap();
    assert!(text.contains("the tag is v99.0.0"), "{text}");
    // The version that is being made has no heading of its own yet.
    let text = String::from_utf8(ends(concat!("v", env!("CARGO_PKG_VERSION"))).stderr).unwrap();
    assert!(text.is_empty() || text.contains("CHANGELOG.md has no heading"), "{text}");
}
