//! Pages of the documentation whose commands are run, and whose output is compared.
#![expect(clippy::disallowed_types, reason = "a transcript is run by the shell, as a reader would")]
#![expect(clippy::disallowed_methods, reason = "pages are files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::blessing::assert_written;
use regex::Regex;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Separates the outputs of commands; no command prints it.
const END: char = '\u{1e}';

#[test]
fn the_commands_of_the_start_page_work() {
    let begun = Instant::now();
    is_run("docs/how-to/start.md");
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "from nothing to the first accounts takes {:?}",
        begun.elapsed()
    );
}

/// Runs every command of the page's `console` blocks, in one shell in an empty folder; `BLESS=1` writes the actual
/// output.
fn is_run(page: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&file).unwrap();
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert!(commands.len() > 5, "{page} has commands");
    let outputs = outputs(&commands);
    assert_eq!(outputs.len(), commands.len(), "{page}: the shell ended early");
    let walked = walked(&text, &outputs);
    assert_written(page, &walked);
}

/// The page with these outputs after its commands.
fn walked(text: &str, outputs: &[String]) -> String {
    let mut page = String::new();
    let mut rest = outputs.iter();
    let mut inside = false;
    for line in text.lines() {
        match (line, inside) {
            ("```console", false) => inside = true,
            ("```", true) => inside = false,
            (line, true) if line.starts_with("$ ") => {
                page.push_str(line);
                page.push('\n');
                page.push_str(rest.next().unwrap());
                continue;
            }
            (_, true) => continue,
            (_, false) => {}
        }
        writeln!(page, "{line}").unwrap();
    }
    page
}

fn outputs(commands: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_rolewright")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .current_dir(folder.path())
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("HOME", folder.path().to_str().unwrap()),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ])
        .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@company.example")])
        .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@company.example")])
        .envs([("ROLEWRIGHT_AS_OF", "2026-11-21"), ("LC_ALL", "C.UTF-8")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut script = "exec 2>&1\n".to_owned();
    for command in commands {
        writeln!(script, "{command}\nprintf '{END}%s{END}' \"$?\"").unwrap();
    }
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let told = shell.wait_with_output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let parts: Vec<&str> = told.split(END).collect();
    parts.chunks_exact(2).map(|pair| output(pair[0], pair[1])).collect()
}

/// The output of a command, as a page shows it; commits have the same ids every time.
fn output(text: &str, code: &str) -> String {
    let commit = Regex::new(r"\bcommit [0-9a-f]{10}\b").unwrap();
    let mut shown = commit.replace_all(text, "commit 5c1e0f7a92").into_owned();
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    if code != "0" {
        writeln!(shown, "(exit code {code})").unwrap();
    }
    shown.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}
