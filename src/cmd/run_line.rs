//! One run as JSON, the same in every command.

use super::code::Code;
use super::exit::Stop;
use crate::gate::RunRecord;
use crate::render::escape;
use serde::Serialize;

/// Its application, and the ledger's record.
#[derive(Serialize)]
struct Line<'l> {
    instance: &'l str,
    #[serde(flatten)]
    record: &'l RunRecord,
}

/// One JSON document, with a line end.
///
/// # Errors
/// Never for a record: it holds texts and numbers.
pub(super) fn run_line(instance: &str, record: &RunRecord) -> Result<String, Stop> {
    let line = serde_json::to_string(&Line { instance, record });
    let line = line.map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
    Ok(escape::json(format!("{line}\n")))
}
