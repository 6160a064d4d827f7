//! The one open issue with a marker.

use super::write::Fault;
use super::{Publisher, Upserted, call};
use crate::http::Method;
use crate::publish::PublishError;
use crate::wire::github::{
    COMMENT, Issue, Marker, TITLE, TooLong, closed_body, decode_issue, decode_issues, issue_body, same_text,
    target,
};
use std::collections::BTreeSet;

const ALL: &str = "/repos/{owner}/{repo}/issues";
const ONE: &str = "/repos/{owner}/{repo}/issues/{issue_number}";

impl Publisher {
    /// Sets title and text of the open issue with this marker. A closed issue stays closed, and a new one is opened.
    ///
    /// # Errors
    /// When title or text are too long, or GitHub cannot be reached or refuses.
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
        let repository = &self.address.repository;
        let body = issue_body(title, text);
        match self.our_issues(marker).await?.into_iter().next() {
            None => {
                let new = call(Method::Post, ALL, target::new_issue(repository));
                let answer = self.write(&new.body(&body)).await?;
                let issue = decode_issue(&answer.body).map_err(PublishError::decode(ALL))?;
                Ok(Upserted::Created(issue.number))
            }
            Some(issue) if issue.title == title && same_text(&issue.body, text) => {
                Ok(Upserted::Unchanged(issue.number))
            }
            Some(issue) => {
                let change = call(Method::Patch, ONE, target::issue(repository, issue.number));
                self.write(&change.body(&body)).await?;
                Ok(Upserted::Updated(issue.number))
            }
        }
    }

    /// Closes all our open issues with this marker; returns their numbers.
    ///
    /// # Errors
    /// When GitHub cannot be reached or refuses.
    pub async fn close_issue(&self, marker: &Marker) -> Result<Vec<u64>, PublishError> {
        let mut closed = BTreeSet::new();
        let done = self.until_done(async || {
            for issue in self.our_issues(marker).await? {
                let change = call(Method::Patch, ONE, target::issue(&self.address.repository, issue.number));
                // Recorded before the result is known: if a retry does not find it open, it was closed.
                closed.insert(issue.number);
                self.write(&change.body(&closed_body())).await?;
            }
            Ok(())
        });
        done.await?;
        Ok(closed.into_iter().collect())
    }

    /// Our open issues with this marker; the oldest come first.
    async fn our_issues(&self, marker: &Marker) -> Result<Vec<Issue>, PublishError> {
        let mut issues = Vec::new();
        for issue in self.list(ALL, target::open_issues(&self.address.repository), decode_issues).await? {
            if issue.open && marker.marks(&issue.body) && self.is_ours(issue.author.as_ref()).await? {
                issues.push(issue);
            }
        }
        issues.sort_by_key(|issue| issue.number);
        Ok(issues)
    }
}
