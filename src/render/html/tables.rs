//! Tables as the page's script reads them.

use crate::render::escape::visible;
use serde::Serialize;

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Its title.
    pub title: String,
    /// Sentences above it.
    pub notes: Vec<String>,
    /// What stands there instead of rows where it has none.
    pub empty: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Whether readers may choose one of its values.
    pub choose: bool,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What its first cell stands out as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// A text for each column; line ends are kept.
    pub cells: Vec<String>,
}

/// What stands out, by colour and weight; a word says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// Something is wrong, or was taken.
    Takes,
    /// Something is right, or was given.
    Gives,
    /// Something needs a look.
    Changes,
}

impl Column {
    /// A column without a choice.
    pub const fn plain(name: &'static str) -> Self {
        Self { name, choose: false }
    }

    /// A column whose values readers may choose.
    pub const fn chosen(name: &'static str) -> Self {
        Self { name, choose: true }
    }
}

impl Row {
    /// A row of data. What cannot be seen in it is made visible; each line of a cell stays a line.
    pub fn new<T: AsRef<str>>(mark: Option<Mark>, cells: &[T]) -> Self {
        let shown = |text: &str| text.lines().map(visible).collect::<Vec<_>>().join("\n");
        Self { mark, cells: cells.iter().map(|cell| shown(cell.as_ref())).collect() }
    }
}
