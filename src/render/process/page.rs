//! The status page: applications, their last runs, what is held, when the next is due. It loads nothing and runs nothing.

use super::state::{InstanceState, PoliciesState, Process};
use crate::model::rfc3339_of;
use crate::render::escape::visible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt::Write;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #bbb}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}";

/// A page, and the policy that its server sends with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTML.
    pub html: String,
    /// Its Content Security Policy: only its own style sheet, named by its hash.
    pub policy: String,
}

/// The status page.
pub fn page(process: &Process) -> Page {
    let policies = match process.policies {
        PoliciesState::Unread => "not read yet",
        PoliciesState::Sound => "sound",
        PoliciesState::Unsound => "with errors: nothing is applied",
    };
    let looked = process.looked.map_or_else(|| "never".to_owned(), rfc3339_of);
    let commit = text(process.commit.as_deref().unwrap_or("unknown"));
    let mut rows = String::new();
    for (name, state) in &process.instances {
        let cells = [text(&name.environment), text(&name.application)].into_iter().chain(cells(state));
        let cells: String = cells.map(|cell| format!("<td>{cell}</td>")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(rows, "<tr>{cells}</tr>");
    }
    let html = format!(
        "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rolewright</title>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head><body>
<h1>Rolewright {}</h1>
<p>Policies: {policies}. Commit: {commit}. The branch was read: {looked}; {} times it could not be.</p>
<table><thead><tr><th scope=\"col\">Environment</th><th scope=\"col\">Application</th><th scope=\"col\">Last run</th>\
<th scope=\"col\">Ended</th><th scope=\"col\">Outcome</th><th scope=\"col\">Error</th><th scope=\"col\">Held</th>\
<th scope=\"col\">Quarantined</th><th scope=\"col\">Next run</th></tr></thead><tbody>
{rows}</tbody></table></body></html>
",
        text(process.version),
        process.failed_looks,
    );
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Page { html, policy }
}

fn cells(state: &InstanceState) -> [String; 7] {
    let last = state.last.as_ref();
    let next = state.next.map_or_else(|| "after a merge".to_owned(), rfc3339_of);
    [
        text(last.and_then(|run| run.run.as_deref()).unwrap_or("none")),
        last.map_or_else(String::new, |run| rfc3339_of(run.at)),
        last.map_or("", |run| run.outcome).to_owned(),
        last.and_then(|run| run.error).unwrap_or_default().to_owned(),
        state.counts.held.to_string(),
        state.counts.quarantined.to_string(),
        next,
    ]
}

/// Text in HTML.
fn text(text: &str) -> String {
    let text = visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
