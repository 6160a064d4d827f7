//! The one comment of a pull request.

use super::write::Fault;
use super::{Publisher, call};
use crate::http::Method;
use crate::model::Commit;
use crate::publish::PublishError;
use crate::wire::github::{
    COMMENT, IssueComment, Marker, TooLong, comment_body, decode_comment, decode_comments, decode_pull,
    same_text, target,
};

const ALL: &str = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const ONE: &str = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
const PULL: &str = "/repos/{owner}/{repo}/pulls/{pull_number}";

/// The result of publishing something that may exist only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// It did not exist: its new id or number.
    Created(u64),
    /// It existed with another text.
    Updated(u64),
    /// It existed with this text.
    Unchanged(u64),
    /// Nothing was written: the pull request has a newer commit, whose own run publishes.
    Superseded(Commit),
}

impl Publisher {
    /// Sets the text of the comment with this marker. It is found by marker *and* author; comments of other people are
    /// never changed (threat A4). If `head` is no longer the pull request's last commit, nothing is written.
    ///
    /// # Errors
    /// When the text with its marker is longer than [`COMMENT`], or GitHub cannot be reached or refuses.
    pub async fn upsert_comment(
        &self,
        number: u64,
        marker: &Marker,
        head: &Commit,
        text: &str,
    ) -> Result<Upserted, PublishError> {
        let text = marker.mark(text);
        TooLong::check("the comment", &text, COMMENT)?;
        self.until_done(async || self.comment_once(number, marker, head, &text).await).await
    }

    async fn comment_once(
        &self,
        number: u64,
        marker: &Marker,
        head: &Commit,
        text: &str,
    ) -> Result<Upserted, Fault> {
        let mut comments = self.our_comments(number, marker).await?.into_iter();
        let existing = comments.next();
        // The last check before the write. A commit pushed after it has its own run, which writes later.
        let now = self.head(number).await?;
        if now != *head {
            return Ok(Upserted::Superseded(now));
        }
        let upserted = match existing {
            None => return self.comment_new(number, marker, text).await,
            Some(comment) if same_text(&comment.body, text) => Upserted::Unchanged(comment.id),
            Some(comment) => {
                self.comment_change(comment.id, text).await?;
                Upserted::Updated(comment.id)
            }
        };
        self.remove(comments).await?;
        Ok(upserted)
    }

    /// Creates it. If two runs do so at once, both see both, and the older comment stays.
    async fn comment_new(&self, number: u64, marker: &Marker, text: &str) -> Result<Upserted, Fault> {
        let created = call(Method::Post, ALL, target::comments(&self.address.repository, number, false));
        let answer = self.write(&created.body(&comment_body(text))).await?;
        let created = decode_comment(&answer.body).map_err(PublishError::decode(ALL))?.id;
        let mut comments = self.our_comments(number, marker).await?.into_iter();
        match comments.next() {
            Some(first) if first.id < created => {
                if !same_text(&first.body, text) {
                    self.comment_change(first.id, text).await?;
                }
                self.remove(comments).await?;
                Ok(Upserted::Updated(first.id))
            }
            _ => Ok(Upserted::Created(created)),
        }
    }

    async fn comment_change(&self, id: u64, text: &str) -> Result<(), Fault> {
        let change = call(Method::Patch, ONE, target::comment(&self.address.repository, id));
        self.write(&change.body(&comment_body(text))).await.map(drop)
    }

    /// Deletes our surplus comments.
    async fn remove(&self, surplus: impl Iterator<Item = IssueComment>) -> Result<(), Fault> {
        for comment in surplus {
            let removal = call(Method::Delete, ONE, target::comment(&self.address.repository, comment.id));
            match self.service.send(&removal).await {
                Err(error) if error.status() != Some(404) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Our comments with this marker; the oldest come first.
    async fn our_comments(&self, number: u64, marker: &Marker) -> Result<Vec<IssueComment>, PublishError> {
        let target = target::comments(&self.address.repository, number, true);
        let mut comments = Vec::new();
        for comment in self.list(ALL, target, decode_comments).await? {
            if marker.marks(&comment.body) && self.is_ours(comment.author.as_ref()).await? {
                comments.push(comment);
            }
        }
        comments.sort_by_key(|comment| comment.id);
        Ok(comments)
    }

    async fn head(&self, number: u64) -> Result<Commit, PublishError> {
        let target = target::pull(&self.address.repository, number);
        let answer = self.service.send(&call(Method::Get, PULL, target)).await?;
        Ok(decode_pull(&answer.body).map_err(PublishError::decode(PULL))?.head)
    }
}
