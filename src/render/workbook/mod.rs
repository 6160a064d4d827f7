//! A run or a plan as an Excel workbook (ECMA-376): added, deleted, updated, errors, unchanged (behaviour DS-15). Gives
//! bytes; the only time in it is the run's.

mod part;
mod rows;
mod sheet;

use super::report::RunReport;
use part::{Part, Parts};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// A workbook could not be created.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be made: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The workbook of reports: where there are several, each row begins with its application. Every cell is text.
///
/// # Errors
/// When it exceeds the format: more attributes than a sheet has columns.
pub fn workbook(reports: &[RunReport<'_>]) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(reports)?);
    workbook.push_worksheet(rows::summary(reports)?);
    let planned = reports.iter().filter_map(|report| Some(Part::of(report, report.plan?)));
    let planned: Vec<Part<'_>> = planned.collect();
    if !planned.is_empty() {
        let (many, is_of_a_run) = (reports.len() > 1, reports.iter().any(RunReport::is_of_a_run));
        let parts = Parts { parts: planned, many, is_of_a_run };
        workbook.push_worksheet(rows::added(&parts)?);
        workbook.push_worksheet(rows::deleted(&parts)?);
        workbook.push_worksheet(rows::updated(&parts)?);
        workbook.push_worksheet(rows::errors(&parts)?);
        workbook.push_worksheet(rows::left(&parts)?);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The same reports give the same bytes: the date is the run's, not the time of writing.
fn properties(reports: &[RunReport<'_>]) -> Result<DocProperties, XlsxError> {
    let planned = reports.iter().find_map(|report| Some(report.plan?.as_of.to_string()));
    let day = planned.or_else(|| reports.iter().find_map(|report| Some(report.run?.as_of.clone())));
    let day = day.unwrap_or_default();
    let day = ExcelDateTime::parse_from_str(&day).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    Ok(DocProperties::new().set_creation_datetime(&day))
}
