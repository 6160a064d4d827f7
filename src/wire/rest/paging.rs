//! Reads a list to its end, and knows that it was the end.

use super::page::Page;
use crate::model::ListPaging;
use std::collections::BTreeSet;

/// The most pages of one list.
const MOST_PAGES: u64 = 1_000_000;

/// The way through the pages of one list. It never sees a record: the caller says how many of them were new.
#[derive(Clone, Debug)]
pub struct Walk<'c> {
    paging: Option<&'c ListPaging>,
    received: u64,
    seen: u64,
    pages: u64,
    total: Option<u64>,
    cursor: Option<String>,
    followed: BTreeSet<String>,
}

/// What to do after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Request the next page, with the parameters of the walk.
    Next,
    /// Request the page with this path and query.
    Follow(String),
    /// All were read.
    Done,
}

/// Why not everything was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The list changed during the read, or the API contradicts itself.
    #[error("there are {before} records on one page and {now} on a later one")]
    Totals {
        /// The number on earlier pages.
        before: u64,
        /// The number on this page.
        now: u64,
    },
    /// The list ended too early, or goes on for too long.
    #[error("{seen} records were returned, but there are {total}: pages are missing")]
    Count {
        /// How many different ones were read.
        seen: u64,
        /// How many there should be.
        total: u64,
    },
    /// A page of records that all came before.
    #[error(
        "a page has only records of earlier pages: the API ignores the parameter that selects the next page"
    )]
    Repeated,
    /// A page that was there before.
    #[error("the link to the next page leads back to an earlier page, so the list never ends")]
    Loop,
    /// A record that came twice.
    #[error("`{0:.100}` was returned twice")]
    Twice(String),
    /// Too many pages.
    #[error("the list has more pages than Rolewright reads")]
    Endless,
}

impl<'c> Walk<'c> {
    /// At the first page.
    pub fn new(paging: Option<&'c ListPaging>) -> Self {
        let (received, seen, pages) = (0, 0, 0);
        Self { paging, received, seen, pages, total: None, cursor: None, followed: BTreeSet::new() }
    }

