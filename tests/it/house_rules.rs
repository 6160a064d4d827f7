//! Rules for the source text that the compiler does not check, verified on the syntax tree.
#![expect(clippy::disallowed_methods, reason = "sources are files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// Rooms in which a `match` over an enum of Rolewright names every variant.
const EXHAUSTIVE: &[&str] = &["policy", "desired", "plan", "lint", "gate", "render", "cmd"];
/// All rooms.
const ALL: &[&str] = &[""];

#[test]
fn a_match_over_an_enum_of_ours_names_every_variant() {
    let enums = enums();
    let wrong: Vec<String> = files(EXHAUSTIVE)
        .into_iter()
        .flat_map(|file| {
            let mut found = CatchAlls { enums: &enums, lines: Vec::new() };
            found.visit_file(&parsed(&file));
            found.lines.into_iter().map(move |line| format!("{}:{line}", file.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "`_ =>` over an enum of ours:\n{}", wrong.join("\n"));
}

#[test]
fn no_parameter_is_a_tuple() {
    let wrong: Vec<String> = files(ALL)
        .into_iter()
        .flat_map(|file| {
            let mut found = TupleParameters(Vec::new());
            found.visit_file(&parsed(&file));
            found.0.into_iter().map(move |line| format!("{}:{line}", file.display()))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "a parameter that is a tuple, where a struct would name its parts:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_name_that_spans_lines_is_not_it() {
    let mut wrong = Vec::new();
    for file in files(&["", "../tests"]) {
        let mut found = VagueNames(Vec::new());
        found.visit_file(&parsed(&file));
        wrong.extend(found.0.iter().map(|(line, name)| format!("{}:{line}: {name}", file.display())));
    }
    assert!(
        wrong.is_empty(),
        "`it` outside a closure of one line, or `its` or `loop_`; name the value:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_message_says_that_something_is_no_such_thing() {
    let wrong: Vec<String> = files(ALL)
        .into_iter()
        .flat_map(|file| {
            let mut found = OddWords(Vec::new());
            found.visit_file(&parsed(&file));
            found.0.into_iter().map(move |(line, words)| format!("{}:{line}: {words}", file.display()))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "write `is not a ...`, `again` and `correct` (docs/messages.md):\n{}",
        wrong.join("\n")
    );
}

/// Finds texts that say `X is no Y`, or use words that readers stumble over. Comments are not looked at.
struct OddWords(Vec<(usize, String)>);

impl OddWords {
    fn look(&mut self, line: usize, text: &str) {
        let words: Vec<&str> = text.split([' ', '\\', '\n', '"']).filter(|word| !word.is_empty()).collect();
        let is_no = words.windows(4).filter(|four| {
            ["is", "are", "was", "were"].contains(&four[1])
                && four[2] == "no"
                && !four[0].eq_ignore_ascii_case("there")
                && !["longer", "more"].contains(&four[3])
        });
        self.0.extend(is_no.map(|four| (line, four.join(" "))));
        let plain = words.iter().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
        let odd = plain.filter(|word| ["anew", "mend", "mends", "shall", "thereof"].contains(word));
        self.0.extend(odd.map(|word| (line, word.to_owned())));
    }
}

impl Visit<'_> for OddWords {
    fn visit_lit_str(&mut self, text: &syn::LitStr) {
        self.look(text.span().start().line, &text.value());
    }

    /// The texts in `format!`; names of variables are words of their own.
    fn visit_macro(&mut self, called: &syn::Macro) {
        self.look(called.span().start().line, &called.tokens.to_string());
    }

    /// The texts in `#[error("...")]`, but not comments.
    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.look(attribute.span().start().line, &list.tokens.to_string());
        }
    }
}

/// Finds `_ =>` in matches whose other arms are variants of our enums.
struct CatchAlls<'e> {
    enums: &'e BTreeSet<String>,
    lines: Vec<usize>,
}

impl Visit<'_> for CatchAlls<'_> {
    fn visit_expr_match(&mut self, matched: &syn::ExprMatch) {
        let ours = matched.arms.iter().any(|arm| self.is_variant(&arm.pat));
        let all = matched.arms.iter().filter(|arm| matches!(arm.pat, syn::Pat::Wild(_)));
        if ours {
            self.lines.extend(all.map(|arm| arm.pat.span().start().line));
        }
        syn::visit::visit_expr_match(self, matched);
    }
}

impl CatchAlls<'_> {
    /// Whether a pattern is a variant of one of our enums: `Word::Keep`, `Self::Keep`.
    fn is_variant(&self, pattern: &syn::Pat) -> bool {
        let path = match pattern {
            syn::Pat::Path(pattern) => &pattern.path,
            syn::Pat::TupleStruct(pattern) => &pattern.path,
            syn::Pat::Struct(pattern) => &pattern.path,
            syn::Pat::Or(alternatives) => return alternatives.cases.iter().any(|case| self.is_variant(case)),
            syn::Pat::Reference(reference) => return self.is_variant(&reference.pat),
            _ => return false,
        };
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let [.., owner, _] = names.as_slice() else { return false };
        owner == "Self" || self.enums.contains(owner)
    }
}

/// Finds parameters of functions that are tuple patterns, or whose type is a tuple, borrowed and optional ones included.
struct TupleParameters(Vec<usize>);

impl Visit<'_> for TupleParameters {
    fn visit_signature(&mut self, signature: &syn::Signature) {
        for input in &signature.inputs {
            if let syn::FnArg::Typed(typed) = input
                && (matches!(*typed.pat, syn::Pat::Tuple(_)) || is_tuple(&typed.ty))
            {
                self.0.push(typed.span().start().line);
            }
        }
        syn::visit::visit_signature(self, signature);
    }
}

/// Whether a type is a tuple of something, a reference to one, or an `Option` of one.
fn is_tuple(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Tuple(tuple) => !tuple.elems.is_empty(),
        syn::Type::Reference(reference) => is_tuple(&reference.elem),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
                let types = arguments.args.iter();
                types
                    .into_iter()
                    .any(|argument| matches!(argument, syn::GenericArgument::Type(ty) if is_tuple(ty)))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// Finds bindings named `its` or `loop_`, and bindings named `it` except in closures of one line.
struct VagueNames(Vec<(usize, String)>);

impl Visit<'_> for VagueNames {
    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        if ["it", "its", "loop_"].iter().any(|name| pattern.ident == name) {
            self.0.push((pattern.ident.span().start().line, pattern.ident.to_string()));
        }
        syn::visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_closure(&mut self, closure: &syn::ExprClosure) {
        let (start, end) = (closure.span().start().line, closure.span().end().line);
        let before = self.0.len();
        syn::visit::visit_expr_closure(self, closure);
        if start == end {
            let inside = self.0.split_off(before);
            self.0.extend(inside.into_iter().filter(|(_, name)| name != "it"));
        }
    }
}

/// The names of all enums in `src`.
fn enums() -> BTreeSet<String> {
    struct Enums(BTreeSet<String>);
    impl Visit<'_> for Enums {
        fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
            self.0.insert(item.ident.to_string());
        }

        /// An enum in `words! { pub enum Word { .. } }` counts too.
        fn visit_macro(&mut self, called: &syn::Macro) {
            let mut tokens = called.tokens.clone().into_iter().filter(|_| called.path.is_ident("words"));
            while let Some(token) = tokens.next() {
                if token.to_string() == "enum" {
                    self.0.extend(tokens.next().map(|name| name.to_string()));
                }
            }
        }
    }
    let mut found = Enums(BTreeSet::new());
    files(ALL).iter().for_each(|file| found.visit_file(&parsed(file)));
    found.0
}

fn parsed(file: &Path) -> syn::File {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The source files of rooms.
fn files(rooms: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = rooms.iter().map(|room| Path::new("src").join(room)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
