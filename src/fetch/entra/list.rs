//! Reads a list page by page to its end.

use super::{Fault, Reader};
use crate::wire::graph::query::VERSION;
use crate::wire::graph::{Walk, decode_page};

impl Reader<'_, '_> {
    /// Reads a list from its first query on, and passes each object to `take`.
    pub(super) async fn walk(
        &mut self,
        route: &'static str,
        query: &str,
        take: &mut impl FnMut(&mut Self, &[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut walk = Walk::new(self.session.origin());
        let first = format!("{}{VERSION}{query}", self.session.origin());
        let first = walk.follow(&first)?;
        self.follow(route, walk, Some(first), take).await
    }

    /// Reads a list whose first page is already here.
    pub(super) async fn walk_on(
        &mut self,
        route: &'static str,
        page: &[u8],
        take: &mut impl FnMut(&mut Self, &[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut walk = Walk::new(self.session.origin());
        let next = self.page(route, page, &mut walk, take)?;
        self.follow(route, walk, next, take).await
    }

    /// A list is complete only when a page has no next link (threat E1); an empty page means nothing.
    async fn follow(
        &mut self,
        route: &'static str,
        mut walk: Walk,
        mut next: Option<String>,
        take: &mut impl FnMut(&mut Self, &[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        while let Some(target) = next {
            let answer = self.session.get(route, &target).await;
            let answer = answer.map_err(|error| Fault::Error(self.session.explain(&error)))?;
            next = self.page(route, &answer.body, &mut walk, take)?;
        }
        Ok(())
    }

    fn page(
        &mut self,
        route: &'static str,
        body: &[u8],
        walk: &mut Walk,
        take: &mut impl FnMut(&mut Self, &[u8]) -> Result<(), Fault>,
    ) -> Result<Option<String>, Fault> {
        let page = decode_page(body).map_err(|error| self.undecodable(route, &error))?;
        self.session.count_records(page.value.len() as u64).map_err(Fault::Error)?;
        for object in &page.value {
            take(self, object.get().as_bytes())?;
        }
        let next = page.next.map(|link| walk.follow(&link)).transpose();
        next.map_err(|error| Fault::Error(format!("{route}: {error}")))
    }
}
