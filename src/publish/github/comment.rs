//! The one comment of a pull request.

use super::write::Fault;
use super::{Publisher, call};
use crate::http::Method;
use crate::model::Commit;
use crate::publish::PublishError;
use crate::wire::github::{
    COMMENT, IssueComment, Marker, TooLong, comment_body, decode_comment, decode_comments, decode_pull, same,
    target,
};

const ALL: &str = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const ONE: &str = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
const PULL: &str = "/repos/{owner}/{repo}/pulls/{pull_number}";

/// What became of something that is to be there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// It was not there: here is its id, or its number.
    Created(u64),
    /// It was there with other words.
    Updated(u64),
    /// It was there with these words.
    Unchanged(u64),
    /// Nothing was written: the pull request has another head by now, whose own run says what is true.
    GaveWay(Commit),
}

impl Publisher {
    /// Makes the comment with this marker say `text`. It is found by the marker *and* its author; other people's comments stay
    /// as they are, whatever they say (threat A4). A run whose `head` is the pull request's no longer gives way.
    ///
    /// # Errors
    /// When the text with its marker is longer than [`COMMENT`], or GitHub cannot be asked or refuses.
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
        let mut ours = self.our_comments(number, marker).await?.into_iter();
        let there = ours.next();
        // The last look before the write: what comes between the two is a newer run's own, and it writes later.
        let now = self.head(number).await?;
        if now != *head {
            return Ok(Upserted::GaveWay(now));
        }
        let upserted = match there {
            None => return self.comment_new(number, marker, text).await,
            Some(comment) if same(&comment.body, text) => Upserted::Unchanged(comment.id),
            Some(comment) => {
                self.comment_change(comment.id, text).await?;
                Upserted::Updated(comment.id)
            }
        };
        self.remove(ours).await?;
        Ok(upserted)
    }

    /// Creates it. Two runs may do so at once: then both see both, and the older comment stays.
    async fn comment_new(&self, number: u64, marker: &Marker, text: &str) -> Result<Upserted, Fault> {
        let made = call(Method::Post, ALL, target::comments(&self.place.repository, number, false));
        let answer = self.write(&made.body(&comment_body(text))).await?;
        let made = decode_comment(&answer.body).map_err(PublishError::decode(ALL))?.id;
        let mut ours = self.our_comments(number, marker).await?.into_iter();
        match ours.next() {
            Some(first) if first.id < made => {
                if !same(&first.body, text) {
                    self.comment_change(first.id, text).await?;
                }
                self.remove(ours).await?;
                Ok(Upserted::Updated(first.id))
            }
            _ => Ok(Upserted::Created(made)),
        }
    }

    async fn comment_change(&self, id: u64, text: &str) -> Result<(), Fault> {
        let change = call(Method::Patch, ONE, target::comment(&self.place.repository, id));
        self.write(&change.body(&comment_body(text))).await.map(drop)
    }

    /// Removes what is ours and surplus.
    async fn remove(&self, surplus: impl Iterator<Item = IssueComment>) -> Result<(), Fault> {
        for comment in surplus {
            let removal = call(Method::Delete, ONE, target::comment(&self.place.repository, comment.id));
            match self.service.send(&removal).await {
                Err(error) if error.status() != Some(404) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Our comments with this marker, the oldest first.
    async fn our_comments(&self, number: u64, marker: &Marker) -> Result<Vec<IssueComment>, PublishError> {
        let target = target::comments(&self.place.repository, number, true);
        let mut ours = Vec::new();
        for comment in self.list(ALL, target, decode_comments).await? {
            if marker.marks(&comment.body) && self.is_ours(comment.author.as_ref()).await? {
                ours.push(comment);
            }
        }
        ours.sort_by_key(|comment| comment.id);
        Ok(ours)
    }

    async fn head(&self, number: u64) -> Result<Commit, PublishError> {
        let target = target::pull(&self.place.repository, number);
        let answer = self.service.send(&call(Method::Get, PULL, target)).await?;
        Ok(decode_pull(&answer.body).map_err(PublishError::decode(PULL))?.head)
    }
}
