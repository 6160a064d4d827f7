//! The pages of codes: each code of the program has a section, and each section's examples say the truth.
//!
//! An example is a block ```` ```yaml wrong ```` or ```` ```yaml right ````. A document of it replaces the one of its kind and name in
//! `tests/cases/codes/base.yaml`; keys that it leaves out are taken from there. In a block with the word `whole` nothing is added.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "sources are files")]

use crate::support::playground::Playground;
use crate::support::workspaces::{checked, report};
use regex::Regex;
use rolewright::cmd::{Code, Exit};
use rolewright::model::{SourceFile, SourceSet};
use rolewright::render::codes;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The families of codes.
const FAMILIES: &str = "yaml|schema|check|lint|data|guard|change|run";
/// Keys of a document that exclude each other: one in an example removes the others of the base.
const CONNECTIONS: [&str; 7] = ["scim", "sqlite", "postgres", "rest", "file", "entra", "ldap"];

/// A section of a page.
struct Section {
    code: String,
    markdown: String,
}

/// The sections of the pages, as they stand in the files.
fn sections() -> Vec<Section> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let pages = fs::read_dir(folder.join("codes")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.chain([folder.join("lint.md")]).map(|page| fs::read_to_string(page).unwrap());
    let parts = pages.flat_map(|page| page.split("\n## ").skip(1).map(str::to_owned).collect::<Vec<_>>());
    let section = |part: String| {
        let (code, markdown) = part.split_once('\n').unwrap();
        Section { code: code.to_owned(), markdown: markdown.trim().to_owned() }
    };
    parts.map(section).collect()
}

