//! Rows that have the same value, found by sorting hashes: 16 bytes a row, whatever the values' length.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use rayon::prelude::*;
use std::borrow::Cow;
use std::hash::BuildHasher;

/// How values are compared. Only ASCII case is ever ignored (threat D2).
#[derive(Clone)]
pub(super) struct Equality {
    case_exact: bool,
    hasher: RandomState,
}

impl Equality {
    pub(super) fn new(case_exact: bool) -> Self {
        Self { case_exact, hasher: RandomState::default() }
    }

    /// Whether two values are the same.
    pub(super) fn same(&self, one: &str, other: &str) -> bool {
        if self.case_exact { one == other } else { one.eq_ignore_ascii_case(other) }
    }

    /// The hash of a value, the same for values that are the same.
    pub(super) fn hash(&self, value: &str, buffer: &mut String) -> u64 {
        if self.case_exact {
            return self.hasher.hash_one(value);
        }
        buffer.clear();
        buffer.push_str(value);
        buffer.make_ascii_lowercase();
        self.hasher.hash_one(buffer.as_str())
    }
}

/// Rows by the hash of their value, sorted by it.
pub(super) struct HashedRows(Vec<(u64, u32)>);

impl HashedRows {
    /// Hashes the values of rows. The hashes differ from run to run, so nothing may depend on their order.
    pub(super) fn new<'v>(
        rows: impl IntoParallelIterator<Item = u32, Iter: IndexedParallelIterator>,
        value: impl Fn(u32) -> Option<Cow<'v, str>> + Sync,
        equality: &Equality,
    ) -> Self {
        Self::only(rows, value, equality, |_| true)
    }

    /// The same of those rows alone whose hash some row of `others` has.
    pub(super) fn meeting<'v>(
        others: &Self,
        rows: impl IntoParallelIterator<Item = u32, Iter: IndexedParallelIterator>,
        value: impl Fn(u32) -> Option<Cow<'v, str>> + Sync,
        equality: &Equality,
    ) -> Self {
        let mut hashes = HashTable::with_capacity(others.0.len());
        for (hash, _) in &others.0 {
            hashes.insert_unique(*hash, *hash, |hash| *hash);
        }
        Self::only(rows, value, equality, |hash| hashes.find(hash, |other| *other == hash).is_some())
    }

    fn only<'v>(
        rows: impl IntoParallelIterator<Item = u32, Iter: IndexedParallelIterator>,
        value: impl Fn(u32) -> Option<Cow<'v, str>> + Sync,
        equality: &Equality,
        is_wanted: impl Fn(u64) -> bool + Sync,
    ) -> Self {
        let hashed = |buffer: &mut String, row| {
            let hash = equality.hash(&value(row)?, buffer);
            is_wanted(hash).then_some((hash, row))
        };
        let rows = rows.into_par_iter().with_min_len(4096);
        // `flatten` would make a list of its own of each row.
        let mut rows: Vec<(u64, u32)> = rows.map_init(String::new, hashed).flatten_iter().collect();
        rows.par_sort_unstable();
        Self(rows)
    }

    /// The rows that share a hash, at least two, run by run.
    pub(super) fn repeated(&self) -> impl Iterator<Item = Vec<u32>> {
        self.0
            .chunk_by(|one, other| one.0 == other.0)
            .filter(|run| run.len() > 1)
            .map(|run| run.iter().map(|(_, row)| *row).collect())
    }

    /// Runs of rows with the hashes in common: those here, and those of `other`.
    pub(super) fn common<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = (Vec<u32>, Vec<u32>)> {
        self.0.chunk_by(|one, other| one.0 == other.0).filter_map(|run| {
            let hash = run[0].0;
            let start = other.0.partition_point(|(other, _)| *other < hash);
            let found: Vec<u32> = other.0[start..]
                .iter()
                .take_while(|(other, _)| *other == hash)
                .map(|(_, row)| *row)
                .collect();
            (!found.is_empty()).then(|| (run.iter().map(|(_, row)| *row).collect(), found))
        })
    }
}

/// Parts rows that share a hash by their values: each value with its rows, sorted. Of several spellings the last in
/// the alphabet stands, so that messages do not depend on the order of reading.
pub(super) fn by_value<'v>(
    rows: &[u32],
    value: impl Fn(u32) -> Option<Cow<'v, str>>,
    equality: &Equality,
) -> Vec<(Cow<'v, str>, Vec<u32>)> {
    let mut parts: Vec<(Cow<'v, str>, Vec<u32>)> = Vec::new();
    for row in rows {
        let Some(value) = value(*row) else { continue };
        match parts.iter_mut().find(|(other, _)| equality.same(other, &value)) {
            Some((spelling, rows)) => {
                rows.push(*row);
                if value > *spelling {
                    *spelling = value;
                }
            }
            None => parts.push((value, vec![*row])),
        }
    }
    parts.iter_mut().for_each(|(_, rows)| rows.sort_unstable());
    parts
}
