//! `rolewright validate`

use super::args::{Global, ValidateArguments};
use super::choices::FindingFormat;
use super::clock::as_of;
use super::exit::{Exit, Stop};
use super::{out, workspace};
use crate::language::load;
use crate::lint::lint;
use crate::model::{Finding, Severity};
use crate::render::{codes, findings};

/// Shows every finding of the workspace at once.
pub(super) fn run(global: &Global, arguments: &ValidateArguments) -> Result<Exit, Stop> {
    let sources = workspace::sources_at(global, arguments.revision.as_deref())?;
    let as_of = as_of(global.as_of.as_deref())?;
    let mut checked = load(&sources, as_of);
    if let Some(policies) = &checked.policies {
        checked.findings.extend(lint(policies, &sources, as_of));
    }
    let text = match arguments.format {
        FindingFormat::Human => {
            let text = findings::text(&checked.findings, &sources, out::colour(global.color), out::width());
            text + &more(&checked.findings)
        }
        FindingFormat::Json => findings::json(&checked.findings, &sources),
        FindingFormat::Sarif => findings::sarif(&checked.findings, &sources),
        FindingFormat::Github => findings::github(&checked.findings, &sources),
        FindingFormat::Gitlab => findings::gitlab(&checked.findings, &sources),
    };
    out::data(&text);
    Ok(if checked.failed() { Exit::Error } else { Exit::Done })
}

/// The line that says where to read more, about an error if there is one.
fn more(findings: &[Finding]) -> String {
    let error = findings.iter().find(|finding| finding.severity == Severity::Error);
    error.or(findings.first()).map_or(String::new(), |finding| codes::hint(finding.code) + "\n")
}
