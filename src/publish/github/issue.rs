//! The one open issue about a thing.

use super::write::Fault;
use super::{Publisher, Upserted, call};
use crate::http::Method;
use crate::publish::PublishError;
use crate::wire::github::{
    COMMENT, Issue, Marker, TITLE, TooLong, closed_body, decode_issue, decode_issues, issue_body, same,
    target,
};
use std::collections::BTreeSet;

const ALL: &str = "/repos/{owner}/{repo}/issues";
const ONE: &str = "/repos/{owner}/{repo}/issues/{issue_number}";

impl Publisher {
    /// Makes the open issue with this marker say this. One that somebody closed stays closed: a new one is opened.
    ///
    /// # Errors
    /// When title or text are too long, or GitHub cannot be asked or refuses.
    pub async fn upsert_issue(
        &self,
        marker: &Marker,
        title: &str,
        text: &str,
    ) -> Result<Upserted, PublishError> {
        let text = marker.mark(text);
        TooLong::check("the issue's title", title, TITLE)?;
        TooLong::check("the issue", &text, COMMENT)?;
        self.until_done(async || self.issue_once(marker, title, &text).await).await
    }

    async fn issue_once(&self, marker: &Marker, title: &str, text: &str) -> Result<Upserted, Fault> {
        let repository = &self.place.repository;
        let body = issue_body(title, text);
        match self.our_issues(marker).await?.into_iter().next() {
            None => {
                let new = call(Method::Post, ALL, target::new_issue(repository));
                let answer = self.write(&new.body(&body)).await?;
                let issue = decode_issue(&answer.body).map_err(PublishError::decode(ALL))?;
                Ok(Upserted::Created(issue.number))
            }
            Some(issue) if issue.title == title && same(&issue.body, text) => {
                Ok(Upserted::Unchanged(issue.number))
            }
            Some(issue) => {
                let change = call(Method::Patch, ONE, target::issue(repository, issue.number));
                self.write(&change.body(&body)).await?;
                Ok(Upserted::Updated(issue.number))
            }
        }
    }

    /// Closes each of our open issues with this marker, and says which.
    ///
    /// # Errors
    /// When GitHub cannot be asked or refuses.
    pub async fn close_issue(&self, marker: &Marker) -> Result<Vec<u64>, PublishError> {
        let mut closed = BTreeSet::new();
        let done = self.until_done(async || {
            for issue in self.our_issues(marker).await? {
                let change = call(Method::Patch, ONE, target::issue(&self.place.repository, issue.number));
                // Noted before it is known: what another try does not find open is closed.
                closed.insert(issue.number);
                self.write(&change.body(&closed_body())).await?;
            }
            Ok(())
        });
        done.await?;
        Ok(closed.into_iter().collect())
    }

    /// Our open issues with this marker, the oldest first.
    async fn our_issues(&self, marker: &Marker) -> Result<Vec<Issue>, PublishError> {
        let mut ours = Vec::new();
        for issue in self.list(ALL, target::open_issues(&self.place.repository), decode_issues).await? {
            if issue.open && marker.marks(&issue.body) && self.is_ours(issue.author.as_ref()).await? {
                ours.push(issue);
            }
        }
        ours.sort_by_key(|issue| issue.number);
        Ok(ours)
    }
}
