//! Plans as a page to look at: one HTML file that loads nothing, for a browser, from disk. A small script
//! (`page.js`) shows what stands in the page as JSON; every text of it is set as text.

mod data;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use data::HtmlPart;
use data::PlanData;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

#[derive(Serialize)]
struct PageData<'p> {
    plans: Vec<PlanData<'p>>,
}

/// The page. The title is ours; `summary` and everything in the plans is data.
///
/// The page may run its own script and nothing else, named by its hash, and may load nothing (Content Security Policy,
/// level 3): not even data that would get into it as markup could call anybody.
///
/// # Errors
/// The plans cannot be written as JSON.
pub fn html(title: &str, summary: &str, parts: &[HtmlPart<'_>]) -> Result<String, serde_json::Error> {
    let data = PageData { plans: parts.iter().map(PlanData::of).collect() };
    let data = harmless(&serde_json::to_string(&data)?);
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let (title, summary) = (text(title), text(summary));
    let footer = text(concat!("Made by Rolewright ", env!("CARGO_PKG_VERSION"), "."));
    let words = [
        ("@policy@", policy.as_str()),
        ("@title@", &title),
        ("@summary@", &summary),
        ("@footer@", &footer),
        ("@style@", STYLE),
        ("@script@", SCRIPT),
        ("@data@", &data),
    ];
    Ok(filled(PAGE, &words))
}

/// The template with its marks replaced, in one pass: what is inserted is not looked at again.
fn filled(template: &str, words: &[(&str, &str)]) -> String {
    let mut page =
        String::with_capacity(template.len() + words.iter().map(|(_, word)| word.len()).sum::<usize>());
    let mut rest = template;
    while let Some((at, mark, word)) = words
        .iter()
        .filter_map(|(mark, word)| Some((rest.find(mark)?, mark, word)))
        .min_by_key(|found| found.0)
    {
        page.push_str(&rest[..at]);
        page.push_str(word);
        rest = &rest[at + mark.len()..];
    }
    page.push_str(rest);
    page
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// JSON that ends no script element and begins no comment in it (HTML, 13.2.5.4): the same value.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Text between tags.
fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
