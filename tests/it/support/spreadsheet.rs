//! Reads workbooks as a spreadsheet program does.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use std::collections::BTreeMap;
use std::io::Cursor;

/// The sheets of a workbook, each as rows of text. Panics if a cell is a formula or anything else but text; only the summary
/// has numbers, which are counts.
pub(crate) fn sheets(bytes: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let mut sheets = BTreeMap::new();
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("a sheet");
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name} has a formula");
        let range = book.worksheet_range(&name).expect("a sheet");
        let rows = range.rows().map(|row| row.iter().map(|cell| text(&name, cell)).collect()).collect();
        sheets.insert(name, rows);
    }
    sheets
}

fn text(sheet: &str, cell: &Data) -> String {
    match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        Data::Float(count) if sheet == "Summary" && count.fract() == 0.0 => count.to_string(),
        other => panic!("{sheet} has a cell that is not text: {other:?}"),
    }
}

/// The rows of a sheet, each by its headings.
pub(crate) fn rows(sheets: &BTreeMap<String, Vec<Vec<String>>>, name: &str) -> Vec<BTreeMap<String, String>> {
    let (headings, rows) = sheets[name].split_first().expect("headings");
    rows.iter().map(|row| headings.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}
