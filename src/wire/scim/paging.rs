//! Reads a list to its end, and knows that it was the end (S21 to S27).

/// Counts the pages of one list. It never sees a record: the caller says how many were new.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    received: u64,
    seen: u64,
    total: Option<u64>,
    beyond_page: bool,
}

/// What to do after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Request the page that starts at this index.
    Next(u64),
    /// All were read.
    Done,
}

/// Why not everything was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The list changed during the read, or the service contradicts itself.
    #[error("`totalResults` is {before} on one page and {now} on a later one")]
    Totals {
        /// The value on earlier pages.
        before: u64,
        /// The value on this page.
        now: u64,
    },
    /// A page brought nothing new before the total was reached.
    #[error(
        "{seen} came, but `totalResults` is {total}: pages are missing, or the service ignores `startIndex`"
    )]
    Count {
        /// How many different ones were read.
        seen: u64,
        /// How many there should be.
        total: u64,
    },
}

impl Walk {
    /// Where the next page starts, from 1 (S21): behind what was received, whatever page size the service claims (S22).
    pub fn start_index(&self) -> u64 {
        self.received + 1
    }

    /// Accepts a page: the number of its resources, how many of them were new, and its `totalResults`.
    ///
    /// A list ends on a page that brings nothing new, or once all of `totalResults` were seen; the latter only if
    /// `totalResults` was ever more than a page's own length, since some services send that length (S23).
    ///
    /// # Errors
    /// When pages contradict each other, or the list ends too early.
    pub fn accept(&mut self, received: u64, new: u64, total: Option<u64>) -> Result<Step, ListError> {
        self.received += received;
        self.seen += new;
        if let Some(now) = total.filter(|_| received > 0) {
            self.beyond_page |= now != received;
            match self.total {
                Some(before) if before != now && self.beyond_page => {
                    return Err(ListError::Totals { before, now });
                }
                _ => self.total = Some(now),
            }
        } else if self.total.is_none() {
            self.beyond_page |= total.is_some();
            self.total = total;
        }
        self.step(new)
    }

    fn step(&self, new: u64) -> Result<Step, ListError> {
        match self.total.filter(|_| self.beyond_page) {
            Some(total) if self.seen == total => Ok(Step::Done),
            Some(total) if new == 0 || self.seen > total => Err(ListError::Count { seen: self.seen, total }),
            _ if new == 0 => Ok(Step::Done),
            _ => Ok(Step::Next(self.start_index())),
        }
    }
}
