//! What the sheets of a workbook show.

use crate::plan::Plan;
use crate::render::plan::Sorted;
use crate::render::report::RunReport;

/// A report with its plan, sorted into sheets.
pub(super) struct Part<'r> {
    pub(super) report: &'r RunReport<'r>,
    pub(super) plan: &'r Plan,
    pub(super) sorted: Sorted<'r>,
}

impl<'r> Part<'r> {
    /// Sorts the plan.
    pub(super) fn of(report: &'r RunReport<'r>, plan: &'r Plan) -> Self {
        Self { report, plan, sorted: Sorted::new(plan) }
    }
}

/// What the sheets show.
pub(super) struct Parts<'r> {
    pub(super) parts: Vec<Part<'r>>,
    /// Whether rows name their application.
    pub(super) many: bool,
    pub(super) is_of_a_run: bool,
}
