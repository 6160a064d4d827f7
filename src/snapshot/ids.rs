//! A column of unique ids and the way back from an id to its row.

use super::column::TextColumn;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Unique, non-empty ids, a row each. Look-ups never depend on the order of hashing, only on equality, so the
/// randomly seeded hasher (against crafted collisions) does not reach any result.
#[derive(Debug, Default)]
pub struct IdColumn {
    texts: TextColumn,
    rows: HashTable<u32>,
    hasher: RandomState,
}

impl IdColumn {
    /// Adds an id and gives its row, or the row that has it already.
    ///
    /// # Errors
    /// The row of the same id, when there is one.
    pub fn insert(&mut self, id: &str) -> Result<u32, u32> {
        let Self { texts, rows, hasher } = self;
        let hash = hasher.hash_one(id);
        let entry = rows.entry(
            hash,
            |row| texts.get(*row) == Some(id),
            |row| hasher.hash_one(texts.get(*row).unwrap_or_default()),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => Err(*found.get()),
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                let row = texts.len() as u32;
                vacant.insert(row);
                texts.push_unique(id);
                Ok(row)
            }
        }
    }

    /// The row of an id.
    pub fn row(&self, id: &str) -> Option<u32> {
        self.rows.find(self.hasher.hash_one(id), |row| self.texts.get(*row) == Some(id)).copied()
    }

    /// The id in a row.
    pub fn id(&self, row: u32) -> &str {
        self.texts.get(row).unwrap_or_default()
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