/// The codes in the program's source.
fn in_source() -> BTreeSet<String> {
    let code = Regex::new(&format!(r#""((?:{FAMILIES})/[a-z-]+)""#)).unwrap();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !path.ends_with("render/codes/mod.rs") {
            let text = fs::read_to_string(path).unwrap();
            found.extend(code.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    found
}

#[test]
fn each_code_has_a_section_and_each_section_a_code() {
    let all = sections();
    let sections: BTreeSet<String> = all.iter().map(|section| section.code.clone()).collect();
    assert_eq!(sections.len(), all.len(), "a section is there twice");
    let codes = in_source();
    assert!(codes.len() > 150, "{codes:?}");
    let missing: Vec<&String> = codes.difference(&sections).collect();
    let dangling: Vec<&String> = sections.difference(&codes).collect();
    assert!(missing.is_empty() && dangling.is_empty(), "no section: {missing:?}\nno code: {dangling:?}");
    let shown: BTreeSet<String> = codes::sections().iter().map(|section| section.code.to_owned()).collect();
    assert_eq!(shown, sections, "a page is not part of the program");
}

#[test]
fn the_sections_of_errors_name_their_exit_codes() {
    let all = sections();
    for code in Code::ALL {
        let section = all.iter().find(|section| section.code == code.word()).unwrap();
        let text = section.markdown.replace('\n', " ");
        let says = format!("Exit code {}.", Exit::from(*code).number());
        assert!(text.contains(&says), "{}: {text}", code.word());
    }
}

/// An example of a section.
struct Example {
    code: String,
    is_right: bool,
    is_whole: bool,
    text: String,
}

fn examples(section: &Section) -> Vec<Example> {
    let blocks = section.markdown.split("```").skip(1).step_by(2);
    let example = |block: &str| {
        let (kind, text) = block.split_once('\n').unwrap();
        let words: Vec<&str> = kind.split(' ').collect();
        assert!(words[0] == "yaml" && ["wrong", "right"].contains(&words[1]), "{}: {kind}", section.code);
        let is_whole = words.contains(&"whole");
        Example { code: section.code.clone(), is_right: words[1] == "right", is_whole, text: text.to_owned() }
    };
    blocks.map(example).collect()
}

/// The top-level keys of a document, each with its lines.
fn entries(document: &str) -> Vec<(String, String)> {
    let key = Regex::new(r"^([A-Za-z]+):").unwrap();
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in document.lines() {
        match (key.captures(line), entries.last_mut()) {
            (Some(found), _) => entries.push((found[1].to_owned(), format!("{line}\n"))),
            (None, Some((_, lines))) => *lines += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    entries
}

fn value<'e>(entries: &'e [(String, String)], key: &str) -> Option<&'e str> {
    entries.iter().find(|(name, _)| name == key).map(|(_, lines)| lines.trim())
}

impl Example {
    /// The workspace of the example: its own documents, and those of the base that it does not replace.
    fn workspace(&self) -> SourceSet {
        let base =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/codes/base.yaml"));
        let base = base.unwrap();
        let mut base: Vec<Vec<(String, String)>> = base.split("---\n").map(entries).collect();
        let mut own = String::new();
        for document in self.text.split("---\n") {
            let written = entries(document);
            let same = |other: &Vec<(String, String)>| {
                let name = value(&written, "name");
                value(other, "kind") == value(&written, "kind")
                    && name.is_none_or(|name| value(other, "name") == Some(name))
            };
            let replaced = base.iter().position(same).filter(|_| !self.is_whole).map(|at| base.remove(at));
            own += &format!("---\n{}{document}", self.left_out(&written, replaced.as_deref()));
        }
        let rest: String = base
            .iter()
            .map(|document| {
                format!("---\n{}", document.iter().map(|(_, lines)| lines.as_str()).collect::<String>())
            })
            .collect();
        let file = |path: &str, text: String| SourceFile { path: path.to_owned(), text };
        SourceSet::new(None, String::new(), vec![file("base.yaml", rest), file("example.yaml", own)])
    }

    /// What an example leaves out of one document: what the base has, or the keys that each document of its kind has.
    fn left_out(&self, written: &[(String, String)], replaced: Option<&[(String, String)]>) -> String {
        if self.is_whole {
            return String::new();
        }
        let connects = CONNECTIONS.iter().any(|key| value(written, key).is_some());
        let kind = value(written, "kind").unwrap_or_default();
        let named = ["Workspace", "Directory", "Application", "Profile", "Connector"];
        let application = match named.iter().any(|name| kind == format!("kind: {name}")) {
            true => "",
            false => "application: crm\n",
        };
        let usual = entries(&format!("apiVersion: rolewright/v1\n{application}"));
        let keys = replaced.map_or(usual, <[(String, String)]>::to_vec);
        let missing = keys.iter().filter(|(key, _)| {
            value(written, key).is_none() && !(connects && CONNECTIONS.contains(&key.as_str()))
        });
        // `directories` of an application that the example adds is that of the base.
        let reads =
            kind == "kind: Application" && replaced.is_none() && value(written, "directories").is_none();
        let reads = if reads { "directories: [{ name: people }]\n" } else { "" };
        missing.map(|(_, lines)| lines.as_str()).collect::<String>() + reads
    }
}

#[test]
fn wrong_examples_have_the_finding_and_right_ones_have_none() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for example in sections().iter().flat_map(examples) {
        let sources = example.workspace();
        let checked = checked(&sources);
        let has = checked.findings.iter().any(|finding| finding.code == example.code);
        let is_so = if example.is_right { checked.policies.is_some() && !has } else { has };
        if !is_so {
            let said = report(&sources, &checked);
            wrong.push(format!("{} (right: {}):\n{}\n{said}", example.code, example.is_right, example.text));
        }
        count += 1;
    }
    assert!(count > 100, "{count} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_code_is_explained_where_it_is_met() {
    let playground = Playground::new();
    playground.write("policies/dstny/wrong.yaml", "apiVersion: rolewright/v1\nkind: Exclusion\n");
    let said = playground.run(&["validate"]).ends(1).stdout;
    assert!(said.ends_with("for more about this: rolewright explain-code schema/kind\n"), "{said}");
    let said = playground.run(&["explain-code", "schema/kind"]).ends(0).stdout;
    assert!(said.starts_with("schema/kind\n\nThe document has no `kind`"), "{said}");
    let said = playground.run(&["plan"]).ends(1).stderr;
    assert!(said.ends_with("error[run/policies]: the policies have errors; nothing was read\n"), "{said}");
    let said = playground.run(&["explain-code", "error[run/policies]"]).ends(0).stdout;
    assert!(said.contains("What to do: "), "{said}");
    let said = playground.run(&["explain-code", "run/polices"]).ends(1).stderr;
    assert!(
        said.contains("error[run/unknown-name]: ") && said.contains("did you mean `run/policies`?"),
        "{said}"
    );
    let said = playground.run(&["explain-code"]).ends(0).stdout;
    assert!(in_source().iter().all(|code| said.contains(&format!("  {code}\n"))), "{said}");
}
