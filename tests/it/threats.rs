//! Writes the table of `docs/threat-model.md` from the list of threats and the names of tests: every threat with the
//! tests that prove its defence, or the reason why there is none.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "sources are files")]

use crate::support::blessing::assert_written;
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The part above this mark is written by hand.
const MARK: &str = "<!-- Below is written by a test: BLESS=1 cargo test threats -->\n";
/// How many threats each letter has.
const MANY: [(char, usize); 8] =
    [('A', 11), ('B', 12), ('C', 10), ('D', 11), ('E', 13), ('F', 15), ('G', 8), ('H', 29)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    name: String,
    threats: Vec<Threat>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Threat {
    id: String,
    threat: String,
    #[serde(default)]
    also: Vec<String>,
    left: Option<String>,
}

#[test]
fn the_list_of_threats_is_that_of_the_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chapters: Vec<Chapter> =
        serde_yaml::from_str(&fs::read_to_string(root.join("tests/cases/threats/threats.yaml")).unwrap())
            .unwrap();
    let names = names(root);
    every_threat_stands_once(&chapters, &names);
    let page = page(root, &chapters, &names);
    let written = fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let (by_hand, _) = written.split_once(MARK).expect("the page has its mark");
    assert_written("docs/threat-model.md", &format!("{by_hand}{MARK}{page}"));
}

fn every_threat_stands_once(chapters: &[Chapter], names: &BTreeSet<String>) {
    let listed: Vec<&str> =
        chapters.iter().flat_map(|chapter| &chapter.threats).map(|threat| threat.id.as_str()).collect();
    let expected: Vec<String> = MANY
        .iter()
        .flat_map(|(letter, many)| (1..=*many).map(move |number| format!("{letter}{number}")))
        .collect();
    assert_eq!(listed, expected);
    for name in names {
        for id in ids(name) {
            assert!(expected.contains(&id), "`{name}` names {id}, which is no threat");
        }
    }
}

/// The names of all functions in the tests, including unit tests.
fn names(root: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let function = Regex::new(r"(?m)^\s*(?:pub\S* )?(?:async )?fn ([a-z0-9_]+)\(").unwrap();
    for folder in ["tests/it", "src"] {
        read(&root.join(folder), &function, &mut names);
    }
    names
}

fn read(folder: &Path, function: &Regex, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, function, names);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(path).unwrap();
            names.extend(function.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
}

/// The threats in a test's name: `e11_d7_...` is E11 and D7, `f_12_...` is F12; `a_403_...` is an article and a number.
fn ids(name: &str) -> Vec<String> {
    let id = Regex::new(r"^(?:([a-h])|([b-g])_)0?([1-9][0-9]?)_").unwrap();
    let mut rest = name;
    let mut ids = Vec::new();
    while let Some(found) = id.captures(rest) {
        let letter = found.get(1).or(found.get(2)).map_or("", |letter| letter.as_str());
        ids.push(format!("{}{}", letter.to_uppercase(), &found[3]));
        rest = &rest[found[0].len()..];
    }
    ids
}

fn page(root: &Path, chapters: &[Chapter], names: &BTreeSet<String>) -> String {
    let mut of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        for id in ids(name) {
            of.entry(id).or_default().push(name);
        }
    }
    let mut page = String::new();
    for chapter in chapters {
        write!(
            page,
            "\n### {}\n\n| id | threat | tests | left over |\n| --- | --- | --- | --- |\n",
            chapter.name
        )
        .unwrap();
        for threat in &chapter.threats {
            let tests = tests(root, threat, of.get(&threat.id).map_or(&[], Vec::as_slice), names);
            let left = threat.left.as_deref().unwrap_or("");
            assert!(
                !tests.is_empty() || !left.is_empty(),
                "{} has neither a test nor a word on why",
                threat.id
            );
            let open = if tests.is_empty() { format!("**open**: {left}") } else { left.to_owned() };
            writeln!(page, "| {} | {} | {} | {open} |", threat.id, threat.threat, tests.join(", ")).unwrap();
        }
    }
    page
}

fn tests(root: &Path, threat: &Threat, named: &[&str], names: &BTreeSet<String>) -> Vec<String> {
    let mut tests: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
    for also in &threat.also {
        match also.strip_prefix("case ") {
            Some(case) => {
                assert!(root.join("tests/cases").join(case).is_dir(), "{}: no case {case}", threat.id)
            }
            None => assert!(names.contains(also), "{}: no test `{also}`", threat.id),
        }
        let shown = format!("`{also}`");
        if !tests.contains(&shown) {
            tests.push(shown);
        }
    }
    tests
}
