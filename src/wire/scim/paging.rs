//! Walking a list to its end, and knowing that it was the end (S21 to S27).

/// Counts the pages of one list. It never sees a record: who reads them says how many were new.
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
    /// Ask for the page that starts here.
    Next(u64),
    /// Everything was seen.
    Done,
}

/// Why a walk did not see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The list changed while it was read, or the service contradicts itself.
    #[error("`totalResults` is {before} on one page and {now} on a later one")]
    Totals {
        /// What earlier pages said.
        before: u64,
        /// What this page says.
        now: u64,
    },
    /// No page brings anything new, and yet it is not all.
    #[error(
        "{seen} came, but `totalResults` is {total}: pages are missing, or the service ignores `startIndex`"
    )]
    Count {
        /// How many different ones came.
        seen: u64,
        /// How many there should be.
        total: u64,
    },
}

impl Walk {
    /// Where the next page starts, from 1 (S21): after as many as were received, whatever the service calls a page
    /// (S22).
    pub fn start_index(&self) -> u64 {
        self.received + 1
    }

    /// Takes note of a page: how many resources it had, how many of them were not seen before, its `totalResults`.
    ///
    /// A list has ended on a page that brings nothing new, or when all of `totalResults` were seen; the latter only
    /// where `totalResults` was seen to be more than a page's own length, which is what some services mean by it
    /// (S23).
    ///
    /// # Errors
    /// When pages contradict each other, or the end came early.
    pub fn accept(&mut self, received: u64, new: u64, total: Option<u64>) -> Result<Step, Broken> {
        self.received += received;
        self.seen += new;
        if let Some(now) = total.filter(|_| received > 0) {
            self.beyond_page |= now != received;
            match self.total {
                Some(before) if before != now && self.beyond_page => {
                    return Err(Broken::Totals { before, now });
                }
                _ => self.total = Some(now),
            }
        } else if self.total.is_none() {
            self.beyond_page |= total.is_some();
            self.total = total;
        }
        self.step(new)
    }

    fn step(&self, new: u64) -> Result<Step, Broken> {
        match self.total.filter(|_| self.beyond_page) {
            Some(total) if self.seen == total => Ok(Step::Done),
            Some(total) if new == 0 || self.seen > total => Err(Broken::Count { seen: self.seen, total }),
            _ if new == 0 => Ok(Step::Done),
            _ => Ok(Step::Next(self.start_index())),
        }
    }
}
