//! The drift report: an issue that is open while the applications differ from the policies.

use super::code::Code;
use super::exit::Stop;
use super::forge::Forge;
use super::out;
use crate::publish::github::Upserted;
use crate::render::drift::{Drifted, TITLE, report};
use crate::wire::github::Marker;

/// The hidden name of the issue.
const MARKER: &str = "drift";

/// Opens the issue, updates its text, or closes it.
pub(super) fn tell(drifted: &[Drifted], hides: bool) -> Result<(), Stop> {
    let forge = Forge::of_environment()?;
    let publisher = forge.publisher()?;
    let marker = Marker::new(MARKER).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
    let Some(text) = report(drifted, hides) else {
        let closed = forge.wait(publisher.close_issue(&marker))?;
        closed
            .iter()
            .for_each(|number| out::talk(&format!("issue {number}: closed, nothing differs any more")));
        return Ok(());
    };
    match forge.wait(publisher.upsert_issue(&marker, TITLE, &text))? {
        Upserted::Created(number) => out::talk(&format!("issue {number}: opened, {TITLE}")),
        Upserted::Updated(number) => out::talk(&format!("issue {number}: updated")),
        Upserted::Unchanged(number) => out::talk(&format!("issue {number}: unchanged")),
        Upserted::Superseded(_) => {}
    }
    Ok(())
}
