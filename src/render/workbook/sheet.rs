//! One sheet: a row of headings, then rows of text. No text of a cell is interpreted by a spreadsheet; counts are numbers.

use crate::render::escape::visible;
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

/// The most rows of a sheet; a spreadsheet's limit is 1,048,576.
const MAX_ROWS: u32 = 1_000_000;
/// The most UTF-16 units of a cell; a spreadsheet's limit is 32,767.
const MAX_UNITS: usize = 32_000;

/// A sheet being filled.
pub(super) struct Sheet {
    sheet: Worksheet,
    text: Format,
    number: Format,
    rows: u32,
    left_out: u64,
    columns: u16,
    /// Whether rows begin with their application.
    many: bool,
    application: String,
}

impl Sheet {
    /// A sheet with headings, each with its width in characters. `many`: rows begin with their application.
    pub(super) fn new(name: &str, headings: &[(&str, u16)], many: bool) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        // Printed, every column fits the page's width, and each page has the headings.
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        // The prefix keeps it text even if someone edits the cell and presses Enter (threat C6).
        let text = Format::new().set_num_format("@").set_quote_prefix().set_align(FormatAlign::Top);
        let heading = text.clone().set_bold();
        let mut columns = 0;
        let first: &[(&str, u16)] = if many { &[("Application", 24)] } else { &[] };
        for (title, width) in first.iter().chain(headings) {
            sheet.set_column_width(columns, *width)?;
            sheet.write_string_with_format(0, columns, cell(title), &heading)?;
            columns += 1;
        }
        let number =
            Format::new().set_num_format("0").set_align(FormatAlign::Top).set_align(FormatAlign::Left);
        Ok(Self { sheet, text, number, rows: 0, left_out: 0, columns, many, application: String::new() })
    }

    /// Names the application of the rows that follow.
    pub(super) fn application(&mut self, name: &str) {
        name.clone_into(&mut self.application);
    }

    fn first_column(&self) -> u16 {
        u16::from(self.many)
    }

    /// Adds a row. Rows above the limit are only counted.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<(), XlsxError> {
        if self.rows == MAX_ROWS {
            self.left_out += 1;
            return Ok(());
        }
        self.rows += 1;
        if self.many {
            self.sheet.write_string_with_format(self.rows, 0, cell(&self.application), &self.text)?;
        }
        for (column, text) in (self.first_column()..).zip(cells) {
            self.sheet.write_string_with_format(self.rows, column, cell(text.as_ref()), &self.text)?;
        }
        Ok(())
    }

    /// Adds a row of a name and a number.
    pub(super) fn number(&mut self, name: &str, number: usize) -> Result<(), XlsxError> {
        self.row(&[name])?;
        // Counts are far below the numbers that a spreadsheet rounds.
        let column = self.first_column() + 1;
        self.sheet.write_number_with_format(self.rows, column, number as f64, &self.number)?;
        Ok(())
    }

    /// The sheet, with a last row that says how many did not fit.
    pub(super) fn finish(mut self) -> Result<Worksheet, XlsxError> {
        self.sheet.autofilter(0, 0, self.rows, self.columns.saturating_sub(1))?;
        if self.left_out > 0 {
            let note = format!("and {} more rows: `rolewright plan --format tsv` has all", self.left_out);
            self.sheet.write_string_with_format(self.rows + 1, 0, note, &self.text)?;
        }
        Ok(self.sheet)
    }
}

/// Text that XML and a cell can hold: invisible characters become `\u{..}`, long text is truncated with a note.
fn cell(text: &str) -> String {
    let mut shown = visible(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}");
    let mut units = 0;
    let end = shown.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > MAX_UNITS
    });
    if let Some((end, _)) = end {
        let more = shown[end..].chars().count();
        shown.truncate(end);
        shown.push_str(&format!(" ... ({more} more characters)"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{MAX_UNITS, cell};

    #[test]
    fn a_full_cell_is_truncated_with_a_note() {
        let fits = "x".repeat(MAX_UNITS);
        assert_eq!(cell(&fits), fits);
        let cut = cell(&"\u{1f600}".repeat(20_000));
        assert!(cut.encode_utf16().count() <= 32_767);
        assert!(cut.ends_with("\u{1f600} ... (4000 more characters)"), "{}", &cut[cut.len() - 40..]);
    }

    #[test]
    fn characters_that_xml_lacks_are_escaped() {
        assert_eq!(cell("a\u{0}\u{b}\u{fffe}\u{ffff}\r\n"), "a\\u{0}\\u{b}\\u{fffe}\\u{ffff}\\u{d}\\n");
    }
}
