//! Secrets and names that must not appear: the binary is run with known ones, and everything that it prints and writes
//! is searched for them.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod people;
mod secrets;

use crate::support::playground::{CommandOutput, Playground};

/// Everything that commands print and store, by name.
type Outputs = Vec<(String, String)>;

/// Runs commands, whatever their results.
fn say(playground: &Playground, said: &mut Outputs, environment: &[(&str, &str)], commands: &[&[&str]]) {
    for words in commands {
        let mut command = playground.command(words);
        command.envs(environment.iter().copied());
        let output = command.output().unwrap();
        let ran = CommandOutput::of(output);
        assert_ne!(ran.code, 101, "it panicked: {}", ran.stderr);
        assert_ne!(ran.code, 64, "no such command: {words:?}: {}", ran.stderr);
        said.push((format!("stdout of {words:?}"), ran.stdout));
        said.push((format!("stderr of {words:?}"), ran.stderr));
    }
}

/// The contents of the ledgers of a repository: every object that their refs reach, without the policies.
fn ledgers(playground: &Playground, said: &mut Outputs) {
    for reference in playground.git(&["for-each-ref", "--format=%(refname)", "refs/rolewright"]).lines() {
        said.push((reference.to_owned(), playground.git(&["log", "--format=%an %ae %B", reference])));
        for path in playground.git(&["ls-tree", "-r", "--name-only", reference]).lines() {
            if !path.starts_with("settled/") {
                said.push((
                    path.to_owned(),
                    playground.git(&["cat-file", "-p", &format!("{reference}:{path}")]),
                ));
            }
        }
    }
}

/// Asserts that no canary is in any output, in any form.
fn silent(said: &Outputs, canaries: &[String]) {
    assert!(said.iter().any(|(_, text)| !text.is_empty()));
    let mut found = Vec::new();
    for (place, text) in said {
        let small = text.to_lowercase();
        let seen: Vec<&String> =
            canaries.iter().filter(|canary| small.contains(&canary.to_lowercase())).collect();
        if !seen.is_empty() {
            found.push(format!("{place}: {seen:?}\n{}", text.chars().take(1_500).collect::<String>()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n---\n"));
}
