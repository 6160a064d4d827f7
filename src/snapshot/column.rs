//! One attribute of many records, one a row.

use super::texts::Texts;
use crate::model::{AttributeType, Field};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Rows after which a column whose values rarely repeat stops looking for repetitions.
const TRIAL_ROWS: usize = 4096;

/// One text a row, or none. If values repeat (department, city), each is stored once.
///
/// With repetitions a row takes 4 bytes besides the distinct texts, otherwise 4 bytes and its text. Texts beyond 4 GiB
/// are dropped, and [`TextColumn::overflowed`] reports it.
#[derive(Debug)]
pub struct TextColumn {
    rows: Rows,
    overflowed: bool,
}

/// The texts of the rows.
#[derive(Debug)]
enum Rows {
    /// Each distinct text once, and for each row its number, counted from 1; 0 is empty.
    Repeating { numbers: Vec<u32>, texts: Texts, dictionary: HashTable<u32>, hasher: RandomState },
    /// A text for each row; empty if there is none.
    Direct(Texts),
}

impl Default for TextColumn {
    fn default() -> Self {
        let (numbers, texts, dictionary, hasher) = Default::default();
        Self { rows: Rows::Repeating { numbers, texts, dictionary, hasher }, overflowed: false }
    }
}

impl TextColumn {
    /// Adds a row; an empty text equals `None`.
    pub fn push(&mut self, text: Option<&str>) {
        self.rows.part_if_useless();
        let text = text.unwrap_or_default();
        if !self.rows.push(text) {
            self.overflowed = true;
            self.rows.push("");
        }
    }

    /// The text of a row; `None` if it is empty.
    #[inline]
    pub fn get(&self, row: u32) -> Option<&str> {
        match &self.rows {
            Rows::Direct(texts) => Some(texts.get(row as usize)).filter(|text| !text.is_empty()),
            Rows::Repeating { numbers, texts, .. } => {
                Some(texts.get((numbers[row as usize] as usize).checked_sub(1)?))
            }
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Direct(texts) => texts.len(),
            Rows::Repeating { numbers, .. } => numbers.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a text was dropped because the arena was full; such a column must not be used.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }
}

impl Rows {
    /// Adds a row. False, and none is added, where the arena is full.
    fn push(&mut self, text: &str) -> bool {
        let Self::Repeating { numbers, texts, dictionary, hasher } = self else {
            let Self::Direct(texts) = self else { return false };
            return texts.push(text);
        };
        if text.is_empty() {
            numbers.push(0);
            return true;
        }
        let hash = hasher.hash_one(text);
        let of = |number: &u32| texts.get(*number as usize - 1);
        let known = dictionary.find(hash, |number| of(number) == text).copied();
        if let Some(number) = known {
            numbers.push(number);
            return true;
        }
        if !texts.push(text) {
            return false;
        }
        let number = texts.len() as u32;
        dictionary.insert_unique(hash, number, |number| hasher.hash_one(texts.get(*number as usize - 1)));
        numbers.push(number);
        true
    }

    /// Gives every row its own text where texts hardly repeat.
    fn part_if_useless(&mut self) {
        let Self::Repeating { numbers, texts, .. } = self else { return };
        let rows = numbers.len();
        if rows < TRIAL_ROWS || !rows.is_multiple_of(TRIAL_ROWS) || texts.len() * 2 <= rows {
            return;
        }
        let mut direct = Texts::default();
        let of = |number: &u32| (*number as usize).checked_sub(1).map_or("", |number| texts.get(number));
        // At most twice the texts that one arena holds already; where that is too much, all stays as it is.
        if numbers.iter().all(|number| direct.push(of(number))) {
            *self = Self::Direct(direct);
        }
    }
}

/// One attribute of a directory's users.
#[derive(Debug)]
pub enum Column {
    /// Texts.
    Text(TextColumn),
    /// Booleans: 0 empty, 1 false, 2 true.
    Boolean(Vec<u8>),
    /// Lists of texts: the end of each row in the column of all elements.
    List(Vec<u32>, TextColumn),
}

impl Column {
    /// An empty column for values of a type.
    pub fn new(kind: AttributeType) -> Self {
        match kind {
            AttributeType::Text => Self::Text(TextColumn::default()),
            AttributeType::Boolean => Self::Boolean(Vec::new()),
            AttributeType::List => Self::List(Vec::new(), TextColumn::default()),
        }
    }

    /// Adds a row. A single text in a list column is a list of one.
    ///
    /// # Errors
    /// When the value does not have the column's type; says what was expected.
    pub fn push(&mut self, field: &Field<'_>) -> Result<(), &'static str> {
        match (self, field) {
            (Self::Text(column), Field::Empty) => column.push(None),
            (Self::Text(column), Field::Text(text)) => column.push(Some(text)),
            (Self::Text(_), _) => return Err("text"),
            (Self::Boolean(rows), Field::Empty) => rows.push(0),
            (Self::Boolean(rows), Field::Boolean(value)) => rows.push(1 + u8::from(*value)),
            (Self::Boolean(_), _) => return Err("`true` or `false`"),
            (Self::List(ends, elements), field) => {
                match field {
                    Field::Empty => {}
                    Field::Text(text) => elements.push(Some(text)),
                    Field::List(texts) => texts.iter().for_each(|text| elements.push(Some(text))),
                    Field::Boolean(_) => return Err("a list of texts"),
                }
                ends.push(elements.len() as u32);
            }
        }
        Ok(())
    }

    /// The value of a row.
    pub fn field(&self, row: u32) -> Field<'_> {
        match self {
            Self::Text(column) => column.get(row).map_or(Field::Empty, |text| Field::Text(text.into())),
            Self::Boolean(rows) => match rows[row as usize] {
                0 => Field::Empty,
                value => Field::Boolean(value == 2),
            },
            Self::List(..) => match self.elements(row).map(Into::into).collect::<Vec<_>>() {
                texts if texts.is_empty() => Field::Empty,
                texts => Field::List(texts),
            },
        }
    }

    /// The elements of a row: of a list all, of a text the one, of a boolean none.
    pub fn elements(&self, row: u32) -> impl Iterator<Item = &str> {
        let (texts, range) = match self {
            Self::Text(column) => (Some(column), row..row + 1),
            Self::Boolean(_) => (None, 0..0),
            Self::List(ends, elements) => {
                let start = row.checked_sub(1).map_or(0, |before| ends[before as usize]);
                (Some(elements), start..ends[row as usize])
            }
        };
        range.filter_map(move |at| texts.and_then(|texts| texts.get(at)))
    }

    /// Whether a text was dropped because the column was full.
    pub fn overflowed(&self) -> bool {
        match self {
            Self::Text(texts) | Self::List(_, texts) => texts.overflowed(),
            Self::Boolean(_) => false,
        }
    }
}
