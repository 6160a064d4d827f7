//! Pages whose commands are run in one shell, in an empty folder, and whose files are written there.
//!
//! A block `console` holds commands, each after `$ `, and what they print. A block `yaml` that begins with a path below
//! `policies` in a comment is that file.
#![expect(clippy::disallowed_types, reason = "a transcript is run by the shell, as a reader would")]
#![expect(clippy::disallowed_methods, reason = "the shell finds its commands where the tests do")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use regex::Regex;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Separates the outputs of commands; no command prints it.
const END: char = '\u{1e}';
/// Ends a file in the script; no file has such a line.
const END_OF_FILE: &str = "END-OF-THE-FILE";
/// The first line of a block that is a file.
const FILE: &str = "# policies/";

/// What a page does, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Runs a line.
    Command(String),
    /// Writes a file.
    File { path: String, text: String },
}

/// The files and commands of a page.
pub(crate) fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in page.lines() {
        match (&mut block, line) {
            (None, _) => block = line.strip_prefix("```").map(|words| (words, String::new())),
            (Some((words, text)), "```") => {
                let path = text.lines().next().filter(|line| *words == "yaml" && line.starts_with(FILE));
                let path = path.map(|line| line.trim_start_matches("# ").to_owned());
                steps.extend(path.map(|path| Step::File { path, text: text.clone() }));
                block = None;
            }
            (Some(("console", _)), _) => {
                steps.extend(line.strip_prefix("$ ").map(|command| Step::Command(command.to_owned())));
            }
            (Some((_, text)), _) => writeln!(text, "{line}").unwrap(),
        }
    }
    steps
}

/// The page with what its commands print, after everything that comes `before` it.
pub(crate) fn walked(page: &str, before: &[Step]) -> String {
    let own = steps(page);
    let is_command = |step: &&Step| matches!(step, Step::Command(_));
    let count = own.iter().filter(is_command).count();
    assert!(count > 0, "the page has commands");
    let outputs = outputs(&[before, &own].concat());
    let unseen = before.iter().filter(is_command).count();
    assert_eq!(outputs.len(), unseen + count, "the shell ended early: {outputs:?}");
    let unseen = outputs[..unseen].iter().find(|output| output.contains("(exit code"));
    assert_eq!(unseen, None, "what comes before the page failed");
    let mut outputs = outputs[outputs.len() - count..].iter();
    let mut walked = String::new();
    let mut inside = false;
    for line in page.lines() {
        match (line, inside) {
            ("```console", false) => inside = true,
            ("```", true) => inside = false,
            (line, true) if line.starts_with("$ ") => {
                write!(walked, "{line}\n{}", outputs.next().unwrap()).unwrap();
                continue;
            }
            (_, true) => continue,
            (_, false) => {}
        }
        writeln!(walked, "{line}").unwrap();
    }
    walked
}

/// What each command prints.
fn outputs(steps: &[Step]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_rolewright")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .current_dir(folder.path())
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("HOME", home.path().to_str().unwrap()),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ])
        .envs([("ROLEWRIGHT_AS_OF", "2026-11-21"), ("LC_ALL", "C.UTF-8")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut script = "exec 2>&1\n\
        git config --global user.name Ada; git config --global user.email ada@company.example\n"
        .to_owned();
    for step in steps {
        match step {
            Step::Command(line) => writeln!(script, "{line}\nprintf '{END}%s{END}' \"$?\"").unwrap(),
            Step::File { path, text } => writeln!(
                script,
                "mkdir -p \"$(dirname {path})\"; cat > {path} <<'{END_OF_FILE}'\n{text}{END_OF_FILE}"
            )
            .unwrap(),
        }
    }
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let told = shell.wait_with_output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let parts: Vec<&str> = told.split(END).collect();
    parts.chunks_exact(2).map(|pair| output(pair[0], pair[1])).collect()
}

/// The output of a command, as a page shows it: commits have the same ids every time, runs the same time, people the
/// same pseudonyms.
fn output(text: &str, code: &str) -> String {
    let same = [
        (r"\b[0-9a-f]{40}\b", "5c1e0f7a92d4b36c8e1f0a9d7b25e4c3f6081a2b"),
        (r"\bcommit [0-9a-f]{10}\b", "commit 5c1e0f7a92"),
        (r"\bpolicies [0-9a-f]{12}\b", "policies c4a5e593d3bb"),
        (r"(?m)^(  r-[0-9]+ +)[0-9-]+T[0-9:]+Z", "${1}2026-11-21T06:00:00Z"),
    ];
    let mut shown = same.iter().fold(text.to_owned(), |text, (pattern, with)| {
        Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
    });
    let person = Regex::new(r"\bu-[a-z2-7]{6}\b").unwrap();
    let people: Vec<String> = person.find_iter(&shown).map(|found| found.as_str().to_owned()).collect();
    for (index, name) in people.iter().enumerate() {
        let first = people.iter().position(|other| other == name).unwrap();
        let letter = char::from(b'a' + u8::try_from(first).unwrap());
        let same: String = std::iter::repeat_n(letter, 6).collect();
        if first == index {
            shown = shown.replace(name.as_str(), &format!("u-{same}"));
        }
    }
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    if code != "0" {
        writeln!(shown, "(exit code {code})").unwrap();
    }
    shown.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}
