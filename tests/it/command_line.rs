//! Help, completions, manual pages, and where commands find the workspace.
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::disallowed_types, reason = "tests start the binary")]

use crate::support::init::InitFolder;
use std::fs;
use std::process::{Command, Stdio};

const COMMANDS: [&str; 8] = ["validate", "plan", "apply", "explain", "groups", "fmt", "init", "history"];

#[test]
fn flags_of_every_command_are_told_once() {
    let folder = InitFolder::with(&["--forge", "none"]);
    let (_, whole) = folder.run(&["--help"]);
    assert!(whole.contains("--workspace") && whole.contains("--read-minutes"), "{whole}");
    for command in COMMANDS {
        let (code, help) = folder.run(&[command, "--help"]);
        assert!(code == 0 && help.ends_with("Options of every command: rolewright --help\n"), "{help}");
        for flag in ["--workspace", "--ledger <", "--read-minutes", "--as-of", "--color"] {
            assert!(!help.contains(flag), "{command} repeats {flag}: {help}");
        }
    }
    // They are taken before and behind the command all the same.
    assert_eq!(folder.run(&["validate", "--color", "never", "-C", "policies"]).0, 0);
    assert_eq!(folder.run(&["--color", "never", "-C", "policies", "validate"]).0, 0);
}

/// The shell reads its own script.
#[test]
fn bash_completes_commands_and_formats() {
    let folder = InitFolder::with(&["--forge", "none"]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script) = folder.run(&["completions", shell]);
        assert!(code == 0 && script.contains("validate"), "{shell}: {script}");
    }
    fs::write(folder.path("completions"), folder.run(&["completions", "bash"]).1).unwrap();
    let complete = |words: &str| {
        let script = format!(
            "source ./completions; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _rolewright rolewright \
             \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output =
            Command::new("bash").current_dir(folder.path(".")).args(["-c", &script]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("rolewright valid"), "validate\n");
    assert!(complete("rolewright plan --format h").contains("html"));
}

/// groff, or mandoc, would read any text; so the pages are looked at for what people look up.
#[test]
fn each_command_has_a_manual_page() {
    let folder = InitFolder::with(&["--forge", "none"]);
    assert_eq!(folder.run(&["man", "--output", "man"]).0, 0);
    for command in COMMANDS {
        let page = folder.read(&format!("man/rolewright-{command}.1"));
        assert!(page.contains(".SH NAME") && page.contains(".SH OPTIONS"), "{page}");
    }
    assert!(folder.run(&["man"]).1.contains(".TH rolewright 1"));
}

#[test]
fn commands_work_inside_the_workspace_folder() {
    let folder = InitFolder::with(&["--forge", "none"]);
    let from = |place: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
        command.current_dir(folder.path(place)).args(arguments).env_clear().stderr(Stdio::null());
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let as_of = ["--as-of", "2026-11-30"];
    let plan = |place: &str| {
        let (code, text) = from(place, &[&["plan", "--format", "json"], &as_of[..]].concat());
        assert_eq!(code, 0, "{place}: {text}");
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let outside = plan(".");
    for place in ["policies", "policies/intranet", "policies/data"] {
        assert_eq!(plan(place)["policies"], outside["policies"], "{place}: one digest of the policies");
        assert_eq!(
            plan(place)["changes"].as_array().unwrap().len(),
            outside["changes"].as_array().unwrap().len()
        );
        assert_eq!(from(place, &["test"]).0, 0, "{place}");
    }
    // Elsewhere the folder is missing, and that is said.
    fs::create_dir(folder.path("elsewhere")).unwrap();
    assert_eq!(from("elsewhere", &["plan"]).0, 1);
}
