//! Reads one list to its end.

use super::{Fault, Reader};
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::ListCall;
use crate::snapshot::Incomplete;
use crate::wire::rest::{
    Names, Page, RenderError, Step, Walk, accepted, decode_page, endpoint, page_target, parsed,
};
use serde_json::Value as Json;

impl Reader<'_> {
    /// Reads a list page by page. `take` returns whether a record is new.
    pub(super) async fn walk(
        &self,
        route: &'static str,
        list: &ListCall,
        names: &Names,
        mut take: impl FnMut(&Json) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let mut walk = Walk::new(list.paging.as_ref());
        let mut call = self.call(route, list, names, &walk)?;
        loop {
            let answer = self.service.send(&call).await.map_err(|error| self.http(error))?;
            let page = self.understood(route, list, &answer, walk.received())?;
            let received = page.records.len() as u64;
            self.service.count_records(received).map_err(|error| self.http(error))?;
            let mut new = 0;
            for record in &page.records {
                new += u64::from(take(record)?);
            }
            let linked = self.service.next_page(route, list.paging.as_ref(), &answer, page.next.as_deref());
            let linked = linked.map_err(|error| self.http(error))?;
            let step = walk.accept(&page, received, new, linked);
            match step.map_err(|error| Fault::Drift(route, error))? {
                Step::Done => return Ok(()),
                Step::Next => call = self.call(route, list, names, &walk)?,
                Step::Follow(target) => call.target = target,
            }
        }
    }

    /// The first page of a list.
    pub(super) async fn first_page(&self, list: &ListCall) -> Result<Answer, HttpError> {
        const LIST: &str = "accounts.list";
        let call = self.call(LIST, list, &self.settings, &Walk::new(list.paging.as_ref()));
        let call = call.map_err(|error| HttpError::Client(error.to_string()))?;
        self.service.send(&call).await
    }

    /// The page of an answer, behind so many records.
    pub(super) fn understood(
        &self,
        route: &str,
        list: &ListCall,
        answer: &Answer,
        behind: u64,
    ) -> Result<Page, Incomplete> {
        let problem = |error: &dyn std::fmt::Display| {
            self.incomplete(format!("{route}, behind number {behind}, cannot be understood: {error}"))
        };
        let told = parsed(&answer.body).map_err(|error| problem(&error))?;
        if let Err(refused) = accepted(&self.request.connection.connector.answers, told.as_ref()) {
            let detail = refused.detail.unwrap_or_else(|| "it does not say why".to_owned());
            let detail = self.service.error_text(detail.as_bytes());
            return Err(self.incomplete(format!("{route} reported a failure: {detail}")));
        }
        decode_page(list, told, |name| answer.header(name)).map_err(|error| problem(&error))
    }

    /// The call for the page that the walk is at.
    fn call(
        &self,
        route: &'static str,
        list: &ListCall,
        names: &Names,
        walk: &Walk<'_>,
    ) -> Result<Call, Incomplete> {
        let problem = |error: RenderError| self.incomplete(format!("{route}: {error}"));
        let target = page_target(&list.call, names, &walk.parameters()).map_err(problem)?;
        let template = Some(endpoint(&list.call).into());
        Ok(Call { template, ..Call::new(Method::Get, route, target) })
    }
}
