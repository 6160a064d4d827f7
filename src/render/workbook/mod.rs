//! A run or a plan as an Excel workbook (ECMA-376): added, deleted, updated, errors, unchanged (behaviour DS-15). Gives
//! bytes; the only time in it is the run's.

mod rows;
mod sheet;

use super::plan::Sorted;
use super::report::RunReport;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// A workbook could not be created.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be made: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The workbook of a report. Every cell is text.
///
/// # Errors
/// When it exceeds the format: more attributes than a sheet has columns.
pub fn workbook(report: &RunReport<'_>) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report)?);
    workbook.push_worksheet(rows::summary(report)?);
    if let Some(plan) = report.plan {
        let sorted = Sorted::new(plan);
        workbook.push_worksheet(rows::added(report, plan, &sorted.added)?);
        workbook.push_worksheet(rows::deleted(report, plan, &sorted.removed)?);
        workbook.push_worksheet(rows::updated(report, plan, &sorted.updated)?);
        workbook.push_worksheet(rows::errors(report, plan)?);
        workbook.push_worksheet(rows::left(plan)?);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The same report gives the same bytes: the date is the run's, not the time of writing.
fn properties(report: &RunReport<'_>) -> Result<DocProperties, XlsxError> {
    let day = report.plan.map(|plan| plan.as_of.to_string());
    let day = day.or_else(|| Some(report.run?.as_of.clone())).unwrap_or_default();
    let day = ExcelDateTime::parse_from_str(&day).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    Ok(DocProperties::new().set_creation_datetime(&day))
}
