//! Spreadsheets: every cell is text, and no value adds a cell.

use super::faces::planned;
use super::{every, values::values};
use crate::support::spreadsheet::sheets;
use crate::workbook::{hostile, of_plan};
use rolewright::render::plan::{Shown, tsv};

#[test]
fn c6_no_value_is_a_formula_or_a_column_of_a_table() {
    every(&values(), |value| {
        let (_, plan) = planned(value);
        let text = tsv(&Shown { plan: &plan, refusals: &[] });
        let rows = plan.changes.len();
        if text.lines().count() < rows {
            return Err(format!("{} lines of {rows} changes", text.lines().count()));
        }
        for cell in text.split(['\n', '\t']) {
            let formula = ['=', '+', '-', '@', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
            if cell.starts_with(formula) || cell.contains(char::is_control) {
                return Err(format!("{cell:?}"));
            }
        }
        match text.lines().find(|line| line.split('\t').count() != 9) {
            Some(line) => Err(format!("{line:?}")),
            None => Ok(()),
        }
    });
}

#[test]
fn c6_no_value_is_more_than_text_in_a_workbook() {
    // Each value is in dozens of cells, and a file takes long to write; so only the values without surrounding text are
    // used.
    let values: Vec<String> = values().into_iter().step_by(3).filter(|value| value.len() < 5_000).collect();
    every(&values, |value| {
        for (name, rows) in &sheets(&of_plan(&hostile(value))) {
            let width = rows[0].len();
            if rows.iter().any(|row| row.len() != width)
                || rows.iter().flatten().any(|cell| cell.contains(char::is_control))
            {
                return Err(format!("{name}: {rows:?}"));
            }
        }
        Ok(())
    });
}
