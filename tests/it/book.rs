//! The pages of `docs` are a book: each has its line in `docs/SUMMARY.md`, each link leads somewhere, and mdBook
//! builds it.
#![expect(clippy::disallowed_types, reason = "mdBook is a program")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::pages::{self, Page, root};
use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::process::Command;

const SUMMARY: &str = "docs/SUMMARY.md";

/// A path without `.` and `..`; `None` where it leaves the repository.
fn plain(path: &Path) -> Option<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in path.components() {
        match step {
            Component::Normal(name) => steps.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(steps.pop()?),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(steps.join("/"))
}

/// The file and the anchor that a link of a page leads to; `None` where it leads to another site.
fn target(page: &Page, link: &str) -> Option<(String, String)> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = if file.is_empty() {
        page.path.clone()
    } else {
        let joined = Path::new(&page.path).parent().unwrap().join(file);
        plain(&joined).unwrap_or_else(|| format!("(outside) {file}"))
    };
    Some((path, anchor.to_owned()))
}

/// What is wrong with the links of a page.
fn broken(page: &Page) -> Vec<String> {
    let mut broken = Vec::new();
    for link in page.links() {
        let Some((path, anchor)) = target(page, &link) else { continue };
        let known = || path.ends_with(".md") && Page::read(&path).anchors().contains(&anchor);
        if !root().join(&path).exists() {
            broken.push(format!("{}: `{link}`: no such file", page.path));
        } else if !anchor.is_empty() && !known() {
            broken.push(format!("{}: `{link}`: no such heading", page.path));
        } else if page.path.starts_with("docs/") && !path.starts_with("docs/") {
            broken.push(format!(
                "{}: `{link}` leads out of the book: write the path in backticks instead",
                page.path
            ));
        }
    }
    broken
}

#[test]
fn every_page_has_its_line_in_the_summary() {
    let summary = Page::read(SUMMARY);
    let links: Vec<String> = summary
        .links()
        .iter()
        .filter(|link| !link.is_empty())
        .filter_map(|link| target(&summary, link))
        .map(|(path, _)| path)
        .collect();
    let listed: BTreeSet<&String> = links.iter().collect();
    assert_eq!(listed.len(), links.len(), "a page stands twice in {SUMMARY}: {links:?}");
    let pages = pages::of_the_book();
    let pages: BTreeSet<&String> =
        pages.iter().map(|page| &page.path).filter(|path| *path != SUMMARY).collect();
    let missing: Vec<_> = pages.difference(&listed).collect();
    assert!(missing.is_empty(), "no line in {SUMMARY} for {missing:?}");
    let gone: Vec<_> = listed.difference(&pages).collect();
    assert!(gone.is_empty(), "{SUMMARY} names what is no page: {gone:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let broken: Vec<String> = pages::all().iter().flat_map(broken).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let text = "[a](none.md) [b](glossary.md#none) [c](../README.md) [d](glossary.md#glossary) [e](https://e.example)";
    let page = Page { path: "docs/page.md".to_owned(), text: text.to_owned() };
    let broken = broken(&page);
    assert_eq!(broken.len(), 3, "{broken:?}");
    assert!(broken[0].contains("no such file") && broken[1].contains("no such heading"), "{broken:?}");
    assert!(broken[2].contains("leads out of the book"), "{broken:?}");
}

#[test]
fn the_book_is_built_by_mdbook() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(root().join("tests/tools/tool.sh"))
        .args(["mdbook", "build", "--dest-dir"])
        .arg(folder.path())
        .arg(root().join("docs"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("WARN") && !told.contains("ERROR"), "{told}");
    for page in pages::of_the_book().iter().filter(|page| page.path != SUMMARY) {
        let path = page.path.strip_prefix("docs/").unwrap().replace("README.md", "index.md");
        let html = folder.path().join(path).with_extension("html");
        assert!(html.exists(), "{} has no page in the book", page.path);
    }
}
