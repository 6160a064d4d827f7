//! What the pages name exists: each command line is one that the binary understands, each flag is one of its own, each
//! policy document is valid, each path is that of a file.

use crate::support::init::InitFolder;
use crate::support::pages::{self, Page, root};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use regex::Regex;
use rolewright::cmd::args::Arguments;
use rolewright::language::schema;
use rolewright::model::FileId;
use rolewright::yaml::{self, Budget};
use std::collections::BTreeSet;

/// Flags of other programs, and those that a page says do not exist.
const OTHERS: [&str; 2] = ["--timings", "--errors"];
/// Names of jobs and check runs, and no commands.
const JOBS: [&str; 2] = ["rolewright drift", "rolewright apply ENV/APP"];

/// A line of a shell, as arguments; `None` where it calls another program.
///
/// What is written for people is read as they would: of `[--right TYPE=VALUE]` the inside, of `text|json` the first,
/// a word in capitals is any value.
fn arguments(line: &str) -> Option<Vec<String>> {
    let rest = line.trim().trim_start_matches("$ ").strip_prefix("rolewright ")?;
    let mut arguments = vec!["rolewright".to_owned()];
    for word in rest.split_whitespace() {
        if word.starts_with(['#', '>', '|']) || word == "&&" || word == "2>&1" {
            break;
        }
        if word.starts_with('$') || word.contains(":+--") || word == "..." {
            continue;
        }
        let word = word.trim_matches(['[', ']', '\'', '"']).split('|').next().unwrap_or_default();
        let any = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_uppercase());
        arguments.push(if any { "1".to_owned() } else { word.to_owned() });
    }
    Some(arguments)
}

/// Why the binary does not understand a line; a mention in a sentence may leave out what is required.
fn misunderstood(line: &str, mention: bool) -> Option<String> {
    let arguments = arguments(line)?;
    let error = Arguments::try_parse_from(arguments).err()?;
    let kind = error.kind();
    let fine = matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
        || mention
            && matches!(
                kind,
                ErrorKind::MissingRequiredArgument
                    | ErrorKind::MissingSubcommand
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
    (!fine).then(|| format!("`{line}`: {error}"))
}

/// The command lines of a page, and whether each is only a mention.
fn lines(page: &Page) -> Vec<(String, bool)> {
    let blocks = page.blocks();
    let shells = blocks.iter().filter(|block| block.words != "yaml");
    let calls = |line: &str| line.split("&&").map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let mut lines: Vec<(String, bool)> = shells
        .flat_map(|block| block.text.lines().flat_map(calls).collect::<Vec<_>>())
        .filter(|line| line.trim_start_matches("$ ").starts_with("rolewright "))
        .map(|line| (line, false))
        .collect();
    let mentions = page.codes().into_iter().filter(|code| !JOBS.contains(&code.as_str()));
    let command = Arguments::command();
    let names: BTreeSet<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    for code in mentions {
        let mut words = code.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first == "rolewright" {
            lines.extend(calls(&code).into_iter().map(|line| (line, true)));
        } else if names.contains(first) && words.next().is_some_and(|second| second.starts_with("--")) {
            lines.push((format!("rolewright {code}"), true));
        }
    }
    lines
}

#[test]
fn every_command_line_of_the_pages_is_understood() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for page in pages::all() {
        for (line, mention) in lines(&page) {
            seen += 1;
            wrong.extend(misunderstood(&line, mention).map(|what| format!("{}: {what}", page.path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 100, "{seen}");
}

#[test]
fn a_command_line_with_a_wrong_word_is_found() {
    for line in ["rolewright plann", "$ rolewright plan --formt html", "rolewright plan --format pdf # no"] {
        assert!(misunderstood(line, true).is_some(), "{line}");
    }
    assert_eq!(misunderstood("rolewright undo RUN --branch take-back", false), None);
    assert_eq!(misunderstood("rolewright doctor [--application NAME] [--format text|json]", false), None);
    assert!(misunderstood("rolewright check", false).is_some());
}

/// The long flags of every command.
fn flags(command: &clap::Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_long());
    let mut found: BTreeSet<String> = own.map(|name| format!("--{name}")).collect();
    found.extend(command.get_subcommands().flat_map(flags));
    found
}

#[test]
fn every_flag_that_the_pages_name_exists() {
    let mut known = flags(&Arguments::command());
    known.extend(["--help", "--version"].iter().chain(&OTHERS).map(|name| (*name).to_owned()));
    let mut wrong = Vec::new();
    for page in pages::all() {
        for code in page.codes() {
            let flag = code.split([' ', '=']).next().unwrap_or_default();
            let is_flag = flag.strip_prefix("--").is_some_and(|name| name.starts_with(char::is_alphabetic));
            if is_flag && !known.contains(flag) {
                wrong.push(format!("{}: `{flag}`", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "no command has these flags: {}", wrong.join(", "));
}

#[test]
fn every_policy_document_of_the_pages_is_valid() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in pages::all() {
        for block in page.blocks().iter().filter(|block| block.words == "yaml") {
            let id = FileId(0);
            let nodes = match yaml::read(id, &block.text, &Budget::default()) {
                Ok(nodes) => nodes,
                Err(error) => {
                    wrong.push(format!("{}: no YAML: {error:?}\n{}", page.path, block.text));
                    continue;
                }
            };
            for node in nodes.iter().filter(|_| block.text.contains("apiVersion:")) {
                seen += 1;
                match schema::kind_of(id, node) {
                    Ok(kind) => {
                        let findings = schema::validate(id, kind, node);
                        wrong.extend(findings.iter().map(|finding| format!("{}: {finding:?}", page.path)));
                    }
                    Err(error) => wrong.push(format!("{}: {error:?}", page.path)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 1, "{seen}");
}

/// Paths of this repository, or of one that `init` writes.
#[test]
fn every_path_that_the_pages_name_exists() {
    let path =
        Regex::new(r"^(docs|src|tests|policies|schemas|benches|fuzz|\.github)/[A-Za-z0-9_./-]+[a-z0-9]$");
    let path = path.unwrap_or_else(|error| panic!("{error}"));
    let begun = [InitFolder::with(&["--forge", "github"]), InitFolder::with(&["--forge", "gitlab"])];
    let mut wrong = Vec::new();
    for page in pages::all().iter().filter(|page| !page.path.starts_with("docs/decisions/")) {
        for code in page.codes().iter().filter(|code| path.is_match(code)) {
            if !root().join(code).exists() && !begun.iter().any(|folder| folder.path(code).exists()) {
                wrong.push(format!("{}: `{code}`", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "there is no such file: {}", wrong.join(", "));
}
