//! One attribute of many records, a row each.

use crate::model::{AttributeType, Field};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Rows after which a column whose values hardly repeat stops looking for repetitions.
const TRIAL_ROWS: usize = 4096;

/// Texts in one arena. A column whose values repeat (department, city) holds each once.
///
/// A row takes 4 bytes, each distinct text 4 bytes and its own length. An arena holds 4 GiB; a text beyond that is not
/// taken, and [`TextColumn::overflowed`] says so.
#[derive(Debug, Default)]
pub struct TextColumn {
    /// Entry of each row, counted from 1; 0 is empty.
    rows: Vec<u32>,
    /// Where each entry ends in the arena; it starts where the one before it ends.
    ends: Vec<u32>,
    arena: String,
    dictionary: Dictionary,
    overflowed: bool,
}

/// Finds the entry of a text that was seen before, as long as that pays.
#[derive(Debug)]
enum Dictionary {
    Looking { entries: HashTable<u32>, hasher: RandomState },
    GivenUp,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::Looking { entries: HashTable::new(), hasher: RandomState::default() }
    }
}

impl TextColumn {
    /// Adds a row; an empty text is the same as none.
    pub fn push(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            self.rows.push(0);
            return;
        };
        self.give_up_if_useless();
        let entry = match &mut self.dictionary {
            Dictionary::GivenUp => self.append(text),
            Dictionary::Looking { .. } => self.find_or_append(text),
        };
        self.rows.push(entry);
    }

    /// Adds a row whose text no other row has, without looking for it.
    pub(super) fn push_unique(&mut self, text: &str) {
        self.dictionary = Dictionary::GivenUp;
        let entry = self.append(text);
        self.rows.push(entry);
    }

    /// The text of a row; none where it is empty.
    pub fn get(&self, row: u32) -> Option<&str> {
        let entry = self.rows[row as usize] as usize;
        let last = entry.checked_sub(1)?;
        let start = last.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.arena[start as usize..self.ends[last] as usize])
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a text was left out because the arena was full; such a column must not be used.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    fn append(&mut self, text: &str) -> u32 {
        match u32::try_from(self.arena.len() + text.len()) {
            Ok(end) => {
                self.arena.push_str(text);
                self.ends.push(end);
                self.ends.len() as u32
            }
            Err(_) => {
                self.overflowed = true;
                0
            }
        }
    }

    fn find_or_append(&mut self, text: &str) -> u32 {
        let Dictionary::Looking { entries, hasher } = &self.dictionary else { return self.append(text) };
        let hash = hasher.hash_one(text);
        if let Some(entry) = entries.find(hash, |entry| self.entry(*entry) == text) {
            return *entry;
        }
        let new = self.append(text);
        let Self { arena, ends, dictionary, .. } = self;
        if let Dictionary::Looking { entries, hasher } = dictionary {
            entries.insert_unique(hash, new, |entry| hasher.hash_one(entry_text(arena, ends, *entry)));
        }
        new
    }

    fn entry(&self, entry: u32) -> &str {
        entry_text(&self.arena, &self.ends, entry)
    }

    fn give_up_if_useless(&mut self) {
        let rows = self.rows.len();
        if rows >= TRIAL_ROWS && rows.is_multiple_of(TRIAL_ROWS) && self.ends.len() * 2 > rows {
            self.dictionary = Dictionary::GivenUp;
        }
    }
}

fn entry_text<'a>(arena: &'a str, ends: &[u32], entry: u32) -> &'a str {
    let last = entry as usize - 1;
    let start = last.checked_sub(1).map_or(0, |before| ends[before]);
    &arena[start as usize..ends[last] as usize]
}

/// One attribute of a directory's users.
#[derive(Debug)]
pub enum Column {
    /// Texts.
    Text(TextColumn),
    /// Booleans: 0 empty, 1 false, 2 true.
    Boolean(Vec<u8>),
    /// Lists of texts: where each row ends in the column of all elements.
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
    /// When the value is not of the column's type: says what was expected.
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

    /// The elements of a row: of a list its own, of a text the one, of a boolean none.
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

    /// Whether a text was left out because the column was full.
    pub fn overflowed(&self) -> bool {
        match self {
            Self::Text(texts) | Self::List(_, texts) => texts.overflowed(),
            Self::Boolean(_) => false,
        }
    }
}