    /// The number of records before the next page.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The parameters of the next page.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let size = self.paging.and_then(ListPaging::size);
        let mut parameters: Vec<(String, String)> =
            size.map(|size| (size.parameter.clone(), size.records.to_string())).into_iter().collect();
        match self.paging {
            Some(ListPaging::Offset { parameter, first, .. }) => {
                parameters.push((parameter.clone(), (u64::from(*first) + self.received).to_string()));
            }
            Some(ListPaging::Page { parameter, first, .. }) => {
                parameters.push((parameter.clone(), (u64::from(*first) + self.pages).to_string()));
            }
            Some(ListPaging::Cursor { parameter, .. }) => {
                parameters.extend(self.cursor.clone().map(|cursor| (parameter.clone(), cursor)));
            }
            Some(ListPaging::Link { .. }) | None => {}
        }
        parameters
    }

    /// Accepts a page: how many records it had, how many of them were new, what it says of the others, and path and query of
    /// the page that it links to.
    ///
    /// A list by numbers ends on a page without records or once all of its total were seen: never on one that is shorter
    /// than asked for, since APIs give fewer than they are asked for. A list by cursors or links ends where none is named.
    ///
    /// # Errors
    /// When pages contradict each other, repeat themselves, or the list ends too early.
    pub fn accept(
        &mut self,
        page: &Page,
        received: u64,
        new: u64,
        linked: Option<String>,
    ) -> Result<Step, ListError> {
        self.received += received;
        self.seen += new;
        self.pages += 1;
        if received > 0 && new == 0 {
            return Err(ListError::Repeated);
        }
        if let (Some(before), Some(now)) = (self.total, page.total)
            && before != now
        {
            return Err(ListError::Totals { before, now });
        }
        self.total = self.total.or(page.total);
        if self.total.is_some_and(|total| self.seen > total) {
            return self.end();
        }
        if self.pages >= MOST_PAGES {
            return Err(ListError::Endless);
        }
        match self.paging {
            None => self.end(),
            Some(ListPaging::Offset { .. } | ListPaging::Page { .. }) => {
                let is_all = self.total == Some(self.seen);
                if received == 0 || is_all { self.end() } else { Ok(Step::Next) }
            }
            Some(ListPaging::Cursor { .. }) => match page.next.clone() {
                None => self.end(),
                Some(cursor) => {
                    self.once(&cursor)?;
                    self.cursor = Some(cursor);
                    Ok(Step::Next)
                }
            },
            Some(ListPaging::Link { .. }) => match linked {
                None => self.end(),
                Some(target) => {
                    self.once(&target)?;
                    Ok(Step::Follow(target))
                }
            },
        }
    }

    fn once(&mut self, next: &str) -> Result<(), ListError> {
        if self.followed.insert(next.to_owned()) { Ok(()) } else { Err(ListError::Loop) }
    }

    fn end(&self) -> Result<Step, ListError> {
        match self.total {
            Some(total) if total != self.seen => Err(ListError::Count { seen: self.seen, total }),
            Some(_) | None => Ok(Step::Done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(total: Option<u64>, next: Option<&str>) -> Page {
        Page { records: Vec::new(), total, next: next.map(str::to_owned) }
    }

    fn offset() -> ListPaging {
        ListPaging::Offset { parameter: "skip".to_owned(), first: 0, size: None }
    }

    #[test]
    fn e1_a_list_by_numbers_ends_at_an_empty_page_or_its_total() {
        let paging = offset();
        let mut walk = Walk::new(Some(&paging));
        assert_eq!(walk.accept(&page(None, None), 2, 2, None), Ok(Step::Next));
        assert_eq!(walk.parameters(), [("skip".to_owned(), "2".to_owned())]);
        assert_eq!(walk.accept(&page(None, None), 1, 1, None), Ok(Step::Next));
        assert_eq!(walk.accept(&page(None, None), 0, 0, None), Ok(Step::Done));
        let mut walk = Walk::new(Some(&paging));
        assert_eq!(walk.accept(&page(Some(3), None), 2, 2, None), Ok(Step::Next));
        assert_eq!(walk.accept(&page(Some(3), None), 1, 1, None), Ok(Step::Done));
    }

    #[test]
    fn e1_a_list_that_ends_early_repeats_itself_or_contradicts_itself_is_incomplete() {
        let paging = offset();
        let begun = |total| {
            let mut walk = Walk::new(Some(&paging));
            assert_eq!(walk.accept(&page(total, None), 2, 2, None), Ok(Step::Next));
            walk
        };
        let early = ListError::Count { seen: 2, total: 5 };
        assert_eq!(begun(Some(5)).accept(&page(Some(5), None), 0, 0, None), Err(early));
        let more = ListError::Count { seen: 4, total: 3 };
        assert_eq!(begun(Some(3)).accept(&page(Some(3), None), 2, 2, None), Err(more));
        let other = ListError::Totals { before: 5, now: 4 };
        assert_eq!(begun(Some(5)).accept(&page(Some(4), None), 2, 2, None), Err(other));
        assert_eq!(begun(None).accept(&page(None, None), 2, 0, None), Err(ListError::Repeated));
        let whole = Walk::new(None).accept(&page(Some(3), None), 2, 2, None);
        assert_eq!(whole, Err(ListError::Count { seen: 2, total: 3 }));
    }

    #[test]
    fn e1_a_cursor_or_link_that_came_before_is_a_loop() {
        let cursors =
            ListPaging::Cursor { parameter: "after".to_owned(), next: "/next".to_owned(), size: None };
        let mut walk = Walk::new(Some(&cursors));
        assert_eq!(walk.accept(&page(None, Some("a")), 1, 1, None), Ok(Step::Next));
        assert_eq!(walk.accept(&page(None, Some("a")), 1, 1, None), Err(ListError::Loop));
        let links = ListPaging::Link { next: None, size: None };
        let mut walk = Walk::new(Some(&links));
        let next = || Some("/users?page=2".to_owned());
        assert_eq!(
            walk.accept(&page(None, None), 1, 1, next()),
            Ok(Step::Follow("/users?page=2".to_owned()))
        );
        assert_eq!(walk.accept(&page(None, None), 1, 1, next()), Err(ListError::Loop));
    }
}
