//! A set of users or accounts by row.

/// Rows as bits: one look-up, an eighth of a byte a row.
#[derive(Clone, Debug, Default)]
pub struct Members {
    words: Vec<u64>,
    count: u32,
}

impl Members {
    /// The set of these rows.
    pub fn new(rows: impl IntoIterator<Item = u32>) -> Self {
        let mut members = Self::default();
        rows.into_iter().for_each(|row| members.insert(row));
        members
    }

    /// Adds a row.
    pub fn insert(&mut self, row: u32) {
        let (word, bit) = (row as usize / 64, 1_u64 << (row % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.count += u32::from(self.words[word] & bit == 0);
        self.words[word] |= bit;
    }

    /// Whether a row is in the set.
    pub fn contains(&self, row: u32) -> bool {
        self.words.get(row as usize / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }

    /// How many rows there are.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}
