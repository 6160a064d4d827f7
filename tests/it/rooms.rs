//! The walls between rooms: the import table of `docs/architecture.md` holds, and files stay small.
#![expect(clippy::disallowed_methods, reason = "sources are files")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::Visit;

/// Lines that a file may have at most.
const LONGEST: usize = 500;

#[test]
fn rooms_import_only_what_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    for file in sources() {
        let room = room(&file);
        let Some(allowed) = table.get(&room) else { continue };
        for (imported, line) in imports(&file) {
            if imported != room && table.contains_key(&imported) && !allowed.contains(&imported) {
                wrong.push(format!("{}:{line}: `{room}` must not import `{imported}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    let rooms: BTreeSet<String> =
        sources().iter().map(|file| room(file)).filter(|room| !room.is_empty()).collect();
    let table: BTreeSet<String> = table().into_keys().collect();
    assert_eq!(rooms, table);
}

#[test]
fn files_do_one_job() {
    let long: Vec<String> = sources()
        .iter()
        .map(|file| (file, read(file).lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_room_says_what_it_takes_and_gives() {
    for name in table().into_keys() {
        let head = read(&Path::new("src").join(&name).join("mod.rs"));
        let head: String = head.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(
            head.contains("Takes ") || head.contains("takes "),
            "the head of `{name}` does not say what it takes"
        );
        assert!(head.contains("Never:"), "the head of `{name}` does not say what it never does");
    }
}

/// Room -> the rooms it may import.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = read(Path::new("docs/architecture.md"));
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let names =
            |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<String>>();
        let room = names(cells[0]).into_iter().next().unwrap_or_default();
        (room, names(cells[3]))
    })
    .collect()
}

fn sources() -> Vec<PathBuf> {
    let mut open = vec![PathBuf::from("src")];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The room that a file belongs to; empty for `lib.rs` and `main.rs`.
fn room(file: &Path) -> String {
    let mut parts = file.iter().skip(1);
    let first = parts.next().and_then(|part| part.to_str()).unwrap_or_default();
    if first.ends_with(".rs") { String::new() } else { first.to_owned() }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rooms that a file names as `crate::room`, with the line.
fn imports(file: &Path) -> Vec<(String, usize)> {
    let parsed = syn::parse_file(&read(file)).expect("sources that parse");
    let mut finder = Finder { found: Vec::new() };
    finder.visit_file(&parsed);
    finder.found
}

struct Finder {
    found: Vec<(String, usize)>,
}

impl Finder {
    fn first(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => self.push(&path.ident),
            syn::UseTree::Name(name) => self.push(&name.ident),
            syn::UseTree::Rename(rename) => self.push(&rename.ident),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.first(item)),
            syn::UseTree::Glob(_) => {}
        }
    }

    fn push(&mut self, ident: &syn::Ident) {
        self.found.push((ident.to_string(), ident.span().start().line));
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let syn::UseTree::Path(path) = &item.tree
            && path.ident == "crate"
        {
            self.first(&path.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|segment| segment.ident == "crate")
            && let Some(segment) = segments.next()
        {
            self.push(&segment.ident);
        }
        syn::visit::visit_path(self, path);
    }
}
