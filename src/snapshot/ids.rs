//! A column of unique ids, with a look-up from id to row.

use super::texts::Texts;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;

/// Unique, non-empty ids, one a row. Look-ups depend on equality only, never on the order of hashing, so the random
/// seed of the hasher (against crafted collisions) does not affect any result.
#[derive(Debug, Default)]
pub struct IdColumn {
    texts: Texts,
    rows: HashTable<u32>,
    hasher: RandomState,
    overflowed: bool,
}

/// Ids that are looked up together.
const BATCH: usize = 64;

/// An id to look up.
struct IdLookup<'i, K> {
    key: K,
    id: &'i str,
    hash: u64,
    row: Option<u32>,
}

impl IdColumn {
    /// Adds an id and returns its row.
    ///
    /// # Errors
    /// The row of the same id, if it was already added.
    pub fn insert(&mut self, id: &str) -> Result<u32, u32> {
        let Self { texts, rows, hasher, overflowed } = self;
        let of = |row: &u32| texts.get(*row as usize);
        let hash = hasher.hash_one(id);
        match rows.entry(hash, |row| of(row) == id, |row| hasher.hash_one(of(row))) {
            Entry::Occupied(found) => Err(*found.get()),
            Entry::Vacant(vacant) => {
                let row = texts.len() as u32;
                vacant.insert(row);
                if !texts.push(id) {
                    *overflowed = true;
                    texts.push("");
                }
                Ok(row)
            }
        }
    }

    /// The row of an id.
    pub fn row(&self, id: &str) -> Option<u32> {
        self.find(self.hasher.hash_one(id), id)
    }

    /// Looks up many ids and passes each with its key and its row to `found`, in their order. Each step is done for a
    /// batch of ids before the next step, so that their memory accesses overlap.
    pub fn rows_of<'i, K: Copy>(
        &self,
        ids: impl IntoIterator<Item = (K, &'i str)>,
        mut found: impl FnMut(K, &'i str, Option<u32>),
    ) {
        let mut ids = ids.into_iter();
        let mut sought: Vec<IdLookup<'i, K>> = Vec::with_capacity(BATCH);
        loop {
            sought.clear();
            let some = ids.by_ref().take(BATCH);
            sought.extend(some.map(|(key, id)| IdLookup {
                key,
                id,
                hash: self.hasher.hash_one(id),
                row: None,
            }));
            if sought.is_empty() {
                return;
            }
            // The first row with an equal hash is almost always the right one.
            sought.iter_mut().for_each(|one| one.row = self.rows.find(one.hash, |_| true).copied());
            for one in &sought {
                let is_other = |row: &u32| self.id(*row) != one.id;
                let row = if one.row.as_ref().is_some_and(is_other) {
                    self.find(one.hash, one.id)
                } else {
                    one.row
                };
                found(one.key, one.id, row);
            }
        }
    }

    /// The id in a row.
    pub fn id(&self, row: u32) -> &str {
        self.texts.get(row as usize)
    }

    /// Whether an id was dropped because the arena was full; such a column must not be used.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    fn find(&self, hash: u64, id: &str) -> Option<u32> {
        self.rows.find(hash, |row| self.texts.get(*row as usize) == id).copied()
    }

    /// The number of ids.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
