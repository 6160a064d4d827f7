//! Texts stored end to end in one arena.

/// Texts by index, from 0. If all have the same length (most ids do) no ends are stored; otherwise 4 bytes a text.
///
/// An arena holds 4 GiB.
#[derive(Debug, Default)]
pub(super) struct Texts {
    arena: String,
    ends: Ends,
}

#[derive(Debug)]
enum Ends {
    /// The number of texts, and their common length in bytes.
    Even { count: usize, width: usize },
    /// Where each ends; it starts at the end of the previous one.
    Each(Vec<u32>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Even { count: 0, width: 0 }
    }
}

impl Texts {
    /// Adds a text; returns `false` and adds nothing if the arena is full.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.arena.len() + text.len()) else { return false };
        self.arena.push_str(text);
        match &mut self.ends {
            Ends::Each(ends) => ends.push(end),
            Ends::Even { count, width } if *count == 0 || *width == text.len() => {
                (*count, *width) = (*count + 1, text.len());
            }
            Ends::Even { count, width } => {
                let mut ends: Vec<u32> = (1..=*count).map(|index| (index * *width) as u32).collect();
                ends.push(end);
                self.ends = Ends::Each(ends);
            }
        }
        true
    }

    /// The text at an index below [`len`](Self::len).
    #[inline]
    pub(super) fn get(&self, number: usize) -> &str {
        match &self.ends {
            Ends::Even { width, .. } => &self.arena[number * width..(number + 1) * width],
            Ends::Each(ends) => {
                let start = number.checked_sub(1).map_or(0, |before| ends[before]);
                &self.arena[start as usize..ends[number] as usize]
            }
        }
    }

    /// The number of texts.
    pub(super) fn len(&self) -> usize {
        match &self.ends {
            Ends::Even { count, .. } => *count,
            Ends::Each(ends) => ends.len(),
        }
    }

    /// All texts in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// Removes all texts; keeps the memory.
    pub(super) fn clear(&mut self) {
        self.arena.clear();
        self.ends = Ends::default();
    }
}
