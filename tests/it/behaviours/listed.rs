//! Writes `docs/behaviours.md` from the tests: id, statement, tests, status.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "sources are files")]

use crate::support::blessing::assert_written;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use syn::{Attribute, Expr, Item, Lit, Meta};

/// A system's letters, its name, and how many behaviours it has.
const SYSTEMS: [(&str, &str, usize); 5] = [
    ("PA", "Pronestor, from Microsoft Entra ID", 34),
    ("PD", "Pronestor, from Active Directory", 8),
    ("PM", "Promapp", 16),
    ("PU", "Pulseway PSA", 24),
    ("DS", "Dstny", 19),
];

/// What the tests say about one behaviour.
#[derive(Default)]
struct Behaviour {
    statement: String,
    tests: Vec<String>,
    open: Vec<String>,
}

#[test]
fn the_list_of_behaviours_is_that_of_the_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    read(&root.join("tests/it"), &mut found);
    for (letters, _, many) in SYSTEMS {
        for number in 1..=many {
            let stated =
                found.get(&(letters.to_owned(), number)).is_some_and(|found| !found.statement.is_empty());
            assert!(stated, "no test states {letters}-{number}");
        }
    }
    assert_written("docs/behaviours.md", &page(&found));
}

fn read(folder: &Path, found: &mut BTreeMap<(String, usize), Behaviour>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
            for item in file.items {
                let Item::Fn(function) = item else { continue };
                let name = function.sig.ident.to_string();
                let Some(id) = id(&name) else { continue };
                let behaviour: &mut Behaviour = found.entry(id).or_default();
                behaviour.tests.push(name);
                behaviour.tell(&function.attrs);
            }
        }
    }
}

/// The id in a test's name: `pa_17_...` is PA-17.
fn id(name: &str) -> Option<(String, usize)> {
    let mut parts = name.splitn(3, '_');
    let letters = parts.next()?.to_uppercase();
    let number: usize = parts.next()?.parse().ok()?;
    let known = SYSTEMS.iter().any(|(system, _, many)| *system == letters && (1..=*many).contains(&number));
    (known && parts.next().is_some()).then_some((letters, number))
}

impl Behaviour {
    fn tell(&mut self, attributes: &[Attribute]) {
        let lines: Vec<String> = attributes.iter().filter_map(line).collect();
        let (open, said): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.starts_with("Open:"));
        self.open.extend(open.iter().map(|line| line.trim_start_matches("Open:").trim().to_owned()));
        if self.statement.is_empty() {
            let first: Vec<String> = said.into_iter().take_while(|line| !line.is_empty()).collect();
            self.statement = first.join(" ");
        }
    }
}

/// A line of a comment.
fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(value) = &pair.value else { return None };
    let Lit::Str(text) = &value.lit else { return None };
    pair.path.is_ident("doc").then(|| text.value().trim().to_owned())
}

fn page(found: &BTreeMap<(String, usize), Behaviour>) -> String {
    let mut page = "# What the four systems do, and the tests that prove it\n\n\
        Written from the comments of the tests; `BLESS=1 cargo test behaviours` writes it anew.\n"
        .to_owned();
    let nothing = Behaviour::default();
    for (letters, name, many) in SYSTEMS {
        write!(page, "\n## {name}\n\n| id | statement | test | status |\n| --- | --- | --- | --- |\n")
            .unwrap();
        for number in 1..=many {
            let statement = found.get(&(letters.to_owned(), number)).unwrap_or(&nothing);
            let tests: Vec<String> = statement.tests.iter().map(|test| format!("`{test}`")).collect();
            let status = if statement.open.is_empty() {
                "holds".to_owned()
            } else {
                format!("open: {}", statement.open.join("; "))
            };
            let statement = statement.statement.replace('|', "\\|");
            writeln!(page, "| {letters}-{number} | {statement} | {} | {status} |", tests.join(", ")).unwrap();
        }
    }
    page
}
