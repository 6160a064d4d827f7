//! Pages to look at: one HTML file each that loads nothing, for a browser, from disk. A small script (`common.js` with
//! `page.js` or `tables.js`) shows what stands in the page as JSON; every text of it is set as text.

mod data;
mod person;
mod runs;
mod tables;

use crate::render::report::RunReport;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use data::HtmlPart;
use data::PlanData;
pub use person::{PersonPart, person};
use runs::RunData;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
pub use tables::{Column, Mark, Row, Table};

const FRAME: &str = include_str!("frame.html");
const STYLE: &str = include_str!("page.css");
const COMMON: &str = include_str!("common.js");

/// What one kind of page is made of, besides what all have.
struct Kind {
    body: &'static str,
    script: &'static str,
}

const PLANS: Kind = Kind { body: include_str!("page.html"), script: include_str!("page.js") };
const TABLES: Kind = Kind { body: include_str!("tables.html"), script: include_str!("tables.js") };

#[derive(Serialize)]
struct PageData<'p> {
    plans: Vec<PlanData<'p>>,
    runs: Vec<RunData<'p>>,
}

#[derive(Serialize)]
struct TablesData<'t> {
    tables: &'t [Table],
}

/// The page of plans. The title is ours; `summary` and everything in the plans is data.
///
/// # Errors
/// The plans cannot be written as JSON.
pub fn html(title: &str, summary: &str, parts: &[HtmlPart<'_>]) -> Result<String, serde_json::Error> {
    let data = PageData { plans: parts.iter().map(PlanData::of).collect(), runs: Vec::new() };
    page(&PLANS, title, summary, &data)
}

/// The page of runs, with what came of each change.
///
/// # Errors
/// The runs cannot be written as JSON.
pub fn runs_page(title: &str, summary: &str, reports: &[RunReport<'_>]) -> Result<String, serde_json::Error> {
    let parts = reports.iter().filter_map(HtmlPart::of_run);
    let plans = parts.map(|part| PlanData::of(&part)).collect();
    page(&PLANS, title, summary, &PageData { plans, runs: reports.iter().map(RunData::of).collect() })
}

/// A page of tables, such as the runs of applications.
///
/// # Errors
/// The tables cannot be written as JSON.
pub fn tables_page(title: &str, summary: &str, tables: &[Table]) -> Result<String, serde_json::Error> {
    page(&TABLES, title, summary, &TablesData { tables })
}

/// A page of one kind.
///
/// It may run its own script and nothing else, named by its hash, and may load nothing (Content Security Policy,
/// level 3): not even data that would get into it as markup could call anybody.
fn page(kind: &Kind, title: &str, summary: &str, data: &impl Serialize) -> Result<String, serde_json::Error> {
    let data = harmless(&serde_json::to_string(data)?);
    let script = format!("{COMMON}{}", kind.script);
    Ok(framed(&text(title), &text(summary), kind.body, Some(&Script { text: &script, data: &data })))
}

/// What a page runs, and the JSON that it shows.
struct Script<'s> {
    text: &'s str,
    data: &'s str,
}

/// A page in the frame that all have; title, summary and body are markup. Without a script its policy allows none.
fn framed(title: &str, summary: &str, body: &str, script: Option<&Script<'_>>) -> String {
    let allowed = script.map(|script| format!("script-src 'sha256-{}'; ", hash(script.text)));
    let policy = format!(
        "default-src 'none'; {}style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        allowed.unwrap_or_default(),
        hash(STYLE)
    );
    let scripts = script.map(|Script { text, data }| {
        format!("<script type=\"application/json\" id=\"data\">{data}</script>\n<script>{text}</script>\n")
    });
    let footer = text(concat!("Made by Rolewright ", env!("CARGO_PKG_VERSION"), "."));
    let words = [
        ("@policy@", policy.as_str()),
        ("@title@", title),
        ("@summary@", summary),
        ("@body@", body),
        ("@footer@", &footer),
        ("@style@", STYLE),
        ("@scripts@", &scripts.unwrap_or_default()),
    ];
    filled(FRAME, &words)
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
