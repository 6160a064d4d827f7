//! Reads a list to its end, and knows that it was the end (S21 to S27; RFC 9865, 2).

use super::page::Page;
use super::target::{cursor_query, list_query};
use crate::model::Paging;
use std::collections::BTreeSet;

/// A list that is read to its end, in the way that its service pages.
#[derive(Clone, Debug)]
pub enum ListWalk {
    /// By `startIndex`.
    Index(Walk),
    /// By cursors.
    Cursor(CursorWalk),
}

impl ListWalk {
    /// At the first page; a service of which nothing is known pages by `startIndex`.
    pub fn new(paging: Option<Paging>) -> Self {
        match paging {
            Some(Paging::Cursor) => Self::Cursor(CursorWalk::default()),
            Some(Paging::Index | Paging::None) | None => Self::Index(Walk::default()),
        }
    }

    /// Whether no page was read yet.
    pub fn is_first(&self) -> bool {
        match self {
            Self::Index(walk) => walk.received == 0,
            Self::Cursor(walk) => walk.next.is_none(),
        }
    }

    /// The query of the next page, with at most so many resources.
    pub fn query(&self, count: Option<u32>) -> String {
        match self {
            Self::Index(walk) => list_query(Some(walk.start_index()), count, None),
            Self::Cursor(walk) => cursor_query(walk.next.as_deref(), count),
        }
    }

    /// The number of the next resource, from 1.
    pub fn position(&self) -> u64 {
        match self {
            Self::Index(walk) => walk.start_index(),
            Self::Cursor(walk) => walk.received + 1,
        }
    }

    /// Accepts a page, of whose resources so many were new. Whether it was the last one.
    ///
    /// # Errors
    /// When pages contradict each other, or the list ends too early.
    pub fn accept(&mut self, page: &Page<'_>, new: u64) -> Result<bool, ListError> {
        let received = page.resources.len() as u64;
        match self {
            Self::Index(walk) => Ok(walk.accept(received, new, page.total_results)? == Step::Done),
            Self::Cursor(walk) => {
                walk.received += received;
                walk.accept(new, page.total_results, page.next_cursor.as_deref())
            }
        }
    }
}

/// Follows the cursors of one list.
#[derive(Clone, Debug, Default)]
pub struct CursorWalk {
    received: u64,
    seen: u64,
    total: Option<u64>,
    next: Option<String>,
    followed: BTreeSet<String>,
}

impl CursorWalk {
    /// Accepts a page: how many of its resources were new, its `totalResults`, and what leads to the next one. A page that
    /// leads nowhere is the last; all of `totalResults`, which may be left out, must have come by then.
    ///
    /// # Errors
    /// When pages contradict each other, a cursor comes twice, or the list ends too early.
    pub fn accept(&mut self, new: u64, total: Option<u64>, next: Option<&str>) -> Result<bool, ListError> {
        self.seen += new;
        match (self.total, total) {
            (Some(before), Some(now)) if before != now => return Err(ListError::Totals { before, now }),
            (None, Some(_)) => self.total = total,
            (Some(_), Some(_)) | (_, None) => {}
        }
        if let Some(next) = next {
            if !self.followed.insert(next.to_owned()) {
                return Err(ListError::Cursor);
            }
            self.next = Some(next.to_owned());
            return Ok(false);
        }
        match self.total.filter(|total| *total != self.seen) {
            Some(total) => Err(ListError::Count { seen: self.seen, total }),
            None => Ok(true),
        }
    }
}

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
    /// A later page was refused: its cursor ended.
    #[error("a page after the first was refused")]
    Broken,
    /// The pages go round in a circle.
    #[error("the same `nextCursor` was returned twice")]
    Cursor,
    /// A page brought nothing new before the total was reached.
    #[error(
        "{seen} were returned, but `totalResults` is {total}: pages are missing, or the service ignores `startIndex`"
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
