//! Sends single calls, and reads records and lists.

use super::{ATTEMPTS, Record, RestWriter, Sending, WriteError};
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::{CallTemplate, ListCall};
use crate::wire::rest::{
    ListError, Names, Step, Walk, accepted, body, decode_account, decode_page, endpoint, page_target, parsed,
    scalar, target,
};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A record as it was just read.
pub(super) struct Shown {
    pub(super) record: Json,
    pub(super) etag: Option<String>,
}

/// What stands beside the template of a call.
pub(super) struct Filling<'f> {
    pub(super) names: &'f Names,
    /// The body where the template has none.
    pub(super) body: Option<Json>,
    /// Sent as `If-Match`.
    pub(super) etag: Option<String>,
}

impl<'f> Filling<'f> {
    /// Names alone.
    pub(super) fn of(names: &'f Names) -> Self {
        Self { names, body: None, etag: None }
    }
}

impl RestWriter {
    /// Sends a call that writes, again as long as the API only asks for pauses; gives the body of its answer.
    pub(super) async fn send(
        &self,
        route: &'static str,
        template: &CallTemplate,
        filling: Filling<'_>,
    ) -> Result<Option<Json>, Sending> {
        let target = target(template, filling.names).map_err(Sending::Unsayable)?;
        let sent = match &template.body {
            None => filling.body,
            Some(written) => body(written, filling.names).map_err(Sending::Unsayable)?,
        };
        let call = Call::new(template.method.into(), route, target).if_match(filling.etag);
        let call = Call { template: Some(endpoint(template).into()), ..call };
        let call = sent.iter().fold(call, |call, body| call.body(body));
        let mut attempts = 1;
        loop {
            match self.service.send(&call).await {
                Ok(answer) => return self.success(&answer),
                Err(error) if error.wants_pause() && attempts < ATTEMPTS => attempts += 1,
                Err(error) => return Err(Sending::Http(error)),
            }
        }
    }

    /// The body of an answer that is a success; one that cannot be read says nothing.
    fn success(&self, answer: &Answer) -> Result<Option<Json>, Sending> {
        let told = parsed(&answer.body).ok().flatten();
        match accepted(&self.connection.connector.answers, told.as_ref()) {
            Ok(()) => Ok(told),
            Err(refused) => {
                let detail = refused.detail.unwrap_or_else(|| "it does not say why".to_owned());
                Err(Sending::Refused(self.service.error_text(detail.as_bytes())))
            }
        }
    }

    /// Whether an error says that what the call is about is not there.
    pub(super) fn says_gone(&self, error: &HttpError) -> bool {
        error.status().is_some_and(|status| self.connection.connector.answers.gone.contains(&status))
    }

    /// Reads one record; none if it does not exist (any more).
    pub(super) async fn read(&self, of: Record<'_>) -> Result<Option<Shown>, WriteError> {
        const ROUTE: &str = "accounts.read";
        let read = of.kind.read.as_ref().ok_or_else(|| super::no_call("read one account"))?;
        let target = target(&read.call, &self.names(of)).map_err(Sending::Unsayable)?;
        let template = Some(endpoint(&read.call).into());
        let call = Call { template, ..Call::new(Method::Get, ROUTE, target) };
        let answer = match self.service.send(&call).await {
            Ok(answer) => answer,
            Err(error) if self.says_gone(&error) => return Ok(None),
            Err(error) => return Err(Sending::Http(error).into()),
        };
        let mut told = self.success(&answer)?.unwrap_or_default();
        let record = told.pointer_mut(&read.record).map(Json::take).unwrap_or_default();
        if record.is_null() {
            return Ok(None);
        }
        let row = decode_account(of.kind, &record, &[]).map_err(|error| unreadable(ROUTE, &error))?;
        if row.id != of.id {
            let problem = format!("{ROUTE} was answered with the record of another account");
            return Err(WriteError::Failed(problem));
        }
        Ok(Some(Shown { record, etag: answer.etag.filter(|etag| !etag.is_empty()) }))
    }

    /// Passes every record of a list to `take`.
    pub(super) async fn each(
        &self,
        route: &'static str,
        list: &ListCall,
        names: &Names,
        mut take: impl FnMut(Json) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let mut walk = Walk::new(list.paging.as_ref());
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut call = self.page(route, list, names, &walk)?;
        loop {
            let answer = self.service.send(&call).await.map_err(Sending::Http)?;
            let told = self.success(&answer)?;
            let mut page = decode_page(list, told, |name| answer.header(name))
                .map_err(|error| unreadable(route, &error))?;
            let received = page.records.len() as u64;
            let mut new = 0;
            for record in std::mem::take(&mut page.records) {
                new += u64::from(seen.insert(record.to_string()));
                take(record)?;
            }
            let linked = self.service.next_page(route, list.paging.as_ref(), &answer, page.next.as_deref());
            let step = walk.accept(&page, received, new, linked.map_err(Sending::Http)?);
            match step.map_err(|error: ListError| WriteError::Failed(format!("{route}: {error}")))? {
                Step::Done => return Ok(()),
                Step::Next => call = self.page(route, list, names, &walk)?,
                Step::Follow(target) => call.target = target,
            }
        }
    }

    fn page(
        &self,
        route: &'static str,
        list: &ListCall,
        names: &Names,
        walk: &Walk<'_>,
    ) -> Result<Call, WriteError> {
        let target = page_target(&list.call, names, &walk.parameters()).map_err(Sending::Unsayable)?;
        let template = Some(endpoint(&list.call).into());
        Ok(Call { template, ..Call::new(Method::Get, route, target) })
    }
}

/// An answer that is not what the connector says.
pub(super) fn unreadable(route: &str, error: &impl std::fmt::Display) -> WriteError {
    WriteError::Failed(format!("{route} cannot be understood: {error}"))
}

/// The id at a place of an answer.
pub(super) fn id_at(answer: Option<&Json>, at: &str) -> Option<String> {
    answer?.pointer(at).and_then(scalar).map(Into::into)
}
