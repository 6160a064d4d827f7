//! Rooms import only what the table of `docs/architecture.md` allows, and files stay small.
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

/// The rooms that each room may import.
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

/// The rooms that a file imports as `crate::room`, with the line.
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

#[test]
fn no_files_of_a_room_import_each_other_in_circles() {
    let wrong: Vec<String> = table()
        .into_keys()
        .flat_map(|room| {
            let circles = circles(&room).into_iter();
            circles.map(move |files| format!("`{room}`: {}", files.join(" <-> ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A module, by its path from the room on: `cmd::apply::run`.
type Module = Vec<String>;

/// What a file imports and re-exports.
struct Parsed {
    /// Paths that it uses, from the room on.
    named: BTreeSet<Module>,
    /// What it re-exports: a name, and the path that the name refers to.
    exports: Vec<(String, Module)>,
}

/// Groups of files in a room that all import each other, directly or indirectly.
fn circles(room: &str) -> BTreeSet<Vec<String>> {
    let files = sources().into_iter().filter(|file| self::room(file) == room);
    let modules: BTreeMap<Module, Parsed> =
        files.map(|file| (module(&file), Parsed::of(&file, &module(&file)))).collect();
    let imports: BTreeMap<&Module, BTreeSet<Module>> = modules
        .iter()
        .map(|(module, parsed)| {
            let imported = parsed.named.iter().filter_map(|path| resolve(&modules, path, 0));
            (module, imported.filter(|other| other != module).collect())
        })
        .collect();
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        modules.keys().map(|module| (module, reached(&imports, module))).collect();
    let group = |module: &Module| -> Vec<String> {
        let mutual = reached[module].iter().filter(|other| reached[**other].contains(module));
        mutual.map(|other| other.join("::")).collect()
    };
    modules.keys().map(group).filter(|group| !group.is_empty()).collect()
}

/// All modules that a module imports, directly or indirectly.
fn reached<'i>(imports: &'i BTreeMap<&Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<&'i Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = imports[from].iter().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module) {
            open.extend(&imports[module]);
        }
    }
    reached
}

/// The file that a path leads to: through modules, then through their re-exports.
fn resolve(modules: &BTreeMap<Module, Parsed>, path: &[String], depth: usize) -> Option<Module> {
    let deepest = (1..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(deepest);
    let exported = rest.first().and_then(|name| {
        let exports = &modules[module].exports;
        exports.iter().find(|(exported, _)| exported == name).map(|(_, path)| path)
    });
    match exported {
        Some(path) if depth < 8 => resolve(modules, path, depth + 1),
        _ => Some(module.to_vec()),
    }
}

/// The module of a file.
fn module(file: &Path) -> Module {
    let parts = file.with_extension("");
    let parts = parts.iter().skip(1).filter_map(|part| part.to_str());
    parts.filter(|part| *part != "mod").map(str::to_owned).collect()
}

impl Parsed {
    fn of(file: &Path, module: &Module) -> Self {
        let parsed = syn::parse_file(&read(file)).expect("sources that parse");
        let children = parsed.items.iter().filter_map(|item| match item {
            syn::Item::Mod(child) if child.content.is_none() => Some(child.ident.to_string()),
            _ => None,
        });
        let mut paths = Paths {
            module,
            children: children.collect(),
            found: Self { named: BTreeSet::new(), exports: Vec::new() },
        };
        paths.visit_file(&parsed);
        paths.found
    }
}

/// Finds the paths that lead into the room.
struct Paths<'p> {
    module: &'p Module,
    children: BTreeSet<String>,
    found: Parsed,
}

impl Paths<'_> {
    /// A path from the room on; none if it leads elsewhere.
    fn module_of(&self, path: &[String]) -> Option<Module> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()).filter(|rest| rest.first() == self.module.first()),
            "self" => Some([self.module.as_slice(), rest].concat()),
            "super" => {
                let above = self.module.len().checked_sub(supers).filter(|length| *length > 0)?;
                Some([&self.module[..above], &path[supers..]].concat())
            }
            child if self.children.contains(child) => Some([self.module.as_slice(), path].concat()),
            _ => None,
        }
    }

    /// Every path of a `use`, with the imported name.
    fn leaves(tree: &syn::UseTree, before: &[String], leaves: &mut Vec<(String, Module)>) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => Self::leaves(&path.tree, &with(&path.ident), leaves),
            syn::UseTree::Name(name) if name.ident == "self" => {
                leaves.push((before.last().cloned().unwrap_or_default(), before.to_vec()));
            }
            syn::UseTree::Name(name) => leaves.push((name.ident.to_string(), with(&name.ident))),
            syn::UseTree::Rename(rename) => leaves.push((rename.rename.to_string(), with(&rename.ident))),
            syn::UseTree::Glob(_) => leaves.push(("*".to_owned(), before.to_vec())),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| Self::leaves(tree, before, leaves));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    /// Tests in a file don't count, only its own code.
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut leaves = Vec::new();
        Self::leaves(&item.tree, &[], &mut leaves);
        let gives_on = !matches!(item.vis, syn::Visibility::Inherited);
        for (name, path) in leaves {
            let Some(path) = self.module_of(&path) else { continue };
            // A module that re-exports names of its children does not depend on them.
            match gives_on && path.starts_with(self.module) {
                true => self.found.exports.push((name, path)),
                false => drop(self.found.named.insert(path)),
            }
        }
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1
            && let Some(path) = self.module_of(&parts)
        {
            self.found.named.insert(path);
        }
        syn::visit::visit_path(self, path);
    }
}
