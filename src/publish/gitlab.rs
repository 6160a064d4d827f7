//! Notes on GitLab merge requests: one of each kind.

use super::github::Upserted;
use crate::http::{Call, HttpError, Limits, Method, Service};
use crate::model::{Commit, Secret};
use crate::wire::github::{Marker, same_text};
use crate::wire::gitlab::{
    DecodeError, Merged, Note, Project, decode_merge_request, decode_merged, decode_note, decode_notes,
    decode_user, note_body,
};
use std::ops::ControlFlow;

const USER: &str = "/user";
const MERGE_REQUEST: &str = "/projects/:id/merge_requests/:iid";
const OF_COMMIT: &str = "/projects/:id/repository/commits/:sha/merge_requests";
const NOTES: &str = "/projects/:id/merge_requests/:iid/notes";
const NOTE: &str = "/projects/:id/merge_requests/:iid/notes/:note_id";
/// The most pages of a list of notes.
const PAGES: usize = 200;

/// Why a note could not be published.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// A call failed.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// An answer that cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// Writes notes in one project. Changes only notes that this token's account wrote.
#[derive(Debug)]
pub struct Notes {
    project: Project,
    service: Service,
}

impl Notes {
    /// A writer with this token, which is sent only to URLs below the API's.
    ///
    /// # Errors
    /// When the URL is not plain `https`, or the token cannot be a header value.
    pub fn new(project: Project, token: &Secret, limits: Limits) -> Result<Self, HttpError> {
        let service = Service::new(&project.api, Some(token), "application/json", limits)?;
        Ok(Self { project, service })
    }

    /// Sets the text of the note with this marker. It is found by marker *and* author; notes of other people are never
    /// changed (threat A4). If `head` is no longer the merge request's last commit, nothing is written.
    ///
    /// # Errors
    /// When GitLab cannot be reached or refuses. The write may have happened; a new run checks that first.
    pub async fn upsert(
        &self,
        number: u64,
        marker: &Marker,
        head: &Commit,
        text: &str,
    ) -> Result<Upserted, NoteError> {
        let text = marker.mark(text);
        let our_notes = self.our_notes(number, marker).await?;
        let request = Call::new(Method::Get, MERGE_REQUEST, self.project.merge_request(number));
        let now = decode_merge_request(&self.service.send(&request).await?.body)?.head;
        if now != *head {
            return Ok(Upserted::Superseded(now));
        }
        let notes = self.project.notes(number);
        match our_notes.first() {
            Some(note) if same_text(&note.body, &text) => Ok(Upserted::Unchanged(note.id)),
            Some(note) => {
                let change = Call::new(Method::Put, NOTE, format!("{notes}/{}", note.id));
                self.service.send(&change.body(&note_body(&text))).await?;
                Ok(Upserted::Updated(note.id))
            }
            None => {
                let new = Call::new(Method::Post, NOTES, notes).body(&note_body(&text));
                Ok(Upserted::Created(decode_note(&self.service.send(&new).await?.body)?.id))
            }
        }
    }

    /// The merge requests that brought a commit to a branch of this project.
    ///
    /// # Errors
    /// When GitLab cannot be reached or refuses.
    pub async fn merged(&self, commit: &Commit, branch: &str) -> Result<Vec<Merged>, NoteError> {
        let target = format!("{}?per_page=100", self.project.merge_requests_of(commit));
        let mut merged = Vec::new();
        let pages = self.service.pages(Call::new(Method::Get, OF_COMMIT, target), PAGES, |body| {
            merged.extend(decode_merged(body, &self.project, branch)?);
            Ok::<_, NoteError>(ControlFlow::Continue(()))
        });
        pages.await?;
        Ok(merged)
    }

    /// Our notes with this marker; the oldest come first.
    async fn our_notes(&self, number: u64, marker: &Marker) -> Result<Vec<Note>, NoteError> {
        let answer = self.service.send(&Call::new(Method::Get, USER, USER)).await?;
        let us = decode_user(&answer.body)?;
        let first = format!("{}?sort=asc&order_by=created_at&per_page=100", self.project.notes(number));
        let mut our_notes = Vec::new();
        let pages = self.service.pages(Call::new(Method::Get, NOTES, first), PAGES, |body| {
            let notes = decode_notes(body)?.into_iter();
            our_notes
                .extend(notes.filter(|note| !note.system && note.author == us && marker.marks(&note.body)));
            Ok::<_, NoteError>(ControlFlow::Continue(()))
        });
        pages.await?;
        our_notes.sort_by_key(|note| note.id);
        Ok(our_notes)
    }
}
