//! The pages of the documentation, taken apart by a Markdown parser.
#![expect(clippy::disallowed_methods, reason = "pages are files")]

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A page of Markdown.
pub(crate) struct Page {
    /// Its path from the root: `docs/how-to/start.md`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A fenced or indented block.
pub(crate) struct Block {
    /// What stands behind the fence: `yaml`; empty of an indented one.
    pub(crate) words: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.to_owned(), text }
    }

    fn events(&self) -> Parser<'_> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES)
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for event in self.events() {
            match (event, &mut open) {
                (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(words))), _) => {
                    open = Some(Block { words: words.to_string(), text: String::new() });
                }
                (Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), _) => {
                    open = Some(Block { words: String::new(), text: String::new() });
                }
                (Event::Text(text), Some(block)) => block.text += &text,
                (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
                _ => {}
            }
        }
        blocks
    }

    /// The texts in backticks.
    pub(crate) fn codes(&self) -> Vec<String> {
        let code = |event| if let Event::Code(code) = event { Some(code.to_string()) } else { None };
        self.events().filter_map(code).collect()
    }

    /// Where its links and pictures lead to.
    pub(crate) fn links(&self) -> Vec<String> {
        let target = |event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.to_string())
            }
            _ => None,
        };
        self.events().filter_map(target).collect()
    }

    /// What a link may name behind `#`: the headings, as forges and mdBook write them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let mut anchors = BTreeSet::new();
        let mut open: Option<String> = None;
        for event in self.events() {
            match (event, &mut open) {
                (Event::Start(Tag::Heading { .. }), _) => open = Some(String::new()),
                (Event::Text(text) | Event::Code(text), Some(heading)) => *heading += &text,
                (Event::End(TagEnd::Heading(_)), Some(heading)) => {
                    let anchor = anchor(heading);
                    let more = (1..).map(|number| format!("{anchor}-{number}"));
                    let free =
                        std::iter::once(anchor.clone()).chain(more).find(|name| !anchors.contains(name));
                    anchors.extend(free);
                    open = None;
                }
                _ => {}
            }
        }
        anchors
    }
}

/// `## 5. Directory and Application` is `5-directory-and-application`.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages in `docs`.
pub(crate) fn of_the_book() -> Vec<Page> {
    let mut open = vec![PathBuf::from("docs")];
    let mut paths = Vec::new();
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(root().join(&folder)).unwrap_or_else(|error| panic!("{error}"));
        for entry in entries {
            let path = folder.join(entry.unwrap_or_else(|error| panic!("{error}")).file_name());
            // What npm installs beside the extension of an editor is not ours.
            if root().join(&path).is_dir() {
                open.extend(Some(path).filter(|path| !path.ends_with("node_modules")));
            } else if path.extension().is_some_and(|ending| ending == "md") {
                paths.push(path.to_string_lossy().into_owned());
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}

/// Those, and the pages beside them.
pub(crate) fn all() -> Vec<Page> {
    let others = ["README.md", "CONTRIBUTING.md", "tests/README.md", "benches/README.md"];
    let security = root().join("SECURITY.md").exists().then_some("SECURITY.md");
    let mut pages = of_the_book();
    pages.extend(others.into_iter().chain(security).map(Page::read));
    pages
}
