//! Secrets and people that must not be seen: the whole binary is run with some that are known, and everything that it
//! says and leaves is looked through.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod people;
mod secrets;

use crate::support::playground::{Playground, Ran};

/// Everything that a command says, and what is said besides, by name.
type Said = Vec<(String, String)>;

/// Runs commands, whatever comes of them.
fn say(it: &Playground, said: &mut Said, environment: &[(&str, &str)], commands: &[&[&str]]) {
    for words in commands {
        let mut command = it.command(words);
        command.envs(environment.iter().copied());
        let output = command.output().unwrap();
        let ran = Ran::of(output);
        assert_ne!(ran.code, 101, "it panicked: {}", ran.talk);
        assert_ne!(ran.code, 64, "no such command: {words:?}: {}", ran.talk);
        said.push((format!("stdout of {words:?}"), ran.out));
        said.push((format!("stderr of {words:?}"), ran.talk));
    }
}

/// What the ledgers of a repository hold: every object that their refs reach, but for the policies.
fn ledgers(it: &Playground, said: &mut Said) {
    for reference in it.git(&["for-each-ref", "--format=%(refname)", "refs/rolewright"]).lines() {
        said.push((reference.to_owned(), it.git(&["log", "--format=%an %ae %B", reference])));
        for path in it.git(&["ls-tree", "-r", "--name-only", reference]).lines() {
            if !path.starts_with("settled/") {
                said.push((path.to_owned(), it.git(&["cat-file", "-p", &format!("{reference}:{path}")])));
            }
        }
    }
}

/// None of the canaries is in anything, however it is written.
fn silent(said: &Said, canaries: &[String]) {
    assert!(said.iter().any(|(_, text)| !text.is_empty()));
    let mut found = Vec::new();
    for (place, text) in said {
        let small = text.to_lowercase();
        let seen: Vec<&String> = canaries.iter().filter(|it| small.contains(&it.to_lowercase())).collect();
        if !seen.is_empty() {
            found.push(format!("{place}: {seen:?}\n{}", text.chars().take(1_500).collect::<String>()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n---\n"));
}
