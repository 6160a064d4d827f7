//! Publishes on a pull request: one comment, and for each application a check run with its record.

use super::part::Part;
use crate::cmd::code::Code;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::forge::{Forge, check_name, conclusion, told};
use crate::cmd::out;
use crate::model::Commit;
use crate::render::impact::{COMMENT, InstanceImpact, Meaning, comment};
use crate::wire::github::{Marker, NewCheckRun};

/// The hidden name of the comment.
pub(super) const MARKER: &str = "plan";

/// Publishes both, each with the link to the page. `hides`: only counts are shown. The check runs are first, so that readers of the comment find them.
pub(super) fn publish(
    forge: &Forge,
    number: u64,
    head: &Commit,
    parts: &mut [Part],
    hides: bool,
    link: &str,
) -> Result<(), Stop> {
    let publisher = forge.publisher()?;
    for part in parts.iter_mut().filter(|part| !matches!(part.shown.meaning, Meaning::Same)) {
        let text = match &mut part.record {
            Some(record) => Some(record.text().map_err(|error| Stop::new(Code::Defect, error.to_string()))?),
            None => None,
        };
        let run = NewCheckRun {
            name: &check_name(&part.shown.instance),
            head,
            title: title(part),
            summary: &(comment(&[&part.shown], COMMENT, hides) + link),
            text: text.as_deref(),
            conclusion: conclusion(part.exit),
            annotations: &[],
        };
        forge.wait(publisher.create_check_run(&run))?;
    }
    let shown: Vec<&InstanceImpact> = parts.iter().map(|part| &part.shown).collect();
    let text = comment(&shown, COMMENT, hides) + link;
    tell(forge, number, head, &text)
}

/// Publishes that no plan could be made; the reason is in the job's log and, for errors in policies, beside the lines.
pub(super) fn failed(forge: &Forge, number: u64, head: &Commit, exit: Exit) -> Result<(), Stop> {
    let why = if exit == Exit::Waits {
        "The branch has merge conflicts: merge or rebase it, and push."
    } else {
        "The policies have errors, or cannot be read: the job's log says where."
    };
    tell(
        forge,
        number,
        head,
        &format!("## What this change does to people\n\n**Nothing could be planned.** {why}\n"),
    )
}

fn tell(forge: &Forge, number: u64, head: &Commit, text: &str) -> Result<(), Stop> {
    let publisher = forge.publisher()?;
    let marker = Marker::new(MARKER).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
    let upserted = forge.wait(publisher.upsert_comment(number, &marker, head, text))?;
    out::talk(&format!("pull request {number}: {}", told(upserted)));
    Ok(())
}

fn title(part: &Part) -> &'static str {
    match part.exit {
        Exit::Done => "Planned",
        Exit::Refused => "A guard would refuse",
        Exit::Waits => "Waits for a person",
        Exit::Error | Exit::Incomplete | Exit::Changes | Exit::Partial | Exit::Leased => {
            "Could not be planned"
        }
    }
}
